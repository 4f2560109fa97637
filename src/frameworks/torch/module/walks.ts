/** `named_modules()`, `parameters()`, `children()`, `get_submodule()` and their kin. */
import type { Interpreter } from '../../../python/host'
import { iterator, none, set, str, tuple } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { BuiltinValue, IteratorValue, Value } from '../../../python/values'
import { selfModule } from './attributes'
import { childrenOf, namedMembers, namedModules, registered } from './registry'

/** Lazily advanced over `values`, as the generators that torch returns. */
export function generatorOf(values: Iterable<Value>): IteratorValue {
  const source = values[Symbol.iterator]()
  return iterator('generator', () => {
    const next = source.next()
    return next.done === true ? undefined : next.value
  })
}

type Entry = readonly [string, Value]

function pairs(entries: readonly Entry[]): IteratorValue {
  return generatorOf(entries.map(([name, value]) => tuple([str(name), value])))
}

function values(entries: readonly Entry[]): IteratorValue {
  return generatorOf(entries.map(([, value]) => value))
}

function members(registry: '_parameters' | '_buffers', args: Bound, interpreter: Interpreter): readonly Entry[] {
  return namedMembers(selfModule(args, interpreter), registry, {
    prefix: args.string('prefix') ?? '',
    recurse: args.boolean('recurse') ?? true,
    removeDuplicate: args.boolean('remove_duplicate') ?? true,
  })
}

/** Direct children, each once. */
function children(args: Bound, interpreter: Interpreter): readonly Entry[] {
  const seen = new Set<Value>()
  return childrenOf(selfModule(args, interpreter)).filter(([, child]) => {
    const isNew = !seen.has(child)
    seen.add(child)
    return isNew
  })
}

function namedModulesMethod(args: Bound, interpreter: Interpreter): Value {
  const memo = args.value('memo')
  const seen = memo.kind === 'set' ? memo : set()
  const removeDuplicate = args.boolean('remove_duplicate') ?? true
  const all = namedModules(selfModule(args, interpreter), args.string('prefix') ?? '', removeDuplicate)
  const fresh = all.filter(([, module]) => !removeDuplicate || !seen.entries.has(module))
  for (const [, module] of fresh) seen.entries.set(module, none)
  return pairs(fresh)
}

/** Follows dotted names from the module. */
function follow(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const target = args.string('target')
  if (target === undefined) return interpreter.unknown('the name asked for is not known', args.span)
  if (target === '') return module
  let at: Value = module
  for (const part of target.split('.')) {
    const next: Value | undefined = at.kind === 'instance' ? registered(at, part) : interpreter.findAttribute(at, part, args.span)
    if (next === undefined)
      return interpreter.raise('AttributeError', `${interpreter.typeOf(at).name} has no attribute \`${part}\``, args.span)
    at = next
  }
  return at
}

export const walkMethods: readonly BuiltinValue[] = [
  method('named_modules(self, memo=None, prefix="", remove_duplicate=True)', namedModulesMethod),
  method('modules(self)', (args, interpreter) => values(namedModules(selfModule(args, interpreter)))),
  method('named_children(self)', (args, interpreter) => pairs(children(args, interpreter))),
  method('children(self)', (args, interpreter) => values(children(args, interpreter))),
  method('named_parameters(self, prefix="", recurse=True, remove_duplicate=True)', (args, interpreter) =>
    pairs(members('_parameters', args, interpreter)),
  ),
  method('parameters(self, recurse=True, prefix="", remove_duplicate=True)', (args, interpreter) =>
    values(members('_parameters', args, interpreter)),
  ),
  method('named_buffers(self, prefix="", recurse=True, remove_duplicate=True)', (args, interpreter) =>
    pairs(members('_buffers', args, interpreter)),
  ),
  method('buffers(self, recurse=True, prefix="", remove_duplicate=True)', (args, interpreter) =>
    values(members('_buffers', args, interpreter)),
  ),
  method('get_submodule(self, target)', follow),
  method('get_parameter(self, target)', follow),
  method('get_buffer(self, target)', follow),
]
