/** Layers that join tensors, and layers that reshape one. */
import { asIntegers } from '../../../python/guards'
import { add, affine, multiply } from '../../torch/functional/arithmetic'
import { extremum } from '../../torch/functional/clamp'
import { concat, tile } from '../../torch/functional/join'
import { matmul } from '../../torch/functional/matmul'
import { normalize } from '../../torch/functional/norm'
import { axisOf } from '../../torch/shapes/axes'
import type { TensorValue } from '../../torch/tensor'
import { count } from '../../torch/tensor/layout'
import { dropAxes, insertAxis, permute, reshape, transpose } from '../../torch/tensor/views'
import { type KerasLayer, onTensor, onTensors } from '../layer/declare'
import type { LayerView } from '../layer/view'

type Join = (view: LayerView, inputs: readonly TensorValue[]) => TensorValue

const folded =
  (two: (view: LayerView, a: TensorValue, b: TensorValue) => TensorValue): Join =>
  (view, [first, ...rest]) =>
    first === undefined ? view.refuse('it is called on an empty list') : rest.reduce((sum, next) => two(view, sum, next), first)

export const joins: ReadonlyMap<string, Join> = new Map<string, Join>([
  ['Add', folded((view, a, b) => add(view, a, b))],
  ['Subtract', folded((view, a, b) => add(view, a, b, -1))],
  ['Multiply', folded((view, a, b) => multiply(view, a, b))],
  ['Maximum', folded((view, a, b) => extremum(view, 'max', a, b))],
  ['Minimum', folded((view, a, b) => extremum(view, 'min', a, b))],
  ['Average', (view, inputs) => affine(view, folded((at, a, b) => add(at, a, b))(view, inputs), 1 / inputs.length, 0)],
])

/** Products of two tensors over an axis of each, [batch, …]. */
function dot(view: LayerView, a: TensorValue, b: TensorValue): TensorValue {
  const axes = asIntegers(view.value('axes')) ?? view.refuse('`axes` is not known')
  const [first, second] = [
    axisOf(view, axes[0] ?? 1, a.payload.shape.length),
    axisOf(view, axes[1] ?? axes[0] ?? 1, b.payload.shape.length),
  ]
  const scaled = (x: TensorValue, axis: number): TensorValue => (view.flag('normalize') ? normalize(view, x, 2, axis, 1e-12) : x)
  const [x, y] = [scaled(a, first), scaled(b, second)]
  if (x.payload.shape.length > 3 || y.payload.shape.length > 3) return view.refuse('products of more than three axes are not modelled')
  const left = x.payload.shape.length === 2 ? insertAxis(view, x, 1) : first === 2 ? x : transpose(view, x, 1, 2)
  const right = y.payload.shape.length === 2 ? insertAxis(view, y, 2) : second === 1 ? y : transpose(view, y, 1, 2)
  const product = matmul(view, left, right)
  const dropped = [...(x.payload.shape.length === 2 ? [1] : []), ...(y.payload.shape.length === 2 ? [2] : [])]
  return dropped.length === 2 ? dropAxes(view, product, [2]) : dropped.length === 1 ? dropAxes(view, product, dropped) : product
}

export const mergingLayers: readonly KerasLayer[] = [
  ...[...joins].map(([name, join]): KerasLayer => ({ name, signature: '', call: onTensors((view, inputs) => join(view, inputs)) })),
  {
    name: 'Concatenate',
    signature: 'axis=-1',
    call: onTensors((view, inputs) => concat(view, inputs, axisOf(view, view.size('axis'), inputs[0]?.payload.shape.length ?? 1))),
  },
  {
    name: 'Dot',
    signature: 'axes, normalize=False',
    call: onTensors((view, [a, b]) => (a === undefined || b === undefined ? view.refuse('it takes two tensors') : dot(view, a, b))),
  },
  {
    name: 'Flatten',
    signature: 'data_format=None',
    call: onTensor((view, input) => reshape(view, input, [input.payload.shape[0] ?? 1, count(input.payload.shape.slice(1))])),
  },
  {
    name: 'Reshape',
    signature: 'target_shape',
    call: onTensor((view, input) => {
      const target = asIntegers(view.value('target_shape')) ?? view.refuse('`target_shape` is not known')
      return reshape(view, input, [input.payload.shape[0] ?? 1, ...target])
    }),
  },
  {
    name: 'Permute',
    signature: 'dims',
    call: onTensor((view, input) => permute(view, input, [0, ...(asIntegers(view.value('dims')) ?? view.refuse('`dims` is not known'))])),
  },
  {
    name: 'RepeatVector',
    signature: 'n',
    call: onTensor((view, input) => tile(view, insertAxis(view, input, 1), [1, view.size('n'), 1])),
  },
]
