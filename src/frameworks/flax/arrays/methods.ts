/** What arrays of JAX have beside, or otherwise than, tensors of torch. */
import { int, none, str } from '../../../python/make'
import { getter, method } from '../../../python/native'
import type { PropertyValue, Value } from '../../../python/values'
import { cast } from '../../torch/functional/cast'
import { arrayOf } from '../../../python/library'
import { isTensor } from '../../torch/tensor'
import { pureOperators } from '../../torch/tensor/operators'
import { getItem } from '../../torch/tensor/index-get'
import { count } from '../../torch/tensor/layout'
import { dtypeNamed, toTensor } from './call'
import { arrayBuiltins, arrayMethods } from './declare'
import { arrayType } from './dtypes'
import { elementwiseFunctions } from './elementwise'
import { productFunctions } from './product'
import { reduceFunctions } from './reduce'
import { reshapeFunctions } from './shape'
import { indexUpdates } from './update'

const shared: ReadonlySet<string> = new Set([
  'mean',
  'sum',
  'max',
  'min',
  'var',
  'std',
  'prod',
  'argmax',
  'argmin',
  'all',
  'any',
  'dot',
  'clip',
  'reshape',
  'transpose',
  'swapaxes',
  'squeeze',
  'ravel',
  'flatten',
  'repeat',
])

const fromFunctions = [...arrayMethods([...reduceFunctions, ...reshapeFunctions, ...productFunctions, ...elementwiseFunctions])].filter(
  ([name]) => shared.has(name),
)

const asItIs = (name: string): readonly [string, Value] => [name, method(`${name}(self, *args, **kwargs)`, (args) => args.value('self'))]

/** Operators take numpy's arrays too. */
const withArrays = [...pureOperators].map(([name, operator]): readonly [string, Value] => [
  name,
  {
    ...operator,
    call(args, interpreter) {
      const at = { interpreter, span: args.span }
      const positional = args.positional.map((value) => (arrayOf(value) === undefined ? value : (toTensor(at, value) ?? value)))
      return operator.call({ ...args, positional }, interpreter)
    },
  },
])

/** `a @ b`, of which either may be a weight of the program's own. */
function matrixProduct(name: string, left: string, right: string): readonly [string, Value] {
  const product = arrayBuiltins(productFunctions).get('matmul')
  return [
    name,
    method(`${name}(self, other, /)`, (args, interpreter) => {
      const operands = new Map([
        ['x1', args.value('self')],
        ['x2', args.value('other')],
      ])
      return interpreter.call(product ?? none, [operands.get(left) ?? none, operands.get(right) ?? none], undefined, args.span)
    }),
  ]
}

const properties: readonly (readonly [string, PropertyValue])[] = [
  ['dtype', getter('dtype', (self) => (isTensor(self) ? arrayType(self.payload.dtype) : none))],
  ['size', getter('size', (self) => (isTensor(self) ? int(count(self.payload.shape)) : none))],
  ['at', getter('at', (self) => indexUpdates(self))],
  ['value', getter('value', (self) => self)],
  ['sharding', getter('sharding', () => none)],
  ['weak_type', getter('weak_type', () => none)],
]

export const arrayAttributes: readonly (readonly [string, Value])[] = [
  ...withArrays,
  ...fromFunctions,
  ...properties,
  [
    'astype',
    method('astype(self, dtype, *args, **kwargs)', (args, interpreter) => {
      const self = args.value('self')
      const dtype = dtypeNamed(args.value('dtype'))
      return isTensor(self) && dtype !== null ? cast({ interpreter, span: args.span }, self, dtype) : self
    }),
  ],
  [
    '__getitem__',
    method('__getitem__(self, key, /)', (args, interpreter) => {
      const at = { interpreter, span: args.span }
      const self = args.value('self')
      const key = args.value('key')
      if (key.kind === 'unknown') return key
      // A list in a key is an array, as numpy reads it.
      const index = key.kind === 'list' ? (toTensor(at, key) ?? key) : key
      return isTensor(self) ? getItem(at, self, index) : self
    }),
  ],
  matrixProduct('__matmul__', 'x1', 'x2'),
  matrixProduct('__rmatmul__', 'x2', 'x1'),
  asItIs('block_until_ready'),
  asItIs('copy'),
  asItIs('view'),
  ['__jax_array__', method('__jax_array__(self)', (args) => args.value('self'))],
  [
    '__repr__',
    method('__repr__(self)', (args) => {
      const self = args.value('self')
      return str(isTensor(self) ? `Array(shape=(${self.payload.shape.join(', ')}))` : 'Array')
    }),
  ],
]
