/** The façade: what the editor, the panel and the terminal call, and the only thing they call. */
import {
  type AdviceOptions,
  adviseWeights,
  type FixRequest,
  type FixResult,
  type FixTarget,
  findProblems,
  makeFix,
  makeSpecFix,
  readersOf,
  recommendedInitializers,
  standaloneRecommendation,
  withoutIgnored,
} from './advice'
import type { Analysis, AnalysisOptions, Document, Finding, ModelAnalysis, WeightAdvice } from './analysis'
import {
  isScriptFile,
  isSpecFile,
  type ReadingHost,
  type ReadModel,
  readDocument,
  type SpecWriter,
  scriptWriter,
  specWriter,
} from './frameworks'
import type { Graph } from './graph'
import { parseCached } from './python'
import { predictRemembered, samplesSecond, verdictsOn } from './signal'

export { type FixRequest, type FixResult, findingRules } from './advice'
export { initialize, isScriptFile, isSpecFile, sizeKnobs, usesTensorflowjs } from './frameworks'

/**
 * Reads the networks in a document and predicts and advises each. Synchronous and pure: other files come from `host.sources`,
 * time from `host.now`. `initialize()` must have been awaited once.
 */
export function analyze(document: Document, options: AnalysisOptions, host: ReadingHost): Analysis {
  const parts = analyzeInParts(document, options, host)
  for (;;) {
    const { done, value } = parts.next()
    if (done === true) return value
  }
}

/**
 * The same in steps, for whoever has other things to do between them: first what is read, then with each model that is predicted,
 * `options.first` before the others, one more. Models that are still to come stand in `waiting` by their names; ids in
 * `definitions` are those of the models that are there. Gives the whole in the end.
 */
export function* analyzeInParts(document: Document, options: AnalysisOptions, host: ReadingHost): Generator<Analysis, Analysis, void> {
  const reading = readDocument(document, options, host)
  const advice: AdviceOptions = {
    xavierVariance: options.xavierVariance ?? 'glorot',
    distribution: options.distribution ?? 'normal',
  }
  const fixer = fixerOf(document)
  const whole = {
    file: document.file,
    definitions: reading.definitions.map((definition) => ({
      ...definition,
      standalone:
        definition.standalone === null
          ? null
          : {
              ...definition.standalone,
              recommended: standaloneRecommendation(definition.standalone, {
                ...advice,
                framework: frameworkOf(definition.callee),
              }),
            },
    })),
    unread: reading.unread,
    message: reading.message,
    pending: reading.pending,
  }
  const models = new Array<ModelAnalysis | null>(reading.models.length).fill(null)
  const first = reading.models.findIndex(({ name }) => name === options.first)
  const order = [...reading.models.keys()].sort((a, b) => Number(b === first) - Number(a === first) || a - b)
  for (const index of order) {
    yield withModels(whole, reading.models, models)
    const read = reading.models[index] as ReadModel
    const part = read.rootClass === null ? read.whole?.part : undefined
    models[index] = analyzeModel(read, document, { ...advice, framework: read.framework, part }, fixer)
  }
  return withModels(whole, reading.models, models)
}

/** An analysis with those of its models that are there. */
function withModels(
  whole: Omit<Analysis, 'models' | 'waiting'>,
  read: readonly ReadModel[],
  models: readonly (ModelAnalysis | null)[],
): Analysis {
  const there = models.flatMap((model, index) => (model === null ? [] : [index]))
  const waiting = read.filter((_, index) => models[index] === null).map(({ name }) => name)
  if (waiting.length === 0) return { ...whole, models: models as readonly ModelAnalysis[], waiting }
  const places = new Map(there.map((index, place) => [index, place]))
  return {
    ...whole,
    models: models.filter((model) => model !== null),
    waiting,
    definitions: whole.definitions.map((definition) => ({
      ...definition,
      instances: definition.instances.flatMap(({ model, calls }) => {
        const place = places.get(model)
        return place === undefined ? [] : [{ model: place, calls }]
      }),
    })),
  }
}

function frameworkOf(callee: string): ModelAnalysis['framework'] {
  return callee.startsWith('keras.') ? 'keras' : callee.startsWith('flax.') ? 'flax' : 'pytorch'
}

/** A sequence that comes first is no batch: said, because every number of the model rests on it. */
function withSamples(read: ReadModel): ReadModel {
  const graph = samplesSecond(read.graph)
  if (graph === null) return read
  const message = 'the second axis of the input is taken to number the samples: the network mixes what lies along the first'
  return { ...read, graph, assumptions: [...read.assumptions, { message, span: read.span, setting: null }] }
}

function analyzeModel(model: ReadModel, document: Document, options: AdviceOptions, { writer, carryOut }: Fixer): ModelAnalysis {
  const read = withSamples(model)
  const { graph } = read
  const weights = inWordsOf(writer, graph, adviseWeights(graph, options))
  const current = predictRemembered(graph)
  const recommended = predictRemembered(graph, { initializers: recommendedInitializers(graph, weights, read.framework) })
  const verdicts = verdictsOn(graph, current, recommended)
  const analysis: ModelAnalysis = { ...read, current, recommended, weights, verdicts, findings: [] }
  const problems = withoutIgnored(
    findProblems({ graph, consumers: readersOf(graph), current, recommended, weights, verdicts }),
    document.file,
    document.text,
  )
  return { ...analysis, findings: problems.map(({ mendedBy, ...finding }) => withFix(finding, mendedBy, analysis, carryOut)) }
}

/** A layer spec has words of its own for what is recommended. */
function inWordsOf(writer: SpecWriter | null, graph: Graph, weights: readonly WeightAdvice[]): readonly WeightAdvice[] {
  if (writer === null) return weights
  return weights.map((weight) => {
    const parameter = graph.parameters[weight.parameter]
    const { recommended } = weight
    const code =
      parameter === undefined ? null : writer.code({ parameter, distribution: recommended.initializer.distribution, family: null })
    return code === null ? weight : { ...weight, recommended: { ...recommended, code, template: code } }
  })
}

/** A rule that names the parameters whose advice mends it gets that advice as its fix. */
function withFix(finding: Finding, mendedBy: readonly number[], model: ModelAnalysis, carryOut: Fixer['carryOut']): Finding {
  if (finding.fix !== null || mendedBy.length === 0) return finding
  const result = carryOut(model, { kind: 'recommended', parameters: new Set(mendedBy) })
  return result.ok ? { ...finding, fix: { title: 'Apply the recommended initialization', edits: result.edits } } : finding
}

/** Edits of `document` that carry out a request on one of its models, or why there are none. */
export function fix(document: Document, model: ModelAnalysis, request: FixRequest): FixResult {
  return fixerOf(document).carryOut(model, request)
}

interface Fixer {
  /** Of a layer spec; null for code, and for a spec that cannot be read. */
  readonly writer: SpecWriter | null
  readonly carryOut: (model: ModelAnalysis, request: FixRequest) => FixResult
}

/** Parses the document once, however many fixes are asked for. */
function fixerOf(document: Document): Fixer {
  const { file, text } = document
  if (isSpecFile(file)) {
    const writer = specWriter(document)
    return {
      writer,
      carryOut: (model, request) =>
        writer === null ? { ok: false, reason: 'The spec cannot be read as it stands.' } : makeSpecFix(model, request, writer),
    }
  }
  if (isScriptFile(file)) {
    const writer = scriptWriter(document)
    return { writer, carryOut: (model, request) => makeSpecFix(model, request, writer) }
  }
  let target: FixTarget | null = null
  return {
    writer: null,
    carryOut(model, request) {
      if (!/\.(?:pyw?|ipynb)$/.test(file)) return { ok: false, reason: 'Fixes are written into Python files and notebooks.' }
      target ??= { module: parseCached(file, text).module, text }
      return makeFix(model, request, target)
    },
  }
}
