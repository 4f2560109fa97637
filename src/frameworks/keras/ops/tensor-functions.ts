/** Functions on tensors that `keras.ops`, `tf` and `keras.backend` share, under their several names. */
import type { Interpreter } from '../../../python/host'
import { native } from '../../../python/native'
import type { BuiltinValue } from '../../../python/values'
import { asFunctionCall } from '../../torch/calls'
import { arithmeticFunctions } from './arithmetic-functions'
import { arrayFunctions } from './array-functions'
import { normalizationFunctions } from './normalization-functions'
import { productFunctions } from './product-functions'
import { shapeFunctions } from './shape-functions'
import type { TensorFunction } from './tensor-function'

const tensorFunctions: readonly TensorFunction[] = [
  ...arithmeticFunctions,
  ...arrayFunctions,
  ...shapeFunctions,
  ...productFunctions,
  ...normalizationFunctions,
]

/** Arguments of Keras' ops and of TensorFlow's under one name. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['keep_dims', 'keepdims'],
  ['input', 'x'],
  ['input_tensor', 'x'],
  ['tensor', 'x'],
  ['inputs', 'x'],
  ['values', 'xs'],
  ['a', 'x1'],
  ['b', 'x2'],
  ['y', 'x2'],
  ['value', 'x'],
  ['clip_value_min', 'x_min'],
  ['clip_value_max', 'x_max'],
  ['equation', 'subscripts'],
])

function named(entry: TensorFunction, name: string): BuiltinValue {
  const hasKeywords = entry.parameters.includes('**')
  const known = new Set(entry.parameters.split(',').map((part) => part.trim().split('=')[0]))
  const inner = native(`${name}(${entry.parameters}${hasKeywords ? '' : ', **kwargs'})`, (args, interpreter) => {
    const result = entry.body({ interpreter, span: args.span }, args)
    return result ?? args.firstUnknown() ?? interpreter.unknown(`${name} with these arguments is not modelled`, args.span)
  })
  return {
    kind: 'builtin',
    name,
    bindsSelf: false,
    call: (args, interpreter: Interpreter) => {
      const keyword = new Map(
        [...args.keyword].flatMap(([key, value]) => {
          if (key === 'name') return []
          const other = spellings.get(key)
          if (known.has(key)) return [[key, value] as const]
          if (key === 'x' && known.has('x1')) return [['x1', value] as const]
          return [[other !== undefined && known.has(other) ? other : key, value] as const]
        }),
      )
      return asFunctionCall(interpreter, name, [...args.positional, ...keyword.values()], args.span, () =>
        inner.call({ ...args, keyword }, interpreter),
      )
    },
  }
}

/** By name. */
export const tensorBuiltins: ReadonlyMap<string, BuiltinValue> = new Map(
  tensorFunctions.flatMap((entry) => entry.names.map((name): [string, BuiltinValue] => [name, named(entry, name)])),
)
