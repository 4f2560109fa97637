/** The copy module, and how a framework's objects take part in it. */
import { Entries } from '../dict'
import type { Interpreter } from '../host'
import { dict, list } from '../make'
import { lookUp } from '../mro'
import { native } from '../native'
import type { InstanceValue, Value } from '../values'
import { libraryModule, named } from './module'

/**
 * Gives `copy` the payload that belongs to a copy of `original` and says whether it was one of its own.
 * `each` copies a value held by the payload: deeply under deepcopy, not at all under copy.
 */
export type PayloadCopier = (
  original: InstanceValue,
  copy: InstanceValue,
  each: (value: Value) => Value,
  interpreter: Interpreter,
) => boolean

/** Where a framework adds its copier for this run; without one, a payload is shared by the copy. */
export function payloadCopiers(interpreter: Interpreter): PayloadCopier[] {
  return interpreter.state('python.payloadCopiers', (): PayloadCopier[] => [])
}

const valueKinds: ReadonlySet<unknown> = new Set(['int', 'float', 'str', 'bytes', 'list', 'tuple', 'dict', 'set', 'unknown'])

function isValue(payload: unknown): payload is Value {
  return typeof payload === 'object' && payload !== null && valueKinds.has((payload as { kind?: unknown }).kind)
}

/** Fills `copy`, which was made empty, so that cycles lead to it. */
function fillInstance(original: InstanceValue, copy: InstanceValue, each: (value: Value) => Value, interpreter: Interpreter): void {
  for (const [name, value] of original.attributes) copy.attributes.set(name, each(value))
  if (isValue(original.payload))
    copy.payload =
      original.payload.kind === 'list' || original.payload.kind === 'dict' || original.payload.kind === 'set'
        ? copyContainer(original.payload, each)
        : original.payload
  else if (!payloadCopiers(interpreter).some((copier) => copier(original, copy, each, interpreter))) copy.payload = original.payload
}

function copyContainer(value: Extract<Value, { kind: 'list' | 'dict' | 'set' }>, each: (value: Value) => Value): Value {
  if (value.kind === 'list') return list(value.items.map(each))
  return { ...value, entries: new Entries(Array.from(value.entries.entries(), ([key, item]) => [each(key), each(item)] as const)) }
}

function emptyLike(value: InstanceValue): InstanceValue {
  return { kind: 'instance', cls: value.cls, attributes: new Map(), payload: undefined, span: value.span }
}

/** `copy.deepcopy(value)`. Functions, classes and modules are shared, as in Python. */
export function deepCopy(value: Value, interpreter: Interpreter, memo = new Map<Value, Value>()): Value {
  const known = memo.get(value)
  if (known !== undefined) return known
  interpreter.step()
  const each = (item: Value): Value => deepCopy(item, interpreter, memo)
  switch (value.kind) {
    case 'list': {
      const made = list()
      memo.set(value, made)
      made.items = value.items.map(each)
      return made
    }
    case 'tuple': {
      const items = value.items.map(each)
      return items.every((item, index) => item === value.items[index]) ? value : { ...value, items }
    }
    case 'dict':
    case 'set': {
      const entries = new Entries()
      const made = { ...value, entries }
      memo.set(value, made)
      for (const [key, item] of value.entries.entries()) entries.set(each(key), each(item))
      return made
    }
    case 'instance': {
      const own = lookUp(value.cls, '__deepcopy__')
      if (own !== undefined) {
        const made = interpreter.call(own, [value, dict()])
        memo.set(value, made)
        return made
      }
      const made = emptyLike(value)
      memo.set(value, made)
      fillInstance(value, made, each, interpreter)
      return made
    }
    case 'method':
      return { kind: 'method', self: each(value.self), fn: value.fn }
    default:
      return value
  }
}

/** `copy.copy(value)`. */
export function shallowCopy(value: Value, interpreter: Interpreter): Value {
  switch (value.kind) {
    case 'list':
      return list([...value.items])
    case 'dict':
    case 'set':
      return { ...value, entries: new Entries(value.entries.entries()) }
    case 'instance': {
      const own = lookUp(value.cls, '__copy__')
      if (own !== undefined) return interpreter.call(own, [value])
      const made = emptyLike(value)
      fillInstance(value, made, (item) => item, interpreter)
      return made
    }
    default:
      return value
  }
}

export const copy = libraryModule(
  'copy',
  named(
    native('copy(x)', (args, interpreter) => shallowCopy(args.value('x'), interpreter)),
    native('deepcopy(x, memo=None)', (args, interpreter) => deepCopy(args.value('x'), interpreter)),
  ),
)
