import type { DropoutOp } from '../../graph'
import { type GradientMoments, scaleGradient, type Term } from '../gradient'
import { mapLags } from '../lags'
import { type Moments, originOf, ownVariance, representative, type Signal } from '../moments'
import type { Rule } from '../rule'
import { maskSizes } from '../sampleSizes'
import { imageOf } from './activation'

const ALPHA_PRIME = -1.7580993408473766

/**
 * Keeps with probability 1 − p and scales by 1/(1 − p): second' = second/(1 − p); covariances between elements with their own
 * mask stay, those that share one (channel and path variants: the positions of a sample) grow with second. AlphaDropout sets what it drops to
 * α' = −1.758 and keeps mean 0 and variance 1 by an affine map (Klambauer et al. 2017).
 */
function forward(block: Moments, op: DropoutOp): Moments {
  const keep = 1 - op.rate
  const size = block.mean.length
  const r = representative(block)
  if (op.variant === 'alpha') {
    const a = 1 / Math.sqrt(keep * (1 + op.rate * ALPHA_PRIME ** 2))
    const b = -a * op.rate * ALPHA_PRIME
    const mean = block.mean.map((m) => a * (keep * m + op.rate * ALPHA_PRIME) + b)
    const second = block.second.map((q, i) => a * a * (keep * q + op.rate * ALPHA_PRIME ** 2) + 2 * b * (mean[i] as number) - b * b)
    const pair = (value: number, i: number, j: number) =>
      a * a * keep * keep * (value - (block.mean[i] as number) * (block.mean[j] as number)) + (mean[i] as number) * (mean[j] as number)
    return {
      ...block,
      mean,
      second,
      same: block.same.map((v, i) => pair(v, i, i)),
      far: block.far.map((v, at) => pair(v, Math.floor(at / size), at % size)),
      normed: undefined,
      settled: undefined,
      image: null,
    }
  }
  const scale = op.rescale ? 1 / keep : 1
  const mean = block.mean.map((m) => m * keep * scale)
  const pairs = (keep * scale) ** 2
  const second = block.second.map((q) => q * keep * scale * scale)
  const far = block.far.map((v) => v * pairs)
  const same = block.same.map((v) => v * pairs)
  const result: Moments = {
    ...block,
    mean,
    second,
    same,
    far,
    normed: undefined,
    settled: undefined,
    image: null,
    shape: dropped(block, keep),
  }
  if (op.variant === 'element') {
    const own = ownVariance(block)[r] as number
    const after = ownVariance(result)[r] as number
    return { ...result, lags: mapLags(block.lags, (c) => (after > 0 ? (c * own * pairs) / after : 0)) }
  }
  const own = ownVariance(block)[r] as number
  const after = ownVariance(result)[r] as number
  const f = block.far[r * size + r] as number
  return {
    ...result,
    shape: op.variant === 'path' ? block.shape : result.shape,
    sizes: op.variant === 'path' ? maskSizes(block.sizes, keep) : block.sizes,
    lags: mapLags(block.lags, (c) => (after > 0 ? ((f + c * own) * keep * scale * scale - f * pairs) / after : 0)),
  }
}

/** Third and fourth cumulants of x·Bernoulli(keep), standardized. */
function dropped(block: Moments, keep: number): Moments['shape'] {
  const r = representative(block)
  const m = block.mean[r] as number
  const v = Math.max(0, (block.second[r] as number) - m * m)
  const raw2 = v + m * m
  const raw3 = block.shape.skew * v ** 1.5 + 3 * m * v + m ** 3
  const raw4 = (block.shape.excess + 3) * v * v + 4 * m * block.shape.skew * v ** 1.5 + 6 * m * m * v + m ** 4
  const mean = keep * m
  const variance = keep * raw2 - mean ** 2
  if (!(variance > 0)) return block.shape
  const third = keep * raw3 - 3 * mean * keep * raw2 + 2 * mean ** 3
  const fourth = keep * raw4 - 4 * mean * keep * raw3 + 6 * mean * mean * keep * raw2 - 3 * mean ** 4
  return { skew: third / variance ** 1.5, excess: fourth / variance ** 2 - 3 }
}

/** What the gradient says of y = x·mask·scale, said of x where it is kept. */
function keptTilt(g: GradientMoments, input: Moments, output: Moments, scale: number, second: number): GradientMoments['tilt'] {
  if (g.tilt === null || originOf(g.tilt.root) !== originOf(output) || g.tilt.terms.some((term) => term.law !== null)) return null
  const { root, fn } = imageOf(input)
  const value = (z: number) => scale * (fn === null ? z : fn.value(z))
  const terms = g.tilt.terms.map(
    (term): Term => ({
      base: scaleGradient({ ...term.base, tilt: null }, second),
      mean: (z) => term.mean(value(z)),
      square: (z) => term.square(value(z)),
      kinks: fn === null ? term.kinks.map((kink) => kink / scale) : fn.kinks,
      step: term.step !== undefined && fn === null ? term.step : undefined,
      law: null,
    }),
  )
  return { root, terms }
}

/** E[g²] given the value where it is kept, over that of all values: the mask lets through a fair sample of them. */
function backward(g: GradientMoments, op: DropoutOp, input: Moments, output: Moments): GradientMoments {
  const keep = 1 - op.rate
  if (op.variant === 'alpha') return scaleGradient({ ...g, tilt: null }, keep / (keep * (1 + op.rate * ALPHA_PRIME ** 2)))
  const scale = op.rescale ? 1 / keep : 1
  const second = keep * scale * scale
  const thin = op.variant === 'element' ? keep : 1
  const tilt = op.variant === 'element' && scale > 0 ? keptTilt(g, input, output, scale, second) : null
  return { ...scaleGradient(g, second), tilt, cross: g.cross * keep, lags: mapLags(g.lags, (c) => c * thin) }
}

export const dropout: Rule<DropoutOp> = {
  forward(op, inputs, env) {
    const signal = inputs[0] as Signal
    if (op.rate === 0) return [signal]
    return [
      {
        ...signal,
        blocks: signal.blocks.map((block) =>
          env.remember(block, `dropout ${op.rate} ${op.variant} ${op.rescale}`, () => forward(block, op)),
        ),
      },
    ]
  },
  backward: (op, step) => [
    step.gradients[0]
      ? op.rate === 0
        ? step.gradients[0]
        : step.gradients[0].map(
            (g, i) =>
              g && backward(g, op, (step.inputs[0] as Signal).blocks[i] as Moments, (step.outputs[0] as Signal).blocks[i] as Moments),
          )
      : null,
  ],
}
