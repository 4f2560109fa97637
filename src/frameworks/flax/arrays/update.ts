/** `x.at[index].set(y)`: a new array with one part replaced. */
import { method, nativeClass } from '../../../python/native'
import type { InstanceValue, Value } from '../../../python/values'
import { add, divide, multiply } from '../../torch/functional/arithmetic'
import type { Operand } from '../../torch/functional/arithmetic'
import { operandOf } from '../../torch/functions/call'
import type { Site } from '../../torch/site'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { initializerOf } from '../../torch/tensor/distribution'
import { elementsOf } from '../../torch/tensor/elements'
import { getItem } from '../../torch/tensor/index-get'
import { setItem } from '../../torch/tensor/index-set'
import { count } from '../../torch/tensor/layout'
import { dataPayload, makeStorage, wrapTensor } from '../../torch/tensor/make'
import { alias } from '../../torch/tensor/views'
import { toTensor } from './call'

function copied(at: Site, tensor: TensorValue): TensorValue {
  const { source, shape, dtype } = tensor.payload
  if (source.kind === 'traced' || source.storage.parameter !== null) return alias(at, tensor)
  return wrapTensor(at, dataPayload(makeStorage(count(shape), initializerOf(source.storage), elementsOf(tensor)), shape, dtype))
}

type Combine = (at: Site, old: Operand, value: Operand) => TensorValue

/** `set` puts the value there; the others combine it with what is there. */
const updates: readonly (readonly [string, Combine | null])[] = [
  ['set', null],
  ['add', (at, old, value) => add(at, old, value)],
  ['subtract', (at, old, value) => add(at, old, value, -1)],
  ['multiply', multiply],
  ['mul', multiply],
  ['divide', divide],
]

const updateClass = nativeClass({
  name: '_IndexUpdateRef',
  attributes: [
    ...updates.map(([name, combine]): [string, Value] => [
      name,
      method(`${name}(self, values, **kwargs)`, (args, interpreter) => {
        const at = { interpreter, span: args.span }
        const self = args.value('self')
        const array = self.kind === 'instance' ? self.attributes.get('array') : undefined
        const index = self.kind === 'instance' ? self.attributes.get('index') : undefined
        const values = args.value('values')
        if (values.kind === 'unknown') return values
        const given = operandOf(values) ?? toTensor(at, values)
        if (!isTensor(array) || index === undefined || given === null)
          return interpreter.unknown('what is put into this array is not known', args.span)
        const result = copied(at, array)
        const old = combine === null ? null : getItem(at, array, index)
        if (old !== null && !isTensor(old)) return old
        setItem(at, result, index, combine === null || old === null ? given : combine(at, old, given))
        return result
      }),
    ]),
    [
      'get',
      method('get(self, **kwargs)', (args, interpreter) => {
        const self = args.value('self')
        const array = self.kind === 'instance' ? self.attributes.get('array') : undefined
        const index = self.kind === 'instance' ? self.attributes.get('index') : undefined
        return isTensor(array) && index !== undefined
          ? getItem({ interpreter, span: args.span }, array, index)
          : interpreter.unknown('this part of the array is not known', args.span)
      }),
    ],
  ],
})

const helperClass = nativeClass({
  name: '_IndexUpdateHelper',
  attributes: [
    [
      '__getitem__',
      method('__getitem__(self, index, /)', (args) => {
        const self = args.value('self')
        const array = self.kind === 'instance' ? self.attributes.get('array') : undefined
        return array === undefined
          ? self
          : {
              ...instanceOf(updateClass, array),
              attributes: new Map([
                ['array', array],
                ['index', args.value('index')],
              ]),
            }
      }),
    ],
  ],
})

function instanceOf(cls: InstanceValue['cls'], array: Value): InstanceValue {
  return { kind: 'instance', cls, attributes: new Map([['array', array]]), payload: null, span: null }
}

/** `x.at`. */
export function indexUpdates(array: Value): Value {
  return instanceOf(helperClass, array)
}
