/** Layers that scale and shift each channel by numbers: Rescaling, Normalization. */
import { asItems, asNumber } from '../../../python/guards'
import type { Value } from '../../../python/values'
import { add, affine, multiply, type Operand } from '../../torch/functional/arithmetic'
import { cast } from '../../torch/functional/cast'
import { operandOf } from '../../torch/functions/call'
import { knownTensor } from '../../torch/tensor/make'
import { type KerasLayer, onTensor } from '../layer/declare'
import type { LayerView } from '../layer/view'

/** A number, or one for each channel along the last axis. null for anything else. */
function operand(view: LayerView, value: Value): Operand | null {
  const items = asItems(value)
  if (items === undefined) return operandOf(value)
  const numbers = items.map((item) => asNumber(item))
  if (numbers.some((each) => each === undefined)) return null
  return knownTensor(view, [numbers.length], 'float', (index) => numbers[index] ?? Number.NaN)
}

/** keras.layers.Rescaling: x·scale + offset. */
const rescaling: KerasLayer = {
  name: 'Rescaling',
  signature: 'scale, offset=0.0',
  call: onTensor((view, input) => {
    const [scale, offset] = [operand(view, view.value('scale')), operand(view, view.value('offset'))]
    if (scale === null || offset === null) return view.interpreter.unknown('`scale` or `offset` is not known', view.span)
    if (scale.kind === 'number' && offset.kind === 'number') return affine(view, input, scale.value, offset.value, 'float')
    return add(view, multiply(view, cast(view, input, 'float'), scale), offset)
  }),
}

/** What Keras divides by where a variance is nothing: it takes the larger of the standard deviation and this. */
const leastDeviation = 1e-7

/** The numbers of an argument, as many as there are channels; null where they are not known. */
function numbersOf(view: LayerView, name: string, channels: number): readonly number[] | null {
  const value = view.value(name)
  const one = asNumber(value)
  if (one !== undefined) return new Array<number>(channels).fill(one)
  const numbers = (asItems(value) ?? []).map((item) => asNumber(item))
  return numbers.length === channels && numbers.every((each) => each !== undefined) ? numbers : null
}

/**
 * keras.layers.Normalization: (x − mean)/σ with the mean and variance given; `invert` gives x·σ + mean. Without them it starts as
 * mean 0 and variance 1, and `adapt` makes it give mean 0 and variance 1, which the input that is assumed has.
 */
const normalization: KerasLayer = {
  name: 'Normalization',
  signature: 'axis=-1, mean=None, variance=None, invert=False',
  call: onTensor((view, input) => {
    const x = cast(view, input, 'float')
    if (view.isNone('mean') && view.isNone('variance')) return x
    const channels = x.payload.shape.at(-1) ?? 1
    const [means, variances] = [numbersOf(view, 'mean', channels), numbersOf(view, 'variance', channels)]
    if (means === null || variances === null) return view.interpreter.unknown('`mean` or `variance` is not known', view.span)
    const invert = view.flag('invert')
    const deviation = (channel: number): number => Math.max(Math.sqrt(variances[channel] ?? Number.NaN), leastDeviation)
    const factor = (channel: number): number => (invert ? deviation(channel) : 1 / deviation(channel))
    const shift = (channel: number): number =>
      invert ? (means[channel] ?? Number.NaN) : -(means[channel] ?? Number.NaN) / deviation(channel)
    return add(view, multiply(view, x, knownTensor(view, [channels], 'float', factor)), knownTensor(view, [channels], 'float', shift))
  }),
}

export const scalingLayers: readonly KerasLayer[] = [rescaling, normalization]
