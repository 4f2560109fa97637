/** An analysis as people and tools read it. */
export { type HoverLinks, hoverMarkdown } from './hover'
export { type ParsedInput, parseInput } from './input'
export { type JsonAnalysis, toJson } from './json'
export { formatFactor, formatFold, formatNumber, formatShape } from './numbers'
export { toSarif } from './sarif'
export { currentSentence, healthyZone, recommendedSentence, type Summary, summarize } from './summary'
export { formatTable, type LayerRow, layerColumns, layerRows } from './table'
export { findingsOf, type Listed, namedModels } from './listed'
