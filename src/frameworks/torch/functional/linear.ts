/** Affine maps of the last axis. */

import { timesText } from '../shapes/text'
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { count, replaced } from '../tensor/layout'
import { transpose } from '../tensor/views'
import { plainWeight, weightOf } from '../tensor/weight'
import { add, affine } from './arithmetic'
import { matmul } from './matmul'

/**
 * y = x·Wᵀ + b. weight [out, in] (or [in]). A weight that is a number times a parameter becomes a factor on the product; any other
 * computed weight becomes a matrix product.
 */
export function linear(at: Site, input: TensorValue, weight: TensorValue, bias: TensorValue | null): TensorValue {
  const { shape } = input.payload
  const [outFeatures, inFeatures] = weight.payload.shape
  const last = shape.at(-1)
  if (outFeatures === undefined || inFeatures === undefined) {
    const product = matmul(at, input, weight)
    return bias === null ? product : add(at, product, bias)
  }
  if (last !== inFeatures) {
    const rows = [count(shape.slice(0, -1)), last ?? 1]
    runtimeError(at, `mat1 and mat2 shapes cannot be multiplied (${timesText(rows)} and ${timesText([inFeatures, outFeatures])})`)
  }
  const known = weightOf(at, weight)
  if (known === null) {
    const product = matmul(at, input, transpose(at, weight, 0, 1))
    return bias === null ? product : add(at, product, bias)
  }
  const ownBias = known.factor === 1 ? plainWeight(at, bias, 'bias') : null
  const output = { shape: replaced(shape, shape.length - 1, outFeatures), dtype: 'float' } as const
  const product = emit(at, {
    op: { kind: 'linear', weight: known.parameter, bias: ownBias, inFeatures, outFeatures },
    inputs: [input],
    output,
    hasParameters: true,
  })
  const scaled = known.factor === 1 ? product : affine(at, product, known.factor, 0)
  return bias === null || ownBias !== null ? scaled : add(at, scaled, bias)
}

/** y_k = x1ᵀ W_k x2 + b_k. weight [out, in1, in2]. */
export function bilinear(at: Site, first: TensorValue, second: TensorValue, weight: TensorValue, bias: TensorValue | null): TensorValue {
  const [out = 0, in1, in2] = weight.payload.shape
  const { shape } = first.payload
  if (shape.at(-1) !== in1 || second.payload.shape.at(-1) !== in2) {
    runtimeError(at, `bilinear(): weight size does not match the inputs' last sizes ${shape.at(-1)} and ${second.payload.shape.at(-1)}`)
  }
  const output = { shape: replaced(shape, shape.length - 1, out), dtype: 'float' } as const
  const parameter = plainWeight(at, weight, 'weight')
  const ownBias = plainWeight(at, bias, 'bias')
  if (parameter === null || (bias !== null && ownBias === null)) {
    return emit(at, { op: { kind: 'opaque', name: 'bilinear', reason: 'its weight is computed' }, inputs: [first, second], output })
  }
  return emit(at, { op: { kind: 'bilinear', weight: parameter, bias: ownBias }, inputs: [first, second], output, hasParameters: true })
}
