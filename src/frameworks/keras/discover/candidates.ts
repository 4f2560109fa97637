/** Which models of a Keras file to show. */
import type { Document, Remark } from '../../../analysis'
import type { Span } from '../../../graph'
import type { PythonInterpreter } from '../../../python'
import { int, tuple } from '../../../python/make'
import { lookUp } from '../../../python/mro'
import type { ClassValue, FunctionValue, InstanceValue, ModuleValue, Value } from '../../../python/values'
import {
  type Built,
  type Candidate,
  calledForModels,
  type Found,
  leadingFunctions,
  modelsWithin,
  mostModels,
  named,
  needsNothing,
  undecorated,
} from '../../discover/candidate'
import { shortened } from '../../torch/discover/candidate'
import { assumption, type Sizes } from '../../torch/discover/placeholder'
import { placeholdersFor } from '../../torch/discover/placeholders'
import { finishedModules, type MadeModule, moduleHistory } from '../../torch/module/instances'
import { isModuleClass } from '../../torch/module/registry'
import { dotted, type Survey } from '../../torch/source/survey'
import { kerasState } from '../layer/state'
import { sublayers } from '../layer/sublayers'
import { models } from '../model/captured'
import { isModel, modelClass } from '../model/class'

function descendants(layer: InstanceValue, found: Set<InstanceValue>): void {
  for (const child of sublayers(layer)) {
    if (found.has(child)) continue
    found.add(child)
    descendants(child, found)
  }
}

/** Models in what an expression or a builder gave. */
export function modelsIn(interpreter: PythonInterpreter, value: Value): readonly InstanceValue[] {
  return modelsWithin(value, (each) => isModel(interpreter, each))
}

/** The outermost expression of this file that made the model, and its text; a name that the file binds it to where that is long. */
function nameOf(
  document: Document,
  made: MadeModule,
  bound: ReadonlyMap<Value, string>,
): { readonly name: string; readonly site: Span | null } {
  const { module, callSpans } = made
  const spans = [...callSpans, module.span].filter((span) => span?.file === document.file)
  const site = spans[0] ?? module.span
  const text = site?.file === document.file ? document.text.slice(site.start, site.end) : `${module.cls.name}()`
  const name = bound.get(module)
  return {
    name: name !== undefined && (text.includes('\n') || text.length > 40) ? name : shortened(text),
    site: module.span?.file === document.file ? module.span : site,
  }
}

/** A model that only trains others has no `call`: those are shown. */
function computes(interpreter: PythonInterpreter, model: InstanceValue): boolean {
  return models(interpreter).captured.has(model) || lookUp(model.cls, 'call') !== lookUp(modelClass(interpreter), 'call')
}

function instances(interpreter: PythonInterpreter, document: Document, namespace: ModuleValue): readonly Candidate[] {
  const made = finishedModules(interpreter).filter(({ isPart, module }) => !isPart && isModel(interpreter, module))
  const parts = new Set<InstanceValue>()
  for (const { module } of made) descendants(module, parts)
  const bound = new Map<Value, string>()
  for (const [name, value] of namespace.attributes)
    for (const model of modelsIn(interpreter, value)) if (!bound.has(model)) bound.set(model, name)
  const whole = made.filter(({ module }) => (!parts.has(module) || bound.has(module)) && computes(interpreter, module))
  const anyBound = whole.some(({ module }) => bound.has(module))
  const found = new Map<string, Candidate>()
  for (const each of whole) {
    if (anyBound && !bound.has(each.module) && each.callSpans.length > 0) continue
    const { name, site } = nameOf(document, each, bound)
    const own = found.has(name) ? (bound.get(each.module) ?? name) : name
    if (!found.has(own)) found.set(own, { name: own, model: each.module, site, assumptions: [] })
  }
  return [...found.values()]
}

const shapeParameter = /^(input_?shape|img_?shape|image_?shape|in_?shape|shape|input_?dims?|img_?size|image_?size)$/i

/** Names that a function gives to `Input` as they are, whatever they are called: shapes. */
function shapesIn(survey: Survey, functionName: string): ReadonlySet<string> {
  const inputs = survey.calls.filter((each) => each.functionName === functionName && /(^|\.)Input$/.test(dotted(each.call.callee) ?? ''))
  return new Set(
    inputs.flatMap(({ call }) =>
      call.arguments.flatMap(({ kind, name, value }, index) =>
        value.kind === 'name' && ((kind === 'positional' && index === 0) || name === 'shape') ? [value.name] : [],
      ),
    ),
  )
}

/** Calls a builder or a class with placeholders for what must be given. */
function build(
  interpreter: PythonInterpreter,
  name: string,
  callee: ClassValue | FunctionValue,
  initializer: FunctionValue | null,
  skip: number,
  sizes: Sizes,
  shapes: ReadonlySet<string> = new Set(),
): Built {
  const fn = initializer === null ? null : undecorated(initializer)
  const given = fn === null ? null : placeholdersFor(interpreter, fn, skip, sizes)
  const keyword = new Map(given?.keyword ?? [])
  const assumptions = [...(given?.assumptions ?? [])]
  for (const node of fn?.node.parameters ?? []) {
    const value = keyword.get(node.name)
    const isNamedShape = shapeParameter.test(node.name) && value?.kind !== 'int'
    if (value === undefined || (!isNamedShape && !shapes.has(node.name)) || sizes[node.name] !== undefined) continue
    const shape = tuple([int(32), int(32), int(3)])
    keyword.set(node.name, shape)
    const index = assumptions.findIndex(({ span }) => span === node.span)
    if (index >= 0) assumptions[index] = assumption(interpreter, node.name, node.name, shape, node)
  }
  // Each is numbered as the first of its session.
  kerasState(interpreter).names.clear()
  const result = calledForModels(interpreter, name, callee, keyword, callee.span)
  if ('message' in result) return { candidates: [], failure: result }
  const found = modelsIn(interpreter, result)
  const shown = [...keyword].map(([key, value]) => `${key}=${value.kind === 'unknown' ? '?' : interpreter.repr(value)}`)
  const text = shortened(`${name}(${shown.join(', ')})`)
  const failure = result.kind === 'unknown' ? { message: `${name}(): ${result.reason}`, span: result.span ?? callee.span } : null
  return { candidates: named(text, found, callee.span, assumptions), failure }
}

export function buildClass(interpreter: PythonInterpreter, cls: ClassValue, sizes: Sizes): Built {
  const initializer = lookUp(cls, '__init__')
  const made = build(interpreter, cls.name, cls, initializer?.kind === 'function' ? initializer : null, 1, sizes)
  return made
}

const kerasRoots = /^(keras|tensorflow|tf_keras)(\.|$)/

/** Functions of the file that mention Keras, or classes or functions that do, without those that others call. */
function builders(
  document: Document,
  survey: Survey,
  namespace: ModuleValue,
  classes: readonly ClassValue[],
): readonly (readonly [string, FunctionValue])[] {
  const own = new Set(classes.map(({ name }) => name))
  const isOpen = survey.starred.some((module) => kerasRoots.test(module))
  const leads = (_: string, mentioned: ReadonlySet<string>): boolean =>
    isOpen || [...mentioned].some((each) => own.has(each) || kerasRoots.test(survey.imported.get(each) ?? ''))
  return leadingFunctions(document, survey, namespace, leads).filter(([name]) => !name.startsWith('_'))
}

/** Models that the file makes; else what its builder functions give; then model classes that none of these made. */
export function findCandidates(
  interpreter: PythonInterpreter,
  document: Document,
  namespace: ModuleValue,
  survey: Survey,
  sizes: Sizes,
): Found {
  const candidates: Candidate[] = [...instances(interpreter, document, namespace)]
  const failures: Remark[] = []
  const classes = [...namespace.attributes.values()].filter(
    (value): value is ClassValue => value.kind === 'class' && value.span?.file === document.file && isModuleClass(value),
  )
  const { made } = moduleHistory(interpreter)
  const isMade = (cls: ClassValue): boolean => made.some(({ module }) => module.cls.mro.includes(cls))
  const take = ({ candidates: built, failure }: Built): void => {
    const known = new Set(candidates.map(({ model }) => model))
    candidates.push(...built.filter(({ model }) => !known.has(model)))
    if (failure !== null) failures.push(failure)
  }
  const functions = builders(document, survey, namespace, classes)
  const silent: Remark[] = []
  const tryAll = (open: boolean): void => {
    for (const [name, fn] of functions) {
      if (candidates.length >= mostModels || needsNothing(fn) === open) continue
      const built = build(interpreter, name, fn, fn, 0, sizes, shapesIn(survey, name))
      take({ ...built, failure: null })
      if (built.failure !== null) silent.push(built.failure)
    }
  }
  if (candidates.length === 0) tryAll(false)
  if (candidates.length === 0) tryAll(true)
  const isOwnModel = (cls: ClassValue): boolean => cls.mro.includes(modelClass(interpreter))
  for (const cls of classes) {
    if (candidates.length >= mostModels) break
    if (isOwnModel(cls) && !isMade(cls)) take(buildClass(interpreter, cls, sizes))
  }
  if (candidates.length === 0) failures.push(...silent)
  return { candidates: candidates.slice(0, mostModels), failures }
}
