/** Usual inputs of a Flax model, by the layer that is called first. */
import type { InputSpec } from '../../../analysis'
import { batchSize } from '../../torch/discover/shapes'
import type { FirstLayer } from '../linen/scope'

function specOf(...shape: readonly number[]): InputSpec {
  return { shape: [batchSize, ...shape], distribution: { kind: 'normal', mean: 0, std: 1 } }
}

/** Tried first: what most models take in some way. */
export const widestInput: InputSpec = specOf(32, 32, 3)

/** Sides of usual images with their channels. */
const images: readonly (readonly [number, number])[] = [
  [32, 3],
  [28, 1],
  [224, 3],
  [64, 3],
  [96, 3],
  [128, 3],
  [256, 3],
]

/** Inputs to try, the likeliest first; none where no layer was called. */
export function usualInputs(first: FirstLayer | null): readonly InputSpec[] {
  if (first === null) return []
  const { layer, windowRank, features } = first
  if (layer === 'Conv') {
    if (windowRank === 1) return [specOf(128, features ?? 16), specOf(128, features ?? 1)]
    if (windowRank === 3) return [specOf(16, 32, 32, features ?? 1)]
    return images.map(([side, channels]) => specOf(side, side, features ?? channels))
  }
  if (layer === 'ConvTranspose') return [specOf(...new Array<number>(Math.max(1, windowRank)).fill(7), features ?? 64)]
  if (layer === 'Embed') return [specOf(32), specOf(64)]
  if (layer === 'Dense' || layer === 'DenseGeneral') {
    const flat = images.filter(([side, channels]) => features === null || side * side * channels === features)
    return [
      specOf(features ?? 784),
      specOf(32, features ?? 64),
      ...flat.map(([side, channels]) => specOf(side, side, channels)),
      specOf(28, 28),
    ]
  }
  if (layer === 'BatchNorm' || layer === 'GroupNorm' || layer === 'InstanceNorm')
    return [specOf(32, 32, features ?? 64), specOf(features ?? 64), specOf(32, features ?? 64)]
  return [specOf(32, features ?? 64), specOf(features ?? 64)]
}
