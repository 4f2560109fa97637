/** Tensors that are made: filled, counted. */
import { asNumber } from '../../../python/guards'
import { cast } from '../../torch/functional/cast'
import { compare } from '../../torch/functional/compare'
import { integersOf } from '../../torch/functions/call'
import { constantTensor, knownTensor } from '../../torch/tensor/make'
import { insertAxis } from '../../torch/tensor/views'
import { dtypeNamed } from '../model/input'
import { type TensorFunction, unary } from './tensor-function'

const filled = (name: string, value: number): TensorFunction => ({
  names: [name],
  parameters: 'shape, dtype=None',
  body: (at, args) => {
    const shape = integersOf(args.value('shape'))
    return shape === null ? null : constantTensor(at, shape, dtypeNamed(args.value('dtype')), value, name)
  },
})

export const arrayFunctions: readonly TensorFunction[] = [
  unary(['zeros_like'], 'dtype=None', (at, x) => constantTensor(at, x.payload.shape, x.payload.dtype, 0, 'zeros')),
  unary(['ones_like'], 'dtype=None', (at, x) => constantTensor(at, x.payload.shape, x.payload.dtype, 1, 'ones')),
  filled('zeros', 0),
  filled('ones', 1),
  {
    names: ['full', 'fill'],
    parameters: 'shape, fill_value, dtype=None',
    body: (at, args) => {
      const shape = integersOf(args.value('shape'))
      const value = args.number('fill_value')
      return shape === null || value === undefined ? null : constantTensor(at, shape, 'float', value, 'full')
    },
  },
  {
    names: ['arange', 'range'],
    parameters: 'start, stop=None, step=1, dtype=None, limit=None, delta=None',
    body: (at, args) => {
      const stopValue = [args.value('stop'), args.value('limit')].find((value) => value.kind !== 'none')
      const first = asNumber(args.value('start'))
      const last = stopValue === undefined ? first : asNumber(stopValue)
      const step = args.number('step')
      if (first === undefined || last === undefined || step === undefined) return null
      const from = stopValue === undefined ? 0 : first
      return knownTensor(at, [Math.max(0, Math.ceil((last - from) / step))], 'int', (index) => from + index * step)
    },
  },

  {
    names: ['eye', 'identity_matrix'],
    parameters: 'N, M=None, k=0, dtype=None',
    body: (at, args) => {
      const [rows, offset] = [args.number('N'), args.number('k')]
      const columns = args.value('M').kind === 'none' ? rows : args.number('M')
      if (rows === undefined || columns === undefined || offset === undefined) return null
      return knownTensor(at, [rows, columns], 'float', (index) => (Math.floor(index / columns) + offset === index % columns ? 1 : 0))
    },
  },
  unary(['one_hot'], 'num_classes=None, axis=-1, dtype=None, depth=None, **kwargs', (at, x, args) => {
    const count = args.number('num_classes') ?? args.number('depth')
    const axis = args.number('axis')
    if (count === undefined || (axis !== -1 && axis !== x.payload.shape.length)) return null
    const numbers = knownTensor(at, [count], 'int', (index) => index)
    return cast(at, compare(at, 'eq', insertAxis(at, x, x.payload.shape.length), numbers), 'float')
  }),
]
