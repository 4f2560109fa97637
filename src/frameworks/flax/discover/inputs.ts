/** Usual inputs of a Flax model, by the layer that is called first. */
import type { InputSpec } from '../../../analysis'
import { batchSize } from '../../torch/discover/shapes'
import { asInteger } from '../../../python/guards'
import type { Value } from '../../../python/values'
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

const channelsFirst = [specOf(3, 64, 64), specOf(4, 84, 84)]

/** Of a block inside a network: maps, sequences and vectors of features. */
const inner = [specOf(32, 64), specOf(64), specOf(32, 32, 64)]

const widths = /^(in|input|embed(ding)?|emb|model|d|hidden|token|feature)s?_?(dim|size|features?|model|width)?$/

/** Sequences and vectors as wide as the model's own fields say. */
export function inputsByFields(fields: ReadonlyMap<string, Value>): readonly InputSpec[] {
  return [...fields].flatMap(([name, value]) => {
    const width = widths.test(name) ? asInteger(value) : undefined
    return width === undefined || width < 1 ? [] : [specOf(32, width), specOf(width)]
  })
}

/** Inputs to try, the likeliest first. `tried` is the shape with which the first layer was found. */
export function usualInputs(first: FirstLayer | null, tried: readonly number[]): readonly InputSpec[] {
  const pictures = images.map(([side, channels]) => specOf(side, side, channels))
  if (first === null) return [...pictures, ...inner]
  return [...inputsOf(first, tried), ...inner]
}

function inputsOf({ layer, windowRank, features, inputRank }: FirstLayer, tried: readonly number[]): readonly InputSpec[] {
  switch (layer) {
    case 'Conv':
      if (windowRank === 1) return [specOf(128, features ?? 16), specOf(128, features ?? 1)]
      if (windowRank === 3) return [specOf(16, 32, 32, features ?? 1)]
      // Last, maps whose channels come first, which a model turns itself.
      return [...images.map(([side, channels]) => specOf(side, side, features ?? channels)), ...channelsFirst]
    case 'ConvTranspose':
      // What is put into the shape of a map first is a vector.
      return inputRank < tried.length || tried.at(-1) !== 3
        ? [specOf(features ?? 64)]
        : [specOf(...new Array<number>(Math.max(1, windowRank)).fill(7), features ?? 64), specOf(features ?? 64)]
    case 'Embed':
      return [specOf(32), specOf(64)]
    case 'Dense':
    case 'DenseGeneral': {
      const flat = images.filter(([side, channels]) => features === null || side * side * channels === features)
      // An image that was flattened on the way is one; else the layer takes vectors.
      const pictures = flat.map(([side, channels]) => specOf(side, side, channels))
      const vectors = [specOf(features ?? 784), specOf(32, features ?? 64)]
      return features === null && inputRank < tried.length ? pictures : [...vectors, ...pictures, specOf(28, 28)]
    }
    case 'BatchNorm':
    case 'GroupNorm':
    case 'InstanceNorm':
      return [specOf(32, 32, features ?? 64), specOf(features ?? 64), specOf(32, features ?? 64)]
    default:
      return [specOf(32, features ?? 64), specOf(features ?? 64)]
  }
}
