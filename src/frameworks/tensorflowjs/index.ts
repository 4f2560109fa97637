/** Reading TensorFlow.js: a JavaScript or TypeScript file to its networks as graphs. */
import type { AnalysisOptions, Document, Remark } from '../../analysis'
import { isFunction, isHost, parse } from '../../javascript'
import type { ReadDefinition, Reading, ReadModel } from '../reading'
import { SpecError } from '../spec/place'
import { runPlan } from '../spec/run'
import type { ReadingHost } from '../torch'
import { directivesOf } from './comments'
import { type Constructor, surveyOf } from './constructors'
import { type Candidate, Discovery } from './discover'
import { planOfModel } from './plan'
import { runScript, type ScriptRun } from './run'
import { shownModels } from './select'
import type { ModelValue } from './values'

export { isScriptFile, usesTensorflowjs } from './files'
export { scriptWriter } from './write'

/** Ids of the calls of each model that one layer constructor, by its offset, gave rise to. */
type Reached = ReadonlyMap<number, ReadonlyMap<number, readonly number[]>>

/** Reads a file that uses TensorFlow.js. Its parser must have been loaded. Never throws for what the file holds. */
export function readTensorflowjs(document: Document, options: AnalysisOptions, host: ReadingHost): Reading {
  const program = parse(document.file, document.text)
  const directive = directivesOf(program.comments)
  const sizes = { ...directive.sizes, ...options.sizes }
  const script = runScript(program, options, host, sizes)
  const { evaluator, module, state } = script
  const stands = (name: string): boolean => {
    const value = module.scope.get(name)
    return (isHost(value) && value.type === 'tf.layers') || (isFunction(value) && value.node === null)
  }
  const { constructors, builders } = surveyOf(program, stands)
  const readable = new Map<ModelValue, boolean>()
  const discovery = new Discovery(evaluator, state, sizes, (model) => {
    const known = readable.get(model) ?? !('message' in readModel({ model, name: model.name, assumptions: [] }, script, {}))
    readable.set(model, known)
    return known
  })
  if (options.model !== undefined) discovery.fromExpression(module, options.model)
  else {
    discovery.made(0)
    discovery.callBuilders(builders)
  }
  const { models, unread } = readModels(discovery.result.candidates, script, options.input ?? directive.input ?? undefined)
  const ownNotes = evaluator.notes.filter(({ span }) => span?.file === document.file)
  const remarks = tidy([...program.errors, ...directive.problems, ...ownNotes, ...state.failures, ...unread, ...discovery.result.failures])
  const reached = reachedBy(models, document.file)
  const definitions = constructors.map((each) => definitionOf(each, reached, remarks))
  const isEmpty = models.length === 0 && definitions.length === 0
  return {
    models,
    definitions,
    unread: remarks,
    message: isEmpty ? (remarks[0]?.message ?? 'No layers were found in this file.') : null,
    pending: script.pending,
  }
}

function readModels(
  candidates: readonly Candidate[],
  script: ScriptRun,
  input: AnalysisOptions['input'],
): { readonly models: readonly ReadModel[]; readonly unread: readonly Remark[] } {
  const models: ReadModel[] = []
  const unread: Remark[] = []
  const seen = new Set<string>()
  for (const candidate of shownModels(candidates)) {
    const read = readModel(candidate, script, input === undefined ? {} : { input })
    if ('message' in read) {
      unread.push(read)
      continue
    }
    // One function called twice alike makes one model to look at.
    const { calls, tensors } = read.graph
    const key = JSON.stringify([candidate.model.span.start, calls.map(({ type }) => type), tensors.map(({ shape }) => shape)])
    if (seen.has(key)) continue
    seen.add(key)
    models.push(nameApart(read, models))
  }
  return { models, unread }
}

function reachedBy(models: readonly ReadModel[], file: string): Reached {
  const reached = new Map<number, Map<number, number[]>>()
  models.forEach(({ graph }, model) => {
    for (const { definition, id } of graph.calls) {
      if (definition?.file !== file) continue
      const own = reached.get(definition.start) ?? new Map<number, number[]>()
      own.set(model, [...(own.get(model) ?? []), id])
      reached.set(definition.start, own)
    }
  })
  return reached
}

/** Two models of one name are counted. */
function nameApart(model: ReadModel, others: readonly ReadModel[]): ReadModel {
  const same = others.filter(({ name }) => name === model.name || name.startsWith(`${model.name} `)).length
  return same === 0 ? model : { ...model, name: `${model.name} ${same + 1}` }
}

function readModel({ model, name, assumptions }: Candidate, script: ScriptRun, options: AnalysisOptions): ReadModel | Remark {
  try {
    const plan = planOfModel(model, script.own, [...script.assumptions, ...assumptions])
    return { ...runPlan(plan, options).model, name }
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    return { message: `${name}: ${error.message}`, span: error.span }
  }
}

function definitionOf({ callee, span }: Constructor, reached: Reached, remarks: readonly Remark[]): ReadDefinition {
  const instances = [...(reached.get(span.start) ?? [])].map(([model, calls]) => ({ model, calls }))
  const why = remarks.find((remark) => remark.span !== null && remark.span.start >= span.start && remark.span.end <= span.end) ?? remarks[0]
  const reason =
    instances.length > 0 ? null : why === undefined ? 'No model of this file reaches it.' : `No model reaches it: ${why.message}`
  return { span, callee, instances, reason, standalone: null }
}

function tidy(remarks: readonly Remark[]): readonly Remark[] {
  const seen = new Map<string, Remark>()
  for (const remark of remarks) seen.set(`${remark.message}|${remark.span?.start}`, remark)
  return [...seen.values()].sort((a, b) => (a.span?.start ?? Number.MAX_SAFE_INTEGER) - (b.span?.start ?? Number.MAX_SAFE_INTEGER))
}
