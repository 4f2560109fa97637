import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { distributionOf } from '../tensor/distribution'
import { emit } from '../tensor/emit'
import { asShape } from '../tensor/views'
import { plainWeight } from '../tensor/weight'
import { activation } from './activations'
import { add, multiply } from './arithmetic'

/**
 * x above 0, slope·x below. A slope that starts at one number is a leaky ReLU of that slope at initialization; a drawn one
 * is max(x, 0) + slope·min(x, 0). weight has one slope, or one for each channel (axis 1).
 */
export function prelu(at: Site, input: TensorValue, weight: TensorValue): TensorValue {
  const distribution = distributionOf(weight)
  if (distribution.kind === 'constant') {
    // The op holds the slope's value; the parameter is listed all the same.
    plainWeight(at, weight, 'slope')
    const { shape } = input.payload
    return emit(at, {
      op: { kind: 'activation', fn: { name: 'leakyRelu', slope: distribution.value, learned: true } },
      inputs: [input],
      output: { shape, dtype: 'float' },
      hasParameters: true,
    })
  }
  const [channels = 1] = weight.payload.shape
  const trailing = new Array<number>(Math.max(0, input.payload.shape.length - 2)).fill(1)
  const slope = channels === 1 ? weight : asShape(at, weight, [channels, ...trailing])
  const below = activation(at, input, { name: 'clippedLinear', slope: 1, shift: 0, low: Number.NEGATIVE_INFINITY, high: 0 })
  return add(at, activation(at, input, { name: 'relu' }), multiply(at, slope, below))
}
