import type { BilinearOp, Node } from '../../graph'
import { align } from '../align'
import { scaleGradient } from '../gradient'
import { type Moments, originOf, type Signal } from '../moments'
import { mixBlocks, positionsToUnits, unitsToPositions } from '../roles'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { addBias } from '../weighted'
import { imageOf } from './activation'
import { multiplyBlocks, towardsFactor } from './multiply'
import { regridGradient } from './regrid'

interface Sides {
  readonly signals: readonly [Signal, Signal]
  readonly blocks: readonly [Moments, Moments]
  readonly sizes: readonly [number, number, number]
}

/** Both inputs with the last axis as units, averaged, on one grid of the axes before it. */
function sides(op: BilinearOp, inputs: readonly Signal[], env: Environment): Sides {
  const [out, first, second] = (env.graph.parameters[op.weight]?.shape ?? []) as readonly [number, number, number]
  const features = inputs.map((signal) => {
    const last = signal.axes.length - 1
    if ((signal.axes[last] ?? []).some((atom) => atom.role === 'sample')) throw new Unmodelled('the weights run over the batch axis')
    const others = signal.axes.map((_, axis) => axis).filter((axis) => axis < last)
    const mixed = mixBlocks(positionsToUnits(signal, [last]))
    return unitsToPositions({ ...mixed, axes: mixed.axes.map((atoms, axis) => (axis === last ? [] : atoms)) }, others)
  })
  const shape = (features[0] as Signal).axes.map((atoms) => atoms.reduce((size, atom) => size * atom.size, 1))
  const { signals } = align(features, shape)
  return {
    signals: signals as unknown as readonly [Signal, Signal],
    blocks: signals.map((signal) => signal.blocks[0] as Moments) as unknown as readonly [Moments, Moments],
    sizes: [out, first, second],
  }
}

/** Without a common source: Σᵢⱼ of a product of independent values. With x₁ = x₂ the n equal pairs have E[x⁴] in place of E[x²]². */
function equalPairs([a, b]: readonly [Moments, Moments], sizes: Sides['sizes']): number {
  if (originOf(imageOf(a).root) !== originOf(imageOf(b).root) || sizes[1] !== sizes[2]) return 1
  const at = a.second.length >> 1
  const m = a.mean[at] as number
  const q = a.second[at] as number
  const v = Math.max(0, q - m * m)
  const fourth = (3 + a.shape.excess) * v * v + 4 * m * a.shape.skew * v ** 1.5 + 6 * m * m * v + m ** 4
  return q > 0 ? 1 + (fourth / (q * q) - 1) / sizes[1] : 1
}

/**
 * y_k = x₁ᵀW_k x₂ + b_k: second = E[w²]·n₁·n₂·q₁·q₂ + E[b²], same and far likewise with those of both inputs; mean = n₁n₂·E[w]·m₁m₂.
 * g_{x₁} = E[w²]·out·n₂·q₂·g.
 */
export const bilinear: Rule<BilinearOp> = {
  forward(op, inputs, env) {
    const { signals, blocks, sizes } = sides(op, inputs, env)
    const weight = env.weight(op.weight)
    const pairs = sizes[1] * sizes[2]
    const product = multiplyBlocks({ ...blocks[0], image: null }, { ...blocks[1], image: null, origin: undefined }, signals[0].grid)
    const gain = weight.secondMoment * pairs
    const times = (values: Float64Array, factor: number) => values.map((value) => value * factor)
    const summed: Moments = {
      mean: times(product.mean, weight.mean * pairs),
      second: times(product.second, gain * equalPairs(blocks, sizes)),
      same: times(product.same, gain),
      far: times(product.far, gain),
      lags: product.lags,
      shape: { skew: 0, excess: ((weight.squareSpread + 1) * (product.shape.excess + 3) - 3) / pairs },
      spread: weight.squareSpread / pairs,
      sizes: product.sizes,
      image: null,
    }
    const axes = [...signals[0].axes.slice(0, -1), [{ size: sizes[0], role: 'unit' as const }]]
    return [{ axes, grid: signals[0].grid, blocks: [addBias(summed, op.bias, env)], assignment: null }]
  },
  backward(op, step, env, _node: Node) {
    const g = step.gradients[0]?.[0]
    if (!g) return [null, null]
    const { signals, blocks, sizes } = sides(op, step.inputs, env)
    const { secondMoment } = env.weight(op.weight)
    return step.inputs.map((input, i) => {
      const other = 1 - i
      const scale = secondMoment * sizes[0] * (sizes[other + 1] as number)
      const back = scaleGradient(
        towardsFactor({ ...g, tilt: null, drift: undefined, excess: 1 }, blocks[other] as Moments, (signals[i] as Signal).grid),
        scale,
      )
      const converted = { ...(signals[i] as Signal), blocks: [blocks[i] as Moments] }
      return regridGradient([back], converted, input)
    })
  },
}
