/** Types of arrays: objects that also make arrays of their type, `jnp.float32(3)`. */
import { none, str } from '../../../python/make'
import { getter, method, nativeClass } from '../../../python/native'
import type { InstanceValue, Value } from '../../../python/values'
import { cast } from '../../torch/functional/cast'
import { dtypeClass, dtypeOfValue, dtypes } from '../../torch/functions/dtypes'
import type { DType } from '../../torch/tensor'
import { toTensor } from './call'

const arrayTypeClass = nativeClass({
  name: 'dtype',
  qualifiedName: 'jax.numpy.dtype',
  bases: [dtypeClass],
  attributes: [
    [
      '__call__',
      method('__call__(self, value=0, *args, **kwargs)', (args, interpreter) => {
        const at = { interpreter, span: args.span }
        const dtype = dtypeOfValue(args.value('self'))
        const value = args.value('value')
        const tensor = toTensor(at, value)
        if (tensor === null || dtype === null) return value
        return cast(at, tensor, dtype)
      }),
    ],
    ['type', getter('type', (self) => self)],
  ],
})

function typeNamed(name: string, like: string): readonly [string, InstanceValue] {
  const attributes = new Map<string, Value>([
    ['name', str(name)],
    ['itemsize', none],
  ])
  return [name, { kind: 'instance', cls: arrayTypeClass, attributes, payload: dtypes.get(like)?.payload ?? null, span: null }]
}

/** By the name that `jax.numpy` gives it. */
export const arrayTypes: ReadonlyMap<string, InstanceValue> = new Map([
  ...['float16', 'float32', 'float64', 'bfloat16', 'float_', 'complex64', 'float8_e4m3fn', 'float8_e5m2'].map((name) =>
    typeNamed(name, 'float32'),
  ),
  ...['int4', 'int8', 'int16', 'int32', 'int64', 'uint4', 'uint8', 'uint16', 'uint32', 'uint64', 'int_'].map((name) =>
    typeNamed(name, 'int32'),
  ),
  ...['bool_'].map((name) => typeNamed(name, 'bool')),
])

const usual: Readonly<Record<DType, string>> = { float: 'float32', int: 'int32', bool: 'bool_' }

/** The type of an array's elements. */
export function arrayType(dtype: DType): Value {
  return arrayTypes.get(usual[dtype]) ?? none
}
