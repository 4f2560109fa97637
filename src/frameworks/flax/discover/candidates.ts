/** Which models of a Flax file to show. */
import type { Assumption, Document } from '../../../analysis'
import type { Span } from '../../../graph'
import type { PythonInterpreter } from '../../../python'
import { partialTarget } from '../../../python/library'
import type { ClassValue, FunctionValue, InstanceValue, ModuleValue, Value } from '../../../python/values'
import {
  type Built,
  type Candidate,
  calledForModels,
  leadingFunctions,
  modelsWithin,
  named,
  needsNothing,
  undecorated,
} from '../../discover/candidate'
import { shortened } from '../../torch/discover/candidate'
import type { Sizes } from '../../torch/discover/placeholder'
import { placeholdersFor } from '../../torch/discover/placeholders'
import { finishedModules, type MadeModule } from '../../torch/module/instances'
import type { Survey } from '../../torch/source/survey'
import { moduleState } from '../linen/state'
import { heldBelow } from '../nnx/tree'
import { fieldArguments } from './fields'
import { isFlaxModel, isLinenClass, isNnxClass } from './model'
import { withRngs } from './rngs'

/** Models in what an expression or a builder gave. */
export function modelsIn(interpreter: PythonInterpreter, value: Value): readonly InstanceValue[] {
  return modelsWithin(value, (each) => isFlaxModel(interpreter, each))
}

function isPartOfOther(interpreter: PythonInterpreter, module: InstanceValue): boolean {
  const { parent, holder } = moduleState(interpreter, module)
  return parent !== null || holder !== null
}

/** The outermost expression of this file that made the model, and its text; a name that the file binds it to where that is long. */
function nameOf(
  document: Document,
  made: MadeModule,
  bound: ReadonlyMap<Value, string>,
): { readonly name: string; readonly site: Span | null } {
  const { module, callSpans } = made
  const site = [...callSpans, module.span].find((span) => span?.file === document.file) ?? module.span
  const own = module.span?.file === document.file ? module.span : site
  const text = own?.file === document.file ? document.text.slice(own.start, own.end) : `${module.cls.name}()`
  const name = bound.get(module)
  return { name: name !== undefined && (text.includes('\n') || text.length > 60) ? name : shortened(text), site: own }
}

/** Models that the program makes itself, alone and not as parts. */
export function instances(interpreter: PythonInterpreter, document: Document, namespace: ModuleValue): readonly Candidate[] {
  const history = finishedModules(interpreter).filter(({ isPart, module }) => !isPart && isFlaxModel(interpreter, module))
  const parts = new Set<InstanceValue>()
  for (const { module } of history)
    if (isNnxClass(interpreter, module.cls)) for (const [path, held] of heldBelow(module).modules) if (path !== '') parts.add(held)
  const bound = new Map<Value, string>()
  for (const [name, value] of namespace.attributes)
    for (const model of modelsIn(interpreter, value)) if (!bound.has(model)) bound.set(model, name)
  const found = new Map<string, Candidate>()
  for (const each of history) {
    const { module } = each
    if (parts.has(module) || isPartOfOther(interpreter, module)) continue
    const { name, site } = nameOf(document, each, bound)
    if (!found.has(name)) found.set(name, { name, model: module, site, assumptions: [] })
  }
  return [...found.values()]
}

function call(
  interpreter: PythonInterpreter,
  name: string,
  callee: Value,
  keyword: ReadonlyMap<string, Value>,
  assumptions: readonly Assumption[],
  span: Span | null,
): Built {
  const result = calledForModels(interpreter, name, callee, keyword, span)
  if ('message' in result) return { candidates: [], failure: result }
  const shown = [...keyword]
    .filter(([key]) => key !== 'rngs')
    .map(([key, value]) => `${key}=${value.kind === 'unknown' ? '?' : shownValue(interpreter, value)}`)
  const text = shortened(`${name}(${shown.join(', ')})`)
  return {
    candidates: named(text, modelsIn(interpreter, result), span, assumptions),
    failure: result.kind === 'unknown' ? { message: `${name}(): ${result.reason}`, span: result.span ?? span } : null,
  }
}

function shownValue(interpreter: PythonInterpreter, value: Value): string {
  if (value.kind === 'class' || value.kind === 'function' || value.kind === 'builtin') return value.name
  return value.kind === 'instance' ? `${value.cls.name}(…)` : interpreter.repr(value)
}

/** A class of the file, or one with some fields given already, with placeholders for what must be given. */
export function build(interpreter: PythonInterpreter, name: string, value: Value, sizes: Sizes): Built | null {
  const partial = partialTarget(value)
  const target = partial?.fn ?? value
  if (target.kind !== 'class') return null
  const given = new Set(partial?.keyword.keys() ?? [])
  const span = target.span
  if (isLinenClass(interpreter, target)) {
    const { keyword, assumptions } = fieldArguments(interpreter, target, given, partial?.positional.length ?? 0, sizes)
    return call(interpreter, name, value, keyword, assumptions, span)
  }
  if (!isNnxClass(interpreter, target)) return null
  const { keyword, assumptions } = withRngs(interpreter, target, given, sizes)
  return call(interpreter, name, value, keyword, assumptions, span)
}

/** What a function of the file gives when it is called with placeholders. */
export function buildByFunction(interpreter: PythonInterpreter, name: string, fn: FunctionValue, sizes: Sizes): Built {
  const given = needsNothing(fn) ? null : placeholdersFor(interpreter, undecorated(fn), 0, sizes)
  return call(interpreter, name, fn, given?.keyword ?? new Map(), given?.assumptions ?? [], fn.span)
}

/** Functions of the file's own level that mention one of its model classes, or call `init`: run for the models that they make. */
export function explorers(
  document: Document,
  survey: Survey,
  namespace: ModuleValue,
  classes: readonly ClassValue[],
): readonly (readonly [string, FunctionValue])[] {
  const own = new Set(classes.map(({ name }) => name))
  const initializing = new Set(
    survey.calls.flatMap(({ call: { callee }, functionName, className }) =>
      callee.kind === 'attribute' &&
      /^(init|lazy_init|init_with_output|tabulate)$/.test(callee.name) &&
      functionName !== null &&
      className === null
        ? [functionName]
        : [],
    ),
  )
  const leads = (name: string, mentioned: ReadonlySet<string>): boolean =>
    initializing.has(name) || [...mentioned].some((each) => own.has(each))
  return leadingFunctions(document, survey, namespace, leads)
}
