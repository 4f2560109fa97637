/** The models of a Keras file: found, given an input, traced. */
import type { AnalysisOptions, Assumption, Document, InputSpec, Remark } from '../../../analysis'
import type { Comment, PythonInterpreter } from '../../../python'
import type { InstanceValue, ModuleValue, Value } from '../../../python/values'
import type { Attempt, NamedInput } from '../../discover/attempt'
import { type Candidate, type Found, foundByExpression, foundIn } from '../../discover/candidate'
import { asTokens } from '../../discover/tokens'
import type { ReadModel } from '../../reading'
import { readDirectives } from '../../torch/discover/directive'
import type { Discovered } from '../../torch/discover'
import type { Survey } from '../../torch/source/survey'
import { isModule } from '../../torch/module/registry'
import { kerasState } from '../layer/state'
import { models } from '../model/captured'
import { inputPlan } from '../model/input'
import { buildClass, findCandidates, modelsIn } from './candidates'
import { callParameters, knownInputs, passingOf, usualInputs } from './inputs'
import { traceKeras } from './trace'

/** Inputs tried on one model. */
const mostAttempts = 24

function fromValue(interpreter: PythonInterpreter, value: Value, expression: string, sizes: Readonly<Record<string, number>>): Found {
  if (value.kind === 'class') {
    const { candidates, failure } = buildClass(interpreter, value, sizes)
    return { candidates, failures: failure === null ? [] : [failure] }
  }
  return foundIn(expression, value, isModule(value) ? [value] : modelsIn(interpreter, value))
}

function fromExpression(
  interpreter: PythonInterpreter,
  document: Document,
  module: ModuleValue,
  expression: string,
  sizes: Readonly<Record<string, number>>,
): Found {
  // A program's own names are numbered from the start in a session of their own.
  kerasState(interpreter).names.clear()
  return foundByExpression(interpreter, document, module, expression, (value) => fromValue(interpreter, value, expression, sizes))
}

function askedInputs(interpreter: PythonInterpreter, model: InstanceValue, asked: readonly InputSpec[]): readonly NamedInput[] {
  const known = knownInputs(interpreter, model)
  const names = known?.map(({ name }) => name) ?? callParameters(model)
  return asked.map((spec, index) => ({ name: names[index] ?? `input_${index}`, spec }))
}

interface Fed {
  readonly attempt: Attempt | null
  readonly isAssumed: boolean
}

function feed(interpreter: PythonInterpreter, { model, site }: Candidate, asked: readonly InputSpec[] | null): Fed {
  const run = (inputs: readonly NamedInput[]): Attempt => {
    const attempt = traceKeras(interpreter, model, inputs, passingOf(interpreter, model), site)
    const tokens = asTokens(attempt.graph, inputs)
    return tokens === null ? attempt : traceKeras(interpreter, model, tokens, passingOf(interpreter, model), site)
  }
  if (asked !== null) return { attempt: run(askedInputs(interpreter, model, asked)), isAssumed: false }
  const known = knownInputs(interpreter, model)
  if (known !== null) return { attempt: run(known), isAssumed: false }
  let best: Attempt | null = null
  for (const inputs of usualInputs(interpreter, model).slice(0, mostAttempts)) {
    const attempt = run(inputs)
    if (best === null || attempt.stopped === null || (best.stopped !== null && attempt.graph.calls.length > best.graph.calls.length))
      best = attempt
    if (attempt.stopped === null) break
  }
  return { attempt: best, isAssumed: true }
}

function read(interpreter: PythonInterpreter, document: Document, candidate: Candidate, asked: readonly InputSpec[] | null): Discovered {
  const { attempt, isAssumed } = feed(interpreter, candidate, asked)
  const { cls } = candidate.model
  const span = cls.span?.file === document.file ? cls.span : candidate.site
  if (attempt === null)
    return { models: [], remarks: [{ message: `${candidate.name}: it has no layer that tells the shape of its input`, span }] }
  const { graph, stopped, notes } = attempt
  const remarks: Remark[] =
    stopped === null ? [] : [{ message: `${candidate.name} is not followed to its end: ${stopped.message}`, span: stopped.span ?? span }]
  remarks.push(...notes.filter(({ kind }) => kind === 'unread'))
  if (graph.calls.length === 0) return { models: [], remarks }
  const input = attempt.inputs.map(({ spec }) => spec)
  const shapes = input.map(({ shape }) => shape.join('×')).join(', ')
  const plan = inputPlan(interpreter)
  const open = (models(interpreter).captured.get(candidate.model)?.inputs ?? []).flatMap((id) => plan.assumptions.get(id) ?? [])
  const assumptions: Assumption[] = [
    ...candidate.assumptions,
    ...(isAssumed ? [{ message: `input of shape ${shapes} is assumed`, span, setting: 'input' }] : asked === null ? open : []),
    ...notes.filter(({ kind }) => kind === 'assumption').map(({ message, span: at }) => ({ message, span: at, setting: null })),
  ]
  const rootClass = cls.span === null ? null : { name: cls.name, span: cls.span }
  const model: ReadModel = { name: candidate.name, framework: 'keras', span, rootClass, assumptions, input, graph }
  return { models: [model], remarks }
}

/** Share of the time after which no further model is begun. */
const mostSpent = 0.85

/** The models of a file that has been run. */
export function discoverKeras(
  interpreter: PythonInterpreter,
  document: Document,
  options: AnalysisOptions,
  survey: Survey,
  comments: readonly Comment[],
  module: ModuleValue,
): Discovered {
  const directive = readDirectives(interpreter, module, comments)
  const asked = options.input ?? directive.input
  const sizes = { ...directive.sizes, ...options.sizes }
  const found =
    options.model !== undefined
      ? fromExpression(interpreter, document, module, options.model, sizes)
      : directive.model !== null
        ? fromValue(interpreter, directive.model, 'model', sizes)
        : findCandidates(interpreter, document, module, survey, sizes)
  const result = { models: [] as ReadModel[], remarks: [...directive.problems, ...found.failures] }
  for (const candidate of found.candidates) {
    if (result.models.length > 0 && interpreter.meter.spent > mostSpent) {
      const message = `${candidate.name} and what follows it are not traced: reading takes longer than is given to it`
      result.remarks.push({ message, span: candidate.site })
      break
    }
    const discovered = interpreter.bounded(
      () => read(interpreter, document, candidate, asked),
      (reason, span): Discovered => ({
        models: [],
        remarks: [{ message: `${candidate.name} is not read: ${reason}`, span: span ?? candidate.site }],
      }),
    )
    // A chain of augmentations beside the models draws nothing.
    result.models.push(...discovered.models.filter(({ graph }) => graph.parameters.length > 0 || found.candidates.length === 1))
    result.remarks.push(...discovered.remarks)
  }
  return result
}
