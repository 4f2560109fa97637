/** Input shapes to try for a first layer, the usual ones first. */
import type { InputSpec } from '../../../analysis'
import type { InputDistribution } from '../../../graph'
import type { Entry } from './first-layer'

export const batchSize = 8
const standard: InputDistribution = { kind: 'normal', mean: 0, std: 1 }

const colourSizes = [224, 32, 28, 64, 96, 128, 256, 299, 512, 48, 84, 16, 227, 384, 8, 4, 1] as const
const grayscaleSizes = [28, 32, 224, 64, 96, 128, 256, 299, 512, 48, 84, 16, 8, 4, 1] as const
const latentSizes = [1, 4, 7, 8, 2, 16, 32, 28, 64, 14, 128, 224] as const
const volumeSizes = [
  [16, 112],
  [8, 112],
  [32, 32],
  [16, 64],
  [64, 64],
  [16, 224],
  [32, 224],
  [16, 16],
  [8, 32],
] as const
const signalSizes = [128, 1024, 32, 64, 100, 256, 512, 2048, 4096, 16000, 16384, 16] as const
export const sequenceLengths = [32, 16, 64, 128, 10, 8, 50, 100, 256, 512, 1024, 1] as const

function spec(shape: readonly number[], distribution: InputDistribution = standard): InputSpec {
  return { shape, distribution }
}

/** Shapes [N, C, …sizes]. */
function images(channels: number, rank: 1 | 2 | 3, transposed: boolean): readonly InputSpec[] {
  const at = (...sizes: readonly number[]): InputSpec => spec([batchSize, channels, ...sizes])
  if (rank === 1) return signalSizes.map((size) => at(size))
  if (rank === 3)
    return transposed ? [1, 2, 4, 8].map((size) => at(size, size, size)) : volumeSizes.map(([depth, size]) => at(depth, size, size))
  // A latent vector that the forward itself makes an image of 1×1 pixels.
  const vector = transposed ? [spec([batchSize, channels])] : []
  const sizes = transposed || channels > 16 ? latentSizes : channels === 1 ? grayscaleSizes : colourSizes
  return [...sizes.map((size) => at(size, size)), ...vector]
}

/** What to feed a model that starts with such a layer, best guess first. */
export function shapesFor(entry: Entry, hint: number | null, frames: number | null = null): readonly InputSpec[] {
  return hint === null
    ? usualShapes(entry)
    : [...hintedShapes(entry, hint), ...usualShapes(entry), ...(frames === null ? [] : videos(entry, hint, frames))]
}

/** Frames before or behind the channels, for a network that makes patches of them itself. */
function videos(entry: Entry, side: number, frames: number): readonly InputSpec[] {
  if (entry.kind !== 'features') return []
  return [spec([batchSize, frames, 3, side, side]), spec([batchSize, 3, frames, side, side])]
}

/** Square images of the size that the model is built for: with the channels of its first convolution, else in colour, in grey. */
function hintedShapes(entry: Entry, side: number): readonly InputSpec[] {
  if (entry.kind === 'image') return entry.rank === 2 && !entry.transposed ? [spec([batchSize, entry.channels, side, side])] : []
  if (entry.kind === 'features') return [3, 1].map((channels) => spec([batchSize, channels, side, side]))
  return []
}

function usualShapes(entry: Entry): readonly InputSpec[] {
  switch (entry.kind) {
    case 'image':
      return images(entry.channels, entry.rank, entry.transposed)
    case 'features':
      return [
        spec([batchSize, entry.size]),
        ...sequenceLengths.slice(0, 4).map((length) => spec([batchSize, length, entry.size])),
        ...asImage(entry.size),
        // Signals with the channels first, which the forward itself turns around.
        ...sequenceLengths.slice(0, 4).map((length) => spec([batchSize, entry.size, length])),
      ]
    case 'tokens':
      return sequenceLengths
        .map((length) => spec([batchSize, length], { kind: 'tokens', below: entry.count }))
        .concat([[batchSize], [1], [1, 1]].map((shape) => spec(shape, { kind: 'tokens', below: entry.count })))
    case 'sequence':
      return sequenceLengths.map((length) => spec(entry.batchFirst ? [batchSize, length, entry.size] : [length, batchSize, entry.size]))
    case 'unsized':
      return entry.rank === 0 ? [spec([batchSize, 784]), ...images(3, 2, false).slice(0, 2)] : images(3, entry.rank, false).slice(0, 4)
    default: {
      const never: never = entry
      return never
    }
  }
}

/** An image of 1 or 3 channels that flattens to `size`: what a network that starts by flattening takes. */
function asImage(size: number): readonly InputSpec[] {
  return [1, 3].flatMap((channels) => {
    const side = Math.sqrt(size / channels)
    return Number.isInteger(side) && side > 1 ? [spec([batchSize, channels, side, side])] : []
  })
}
