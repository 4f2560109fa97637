/** The models of a Flax file: found, given an input, traced. */
import type { AnalysisOptions, Assumption, Document, InputSpec, Remark } from '../../../analysis'
import type { Comment, PythonInterpreter } from '../../../python'
import { partialTarget } from '../../../python/library'
import { isUnknown } from '../../../python/guards'
import type { ClassValue, InstanceValue, ModuleValue, Value } from '../../../python/values'
import { type Candidate, type Found, foundByExpression, foundIn, mostModels } from '../../discover/candidate'
import { asTokens } from '../../discover/tokens'
import type { ReadModel } from '../../reading'
import { shortened } from '../../torch/discover/candidate'
import type { Discovered } from '../../torch/discover'
import { readDirectives } from '../../torch/discover/directive'
import { moduleHistory } from '../../torch/module/instances'
import { isModuleClass } from '../../torch/module/registry'
import type { Survey } from '../../torch/source/survey'
import { type CallPlan, planCall } from './arguments'
import { build, buildByFunction, explorers, instances, modelsIn } from './candidates'
import { toldCall } from './model'
import { inputsByFields, usualInputs, widestInput } from './inputs'
import { type FlaxAttempt, traceFlax } from './trace'

const normal = { kind: 'normal', mean: 0, std: 1 } as const

/** Inputs tried on one model. */
const mostAttempts = 12

type Sizes = Readonly<Record<string, number>>

interface Fed {
  readonly attempt: FlaxAttempt | null
  readonly assumption: string | null
}

function shapesText(attempt: FlaxAttempt): string {
  return attempt.inputs.map(({ spec }) => spec.shape.join('×')).join(', ')
}

function feed(interpreter: PythonInterpreter, { model, site }: Candidate, asked: readonly InputSpec[] | null): Fed {
  const run = (plan: CallPlan): FlaxAttempt => {
    const attempt = traceFlax(interpreter, model, plan, site)
    // Integers that the file feeds say no range: that of the table they are looked up in does.
    const open = attempt.inputs.map((input) => (asked === null ? { ...input, spec: { ...input.spec, distribution: normal } } : input))
    const typed = asTokens(attempt.graph, open)
    if (typed === null) return attempt
    let next = 0
    const tokens = plan.arguments.map((argument) => {
      if (argument.given.kind !== 'array') return argument
      const own = typed[next++]
      return own?.spec.distribution.kind !== 'tokens' ? argument : { ...argument, given: { kind: 'array' as const, spec: own.spec } }
    })
    return traceFlax(interpreter, model, { ...plan, arguments: tokens }, site)
  }
  if (asked !== null) {
    const plan = planCall(interpreter, model, asked, false)
    return { attempt: plan === null ? null : run(plan), assumption: null }
  }
  const batched = planCall(interpreter, model, null, true)
  if (batched !== null && toldCall(interpreter, model) !== undefined) {
    const attempt = run(batched)
    const exact = planCall(interpreter, model, null, false)
    if (attempt.stopped !== null && exact !== null) {
      const again = run(exact)
      if (again.stopped === null) return { attempt: again, assumption: null }
    }
    return { attempt, assumption: null }
  }
  let best: FlaxAttempt | null = null
  const tried = new Set<string>()
  let isTold = false
  let queue: readonly InputSpec[] = [widestInput]
  for (let count = 0; count < mostAttempts; count++) {
    const spec = queue.find(({ shape }) => !tried.has(shape.join()))
    if (spec === undefined) break
    tried.add(spec.shape.join())
    const plan = planCall(interpreter, model, [spec], true)
    if (plan === null) break
    const attempt = run(plan)
    // The first layer that was called tells which inputs are usual.
    const wanted = usualInputs(attempt.first, attempt.inputs[0]?.spec.shape ?? [])
    const isUsual = count > 0 || wanted[0]?.shape.join() === spec.shape.join()
    if (
      isUsual &&
      (best === null || attempt.stopped === null || (best.stopped !== null && attempt.graph.calls.length > best.graph.calls.length))
    )
      best = attempt
    if (attempt.stopped === null && isUsual) break
    if (count === 0 || (!isTold && attempt.first !== null))
      queue = [...wanted.slice(0, 7), ...inputsByFields(model.attributes), ...wanted.slice(7)]
    isTold ||= attempt.first !== null
  }
  return { attempt: best, assumption: best === null ? null : `input of shape ${shapesText(best)} is assumed` }
}

function read(interpreter: PythonInterpreter, document: Document, candidate: Candidate, asked: readonly InputSpec[] | null): Discovered {
  const { attempt, assumption } = feed(interpreter, candidate, asked)
  const { cls } = candidate.model
  const span = cls.span?.file === document.file ? cls.span : candidate.site
  if (attempt === null) return { models: [], remarks: [{ message: `${candidate.name}: nothing tells the shape of its input`, span }] }
  const { graph, stopped, notes } = attempt
  const remarks: Remark[] =
    stopped === null ? [] : [{ message: `${candidate.name} is not followed to its end: ${stopped.message}`, span: stopped.span ?? span }]
  remarks.push(...notes.filter(({ kind }) => kind === 'unread'))
  if (graph.calls.length === 0) return { models: [], remarks }
  const assumptions: Assumption[] = [
    ...candidate.assumptions,
    ...(assumption === null ? [] : [{ message: assumption, span, setting: 'input' }]),
    ...notes.filter(({ kind }) => kind === 'assumption').map(({ message, span: at }) => ({ message, span: at, setting: null })),
  ]
  const rootClass = cls.span === null ? null : { name: cls.name, span: cls.span }
  const input = attempt.inputs.map(({ spec }) => spec)
  const model: ReadModel = { name: candidate.name, framework: 'flax', span, rootClass, assumptions, input, graph }
  return { models: [model], remarks }
}

function fromValue(interpreter: PythonInterpreter, value: Value, expression: string, sizes: Sizes): Found {
  const built = build(interpreter, shortened(expression), value, sizes)
  if (built !== null) return { candidates: built.candidates, failures: built.failure === null ? [] : [built.failure] }
  return foundIn(expression, value, modelsIn(interpreter, value))
}

interface Readers {
  readonly take: (candidates: readonly Candidate[]) => void
  readonly count: () => number
}

/** Classes that other classes of the file mention come after those: they are parts, most likely. */
function inOrder(classes: readonly ClassValue[], survey: Survey): readonly ClassValue[] {
  const isMentioned = (cls: ClassValue): boolean =>
    [...survey.classes].some(([name, mentioned]) => name !== cls.name && mentioned.has(cls.name))
  return [...classes.filter((cls) => !isMentioned(cls)), ...classes.filter(isMentioned).reverse()]
}

/** Models that the file makes; those of its functions; partly given classes; then model classes that none of these made. */
function findAll(
  interpreter: PythonInterpreter,
  document: Document,
  module: ModuleValue,
  survey: Survey,
  sizes: Sizes,
  { take, count }: Readers,
): readonly Remark[] {
  const failures: Remark[] = []
  const classes = [...module.attributes.values()].filter(
    (value): value is ClassValue => value.kind === 'class' && value.span?.file === document.file && isModuleClass(value),
  )
  const known = new Set<Value>()
  const fresh = (candidates: readonly Candidate[]): readonly Candidate[] => {
    const own = candidates.filter(({ model }) => !known.has(model))
    for (const { model } of own) known.add(model)
    return own
  }
  // A model of which a field is not known says less than its class with what is usual there.
  const isOpen = (model: InstanceValue): boolean => classes.includes(model.cls) && [...model.attributes.values()].some(isUnknown)
  const isMade = (cls: ClassValue): boolean =>
    moduleHistory(interpreter).made.some(({ module: made }) => made.cls.mro.includes(cls) && !isOpen(made))
  const closed = (candidates: readonly Candidate[]): readonly Candidate[] => candidates.filter(({ model }) => !isOpen(model))
  take(fresh(closed(instances(interpreter, document, module))))
  for (const [name, fn] of explorers(document, survey, module, classes)) {
    if (count() >= mostModels) break
    const notes = interpreter.notes.length
    const built = buildByFunction(interpreter, name, fn, sizes)
    // With placeholders much is not known: what a function leaves unread says little.
    interpreter.notes.length = notes
    const made = instances(interpreter, document, module)
    // What a function gives back goes by the function's name where it was given everything.
    const returned = new Map(built.candidates.map((each) => [each.model, each]))
    take(fresh(closed(made.map((each) => returned.get(each.model) ?? each))))
    take(fresh(closed(built.candidates)))
  }
  for (const [name, value] of module.attributes) {
    if (count() >= mostModels) break
    const target = partialTarget(value)?.fn
    if (target?.kind !== 'class' || target.span?.file !== document.file) continue
    const built = build(interpreter, name, value, sizes)
    if (built?.failure) failures.push(built.failure)
    take(fresh(built?.candidates ?? []))
  }
  for (const cls of inOrder(classes, survey)) {
    if (count() >= mostModels || isMade(cls)) continue
    const built = build(interpreter, cls.name, cls, sizes)
    if (built?.failure) failures.push(built.failure)
    take(fresh(built?.candidates ?? []))
  }
  return failures
}

/** The models of a file that has been run. */
export function discoverFlax(
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
  const expression = options.model
  const models: ReadModel[] = []
  const remarks: Remark[] = [...directive.problems]
  const take = (candidates: readonly Candidate[]): void => {
    for (const candidate of candidates) {
      if (models.length >= mostModels) return
      const discovered = read(interpreter, document, candidate, asked)
      models.push(...discovered.models.filter(({ graph }) => graph.parameters.length > 0 || expression !== undefined))
      remarks.push(...discovered.remarks)
    }
  }
  if (expression !== undefined || directive.model !== null) {
    const found =
      expression !== undefined
        ? foundByExpression(interpreter, document, module, expression, (value) => fromValue(interpreter, value, expression, sizes))
        : fromValue(interpreter, directive.model ?? { kind: 'none' }, 'model', sizes)
    remarks.push(...found.failures)
    take(found.candidates)
  } else remarks.push(...findAll(interpreter, document, module, survey, sizes, { take, count: () => models.length }))
  return { models, remarks }
}
