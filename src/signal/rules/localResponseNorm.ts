import type { LocalResponseNormOp } from '../../graph'
import { identity, linearCombination } from '../gaussian/scalarFunction'
import { scaleGradient } from '../gradient'
import type { Moments, Signal } from '../moments'
import type { Rule } from '../rule'

/** (k + α·q)^(−β) at each class: the mean over `size` channels of x², taken at its expectation (Krizhevsky et al. 2012). */
function factors(block: Moments, op: LocalResponseNormOp): Float64Array {
  return block.second.map((q) => (op.k + op.alpha * q) ** -op.beta)
}

/** Whether the positions' factors differ by less than 0.1 %, so that what is normalized is still one function of what the activation read. */
function isOneFactor(f: Float64Array): boolean {
  return Math.max(...f) < 1.001 * Math.min(...f)
}

/** x·(k + α·mean x²)^(−β): α is small, so that the sum's spread over channels hardly moves the factor. */
export const localResponseNorm: Rule<LocalResponseNormOp> = {
  forward(op, inputs) {
    const signal = inputs[0] as Signal
    const blocks = signal.blocks.map((block): Moments => {
      const f = factors(block, op)
      const size = f.length
      const at = (i: number) => f[i] as number
      return {
        ...block,
        mean: block.mean.map((m, i) => m * at(i)),
        second: block.second.map((q, i) => q * at(i) ** 2),
        same: block.same.map((q, i) => q * at(i) ** 2),
        far: block.far.map((q, i) => q * at(Math.floor(i / size)) * at(i % size)),
        image: isOneFactor(f)
          ? { root: block.image?.root ?? block, fn: linearCombination(at(size >> 1), block.image?.fn ?? identity, 0, identity) }
          : null,
        origin: undefined,
      }
    })
    return [{ ...signal, blocks }]
  },
  backward(op, step) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const signal = step.inputs[0] as Signal
    return [
      gradient.map((g, b) => {
        if (g === null) return null
        const f = factors(signal.blocks[b] as Moments, op)
        if (isOneFactor(f)) return scaleGradient(g, (f[f.length >> 1] as number) ** 2)
        return { ...g, tilt: null, second: g.second.map((value, i) => value * (f[i] as number) ** 2) }
      }),
    ]
  },
}
