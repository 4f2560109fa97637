/** `torch.nn.modules.utils` and `torch.nn.common_types`: small functions and type names that layers of the user's own import. */
import { asItems } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { list, tuple, unknown } from '../../../python/make'
import { native, nativeModule } from '../../../python/native'
import type { BuiltinValue, ModuleValue, Value } from '../../../python/values'

/** n copies of a number; sequences as they are. */
function repeated(name: string, n: number): BuiltinValue {
  return native(`${name}(x)`, (args) => {
    const x = args.value('x')
    if (x.kind === 'unknown') return x
    const items = asItems(x)
    return items === undefined ? tuple(new Array<Value>(n).fill(x)) : tuple(items)
  })
}

const ntuple = native('_ntuple(n, name="parse")', (args) => {
  const n = args.number('n')
  return n === undefined ? unknown('how many copies are wanted is not known', args.span) : repeated('parse', n)
})

/** (a, b) to (b, b, a, a), as F.pad wants it. */
const reverseRepeat = native('_reverse_repeat_tuple(t, n)', (args) => {
  const items = asItems(args.value('t'))
  const n = args.number('n')
  if (items === undefined || n === undefined) return unknown('the padding is not known', args.span)
  return tuple([...items].reverse().flatMap((item) => new Array<Value>(n).fill(item)))
})

const listTuple = native('_list_with_default(out_size, defaults)', (args) => {
  const [sizes, defaults] = [asItems(args.value('out_size')), asItems(args.value('defaults'))]
  if (sizes === undefined) return args.value('out_size')
  return list(
    sizes.map((size, index) => (size.kind === 'none' ? (defaults?.[index - sizes.length + (defaults?.length ?? 0)] ?? size) : size)),
  )
})

const utils: readonly (readonly [string, Value])[] = [
  ['_single', repeated('_single', 1)],
  ['_pair', repeated('_pair', 2)],
  ['_triple', repeated('_triple', 3)],
  ['_quadruple', repeated('_quadruple', 4)],
  ['_ntuple', ntuple],
  ['_reverse_repeat_tuple', reverseRepeat],
  ['_list_with_default', listTuple],
]

export const nnExtraModules: readonly (readonly [string, (interpreter: Interpreter) => ModuleValue])[] = [
  ['torch.nn.modules.utils', () => nativeModule('torch.nn.modules.utils', utils)],
  // Names of types, for annotations alone.
  ['torch.nn.common_types', () => nativeModule('torch.nn.common_types', [], (name) => unknown(`${name} is a type for annotations`))],
]
