/** What `ModuleDict` and `ParameterDict` share: named entries with a dict's methods. */
import type { Interpreter } from '../../../python/host'
import { bool, int, none, str, tuple } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { BuiltinValue, InstanceValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { beginModule } from '../module/instances'
import { type Registry, registryOf } from '../module/registry'
import { generatorOf } from '../module/walks'

interface Held {
  readonly get: (module: InstanceValue, key: Value) => Value | undefined
  readonly entries: (module: InstanceValue) => readonly (readonly [Value, Value])[]
}

function held(registry: Registry): Held {
  return {
    get: (module, key) => registryOf(module, registry)?.entries.get(key),
    entries: (module) => [...(registryOf(module, registry)?.entries.entries() ?? [])],
  }
}

/** Key and value pairs of a dict, of another such container, or of an iterable of pairs. */
function pairsOf(interpreter: Interpreter, given: Value, registry: Registry, args: Bound): readonly (readonly [Value, Value])[] {
  if (given.kind === 'dict') return [...given.entries.entries()]
  if (given.kind === 'instance') {
    const own = registryOf(given, registry)
    if (own !== undefined) return [...own.entries.entries()]
  }
  const items = interpreter.items(given, args.span)
  if (items === null) {
    interpreter.note({ kind: 'unread', message: 'entries are added from something that cannot be listed', span: args.span })
    return []
  }
  return items.flatMap((item) => {
    const [key, value] = interpreter.items(item, args.span) ?? []
    return key === undefined ? [] : [[key, value ?? none] as const]
  })
}

/** `make` turns an assigned value into what is stored (a Parameter, for ParameterDict). */
export function dictMethods(
  registry: Registry,
  parameter: string,
  make: (interpreter: Interpreter, value: Value, args: Bound) => Value,
): readonly BuiltinValue[] {
  const { get, entries } = held(registry)
  const put = (interpreter: Interpreter, module: InstanceValue, key: Value, value: Value, args: Bound): void => {
    registryOf(module, registry)?.entries.set(str(interpreter.str(key)), make(interpreter, value, args))
  }
  const update = (interpreter: Interpreter, module: InstanceValue, given: Value, args: Bound): void => {
    for (const [key, value] of pairsOf(interpreter, given, registry, args)) put(interpreter, module, key, value, args)
  }
  const missing = (interpreter: Interpreter, key: Value, args: Bound): never =>
    interpreter.raise('KeyError', interpreter.repr(key), args.span)
  return [
    method(`__init__(self, ${parameter}=None)`, (args, interpreter) => {
      const module = selfModule(args, interpreter)
      beginModule(interpreter, module)
      const given = args.value(parameter)
      if (given.kind !== 'none') update(interpreter, module, given, args)
      return none
    }),
    method('__getitem__(self, key)', (args, interpreter) => {
      const key = args.value('key')
      if (key.kind === 'unknown') return key
      return get(selfModule(args, interpreter), key) ?? missing(interpreter, key, args)
    }),
    method('__setitem__(self, key, value)', (args, interpreter) => {
      put(interpreter, selfModule(args, interpreter), args.value('key'), args.value('value'), args)
      return none
    }),
    method('__delitem__(self, key)', (args, interpreter) => {
      registryOf(selfModule(args, interpreter), registry)?.entries.delete(args.value('key'))
      return none
    }),
    method('__len__(self)', (args, interpreter) => int(entries(selfModule(args, interpreter)).length)),
    method('__bool__(self)', (args, interpreter) => bool(entries(selfModule(args, interpreter)).length > 0)),
    method('__iter__(self)', (args, interpreter) => generatorOf(entries(selfModule(args, interpreter)).map(([key]) => key))),
    method('__contains__(self, key)', (args, interpreter) => bool(get(selfModule(args, interpreter), args.value('key')) !== undefined)),
    method('keys(self)', (args, interpreter) => generatorOf(entries(selfModule(args, interpreter)).map(([key]) => key))),
    method('values(self)', (args, interpreter) => generatorOf(entries(selfModule(args, interpreter)).map(([, value]) => value))),
    method('items(self)', (args, interpreter) => generatorOf(entries(selfModule(args, interpreter)).map((pair) => tuple(pair)))),
    method(
      'get(self, key, default=None)',
      (args, interpreter) => get(selfModule(args, interpreter), args.value('key')) ?? args.value('default'),
    ),
    method('update(self, other)', (args, interpreter) => {
      update(interpreter, selfModule(args, interpreter), args.value('other'), args)
      return none
    }),
    method('clear(self)', (args, interpreter) => {
      registryOf(selfModule(args, interpreter), registry)?.entries.clear()
      return none
    }),
    method('pop(self, key)', (args, interpreter) => {
      const module = selfModule(args, interpreter)
      const key = args.value('key')
      const found = get(module, key) ?? missing(interpreter, key, args)
      registryOf(module, registry)?.entries.delete(key)
      return found
    }),
  ]
}
