/** What collections.abc gives to a class of the program's own that has `__getitem__`, `__iter__` and, to be written into, `__setitem__` and `__delitem__`. */
import type { Interpreter } from '../host'
import { list, none, str, tuple } from '../make'
import { type Bound, method, named } from '../native'
import type { Value } from '../values'

type Entry = readonly [string, Value]

/** Keys as iteration gives them; null when they are not known. */
function keysOf(args: Bound, interpreter: Interpreter): readonly Value[] | null {
  return interpreter.items(args.value('self'), args.span)
}

/** Whether the key is among them; undefined when that is not known. */
function holds(args: Bound, interpreter: Interpreter): boolean | undefined {
  const keys = keysOf(args, interpreter)
  if (keys === null) return undefined
  const answers = keys.map((key) => interpreter.equals(key, args.value('key')))
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false
}

/** The value under the key, else what `otherwise` gives. */
function lookedUp(args: Bound, interpreter: Interpreter, otherwise: () => Value): Value {
  const found = holds(args, interpreter)
  if (found === undefined) return interpreter.unknown('whether the mapping holds this key is not known', args.span)
  return found ? interpreter.getItem(args.value('self'), args.value('key'), args.span) : otherwise()
}

function listed(args: Bound, interpreter: Interpreter, each: (key: Value) => Value): Value {
  const keys = keysOf(args, interpreter)
  return keys === null ? interpreter.unknown('what the mapping holds is not known', args.span) : list(keys.map(each))
}

const valueAt = (args: Bound, interpreter: Interpreter, key: Value): Value => interpreter.getItem(args.value('self'), key, args.span)

export const mappingMixin: readonly Entry[] = named(
  method('get(self, key, default=None)', (args, interpreter) => lookedUp(args, interpreter, () => args.value('default'))),
  method('keys(self)', (args, interpreter) => listed(args, interpreter, (key) => key)),
  method('values(self)', (args, interpreter) => listed(args, interpreter, (key) => valueAt(args, interpreter, key))),
  method('items(self)', (args, interpreter) => listed(args, interpreter, (key) => tuple([key, valueAt(args, interpreter, key)]))),
)

export const mutableMappingMixin: readonly Entry[] = named(
  method('setdefault(self, key, default=None)', (args, interpreter) =>
    lookedUp(args, interpreter, () => {
      interpreter.setItem(args.value('self'), args.value('key'), args.value('default'), args.span)
      return args.value('default')
    }),
  ),
  method('pop(self, key, *default)', (args, interpreter) => {
    const [given] = args.rest('default')
    const missing = (): Value => given ?? valueAt(args, interpreter, args.value('key'))
    const found = holds(args, interpreter)
    const value = lookedUp(args, interpreter, missing)
    if (found === true)
      interpreter.call(interpreter.getAttribute(args.value('self'), '__delitem__', args.span), [args.value('key')], undefined, args.span)
    return value
  }),
  method('update(self, other=None, /, **kwargs)', (args, interpreter) => {
    const self = args.value('self')
    const other = args.value('other')
    if (other.kind === 'dict') for (const [key, value] of other.entries.entries()) interpreter.setItem(self, key, value, args.span)
    else if (interpreter.findAttribute(other, 'keys', args.span) !== undefined) {
      for (const key of interpreter.items(other, args.span) ?? [])
        interpreter.setItem(self, key, interpreter.getItem(other, key, args.span), args.span)
    } else if (other.kind !== 'none') {
      const pairs = interpreter.items(other, args.span)
      if (pairs === null) return interpreter.unknown('what the mapping is updated with is not known', args.span)
      for (const pair of pairs) {
        const items = interpreter.items(pair, args.span)
        const [key, value] = items ?? []
        if (key !== undefined && value !== undefined) interpreter.setItem(self, key, value, args.span)
      }
    }
    for (const [key, value] of args.keywords('kwargs')) interpreter.setItem(self, str(key), value, args.span)
    return none
  }),
)
