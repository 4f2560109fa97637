import type { ForwardMoments, GradientMoments, ModelAnalysis, Unpredicted } from '../analysis'
import type { Span } from '../graph'
import { formatNumber, formatShape } from './numbers'
import { currentSentence, healthyZone, recommendedSentence, summarize } from './summary'
import { verdictSentences } from './verdicts'

/** One row of the recommendation table, as text; the terminal and Markdown print the same rows. */
export interface LayerRow {
  readonly name: string
  readonly line: string
  readonly shape: string
  readonly fans: string
  readonly feeds: string
  readonly now: string
  readonly recommended: string
  readonly signal: string
  readonly gradient: string
}

export const layerColumns: readonly { readonly key: keyof LayerRow; readonly title: string; readonly align: 'left' | 'right' }[] = [
  { key: 'name', title: 'layer', align: 'left' },
  { key: 'line', title: 'line', align: 'right' },
  { key: 'shape', title: 'shape', align: 'left' },
  { key: 'fans', title: 'fan_in/out', align: 'right' },
  { key: 'feeds', title: 'feeds', align: 'left' },
  { key: 'now', title: 'now', align: 'left' },
  { key: 'recommended', title: 'recommended', align: 'left' },
  { key: 'signal', title: 'signal →', align: 'right' },
  { key: 'gradient', title: 'gradient ←', align: 'right' },
]

/** A row for every weight that advice is given for, in order of execution. Lines of other files than the one analyzed have the file's name. */
export function layerRows(model: ModelAnalysis, file: string): readonly LayerRow[] {
  const { graph, current, recommended } = model
  return model.weights.flatMap((advice) => {
    const call = graph.calls[advice.call]
    const parameter = graph.parameters[advice.parameter]
    if (call === undefined || parameter === undefined) return []
    const output = call.outputs[0] ?? -1
    return [
      {
        name: call.call === 0 ? call.name : `${call.name} (call ${call.call + 1})`,
        line: call.definition === null ? '' : placeIn(call.definition, file),
        shape: formatShape(graph.tensors[output]?.shape.slice(1) ?? []),
        fans: parameter.fans === null ? '' : `${parameter.fans.fanIn}/${parameter.fans.fanOut}`,
        feeds: advice.activation ?? 'unknown',
        now: parameter.initializer.label,
        recommended: `${advice.recommended.initializer.label}, ${advice.recommended.formula}`,
        signal: `${secondMoment(current.forward[output])} → ${secondMoment(recommended.forward[output])}`,
        gradient: `${secondMoment(current.backward[output])} → ${secondMoment(recommended.backward[output])}`,
      },
    ]
  })
}

function placeIn(span: Span, file: string): string {
  return span.file === file ? String(span.line) : `${span.file.split(/[\\/]/).at(-1)}:${span.line}`
}

function secondMoment(moments: ForwardMoments | GradientMoments | Unpredicted | undefined): string {
  return moments?.known ? formatNumber(moments.secondMoment, 2) : '?'
}

/** Fixed-width text of the recommendation table with its title and assumptions. */
export function formatTable(model: ModelAnalysis, file: string): string {
  const rows = layerRows(model, file)
  const input = model.input.map((spec) => formatShape(spec.shape)).join(', ')
  const lines = [`${model.name} · input ${input === '' ? 'unknown' : input}`]
  if (model.weights.length > 0) {
    const advised = recommendedSentence(model, summarize(model, model.recommended), healthyZone)
    lines.push(
      currentSentence(summarize(model, model.current), healthyZone),
      ...(advised === '' ? [] : [advised]),
      ...verdictSentences(model),
    )
  }
  if (rows.length > 0) {
    const widths = layerColumns.map(({ key, title }) => Math.max(title.length, ...rows.map((row) => row[key].length)))
    const format = (cells: readonly string[]): string =>
      cells
        .map((cell, i) => (layerColumns[i]?.align === 'right' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd()
    lines.push('', format(layerColumns.map(({ title }) => title)))
    for (const row of rows) lines.push(format(layerColumns.map(({ key }) => row[key])))
  }
  if (model.assumptions.length > 0) lines.push('', ...model.assumptions.map((assumption) => `assumed: ${assumption.message}`))
  return lines.join('\n')
}
