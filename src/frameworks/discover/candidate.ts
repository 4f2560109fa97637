/** Models of a file that are to be traced. */
import type { Assumption, Document, Remark } from '../../analysis'
import type { Span } from '../../graph'
import { PythonError, type PythonInterpreter } from '../../python'
import type { FunctionValue, InstanceValue, ModuleValue, Value } from '../../python/values'
import { shortened } from '../torch/discover/candidate'
import type { Survey } from '../torch/source/survey'

export interface Candidate {
  readonly name: string
  readonly model: InstanceValue
  /** Where it is constructed. */
  readonly site: Span | null
  readonly assumptions: readonly Assumption[]
}

export interface Found {
  readonly candidates: readonly Candidate[]
  readonly failures: readonly Remark[]
}

/** What calling a builder or a class gave. */
export interface Built {
  readonly candidates: readonly Candidate[]
  readonly failure: Remark | null
}

/** Models shown of one file. */
export const mostModels = 24

/** Lists in lists of models are looked into this deep. */
const deepest = 6

/** Models in what an expression or a builder gave. */
export function modelsWithin(value: Value, isModel: (value: Value) => value is InstanceValue, depth = 0): readonly InstanceValue[] {
  if (isModel(value)) return [value]
  if (depth > deepest) return []
  const items = value.kind === 'dict' ? [...value.entries.values()] : value.kind === 'tuple' || value.kind === 'list' ? value.items : []
  return items.flatMap((item) => modelsWithin(item, isModel, depth + 1))
}

/** Several models that one expression gave are told apart by their index. */
export function named(
  name: string,
  models: readonly InstanceValue[],
  site: Span | null,
  assumptions: readonly Assumption[],
): readonly Candidate[] {
  return models.map((model, index) => ({ name: models.length === 1 ? name : `${name}[${index}]`, model, site, assumptions }))
}

/** The models that the value of an expression holds. */
export function foundIn(expression: string, value: Value, models: readonly InstanceValue[]): Found {
  const name = shortened(expression)
  if (models.length > 0) return { candidates: named(name, models, null, []), failures: [] }
  const message = value.kind === 'unknown' ? `${name} is not known: ${value.reason}` : `${name} is no model`
  return { candidates: [], failures: [{ message, span: value.kind === 'unknown' ? value.span : null }] }
}

/** The models that an expression gives in the namespace of the file. */
export function foundByExpression(
  interpreter: PythonInterpreter,
  document: Document,
  module: ModuleValue,
  expression: string,
  find: (value: Value) => Found,
): Found {
  try {
    return find(interpreter.evaluateIn(expression, module))
  } catch (error) {
    if (!(error instanceof PythonError)) throw error
    const span = error.span?.file === document.file ? error.span : null
    return { candidates: [], failures: [{ message: `${expression}: ${error.message}`, span }] }
  }
}

/** Calls a builder or a class; a failure that Python would raise, in words, where it cannot be called. */
export function calledForModels(
  interpreter: PythonInterpreter,
  name: string,
  callee: Value,
  keyword: ReadonlyMap<string, Value>,
  span: Span | null,
): Value | Remark {
  try {
    return interpreter.guard(span, () => interpreter.meter.share(() => interpreter.call(callee, [], keyword, span)))
  } catch (error) {
    if (!(error instanceof PythonError)) throw error
    return { message: `${name}() cannot be built: ${error.message}`, span: error.span ?? span }
  }
}

/** The function that `functools.wraps` names behind a decorated one: its parameters are those that must be given. */
export function undecorated(fn: FunctionValue): FunctionValue {
  const seen = new Set<FunctionValue>()
  for (let at = fn; ; ) {
    const wrapped = at.attributes.get('__wrapped__')
    if (wrapped?.kind !== 'function' || seen.has(wrapped)) return at
    seen.add(wrapped)
    at = wrapped
  }
}

/** Whether a function can be called without arguments. */
export const needsNothing = (fn: FunctionValue): boolean =>
  undecorated(fn).node.parameters.every(({ kind, defaultValue }) => defaultValue !== null || kind === 'star' || kind === 'doubleStar')

/** Functions of the file's own level that lead to models by what they mention, or mention one that does. */
export function leadingFunctions(
  document: Document,
  survey: Survey,
  namespace: ModuleValue,
  leads: (name: string, mentioned: ReadonlySet<string>) => boolean,
): readonly (readonly [string, FunctionValue])[] {
  const names = new Set<string>()
  for (let grew = true; grew; ) {
    grew = false
    for (const [name, mentioned] of survey.functions) {
      if (names.has(name)) continue
      if (!leads(name, mentioned) && ![...mentioned].some((each) => each !== name && names.has(each))) continue
      names.add(name)
      grew = true
    }
  }
  return [...names].flatMap((name) => {
    const value = namespace.attributes.get(name)
    return value?.kind === 'function' && value.span.file === document.file ? [[name, value] as const] : []
  })
}
