import type { LinearOp } from '../../graph'
import { sizesRead } from '../chanceSizes'
import { concentration, mixesOf } from '../directions'
import { FEW_WEIGHTS, fewOf } from '../fewWeights'
import type { Gradient, GradientMoments } from '../gradient'
import { gridClasses, mapMean } from '../grid'
import { independentLags } from '../lags'
import type { Moments, Signal } from '../moments'
import { radialGain, radialOf } from '../radial'
import { mixBlocks, positionsToUnits, unitsToPositions } from '../roles'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { addBias, summable } from '../weighted'
import { regridGradient } from './regrid'

/** The last axis as units, averaged into one block. */
function features(signal: Signal): Signal {
  const last = signal.axes.length - 1
  if ((signal.axes[last] ?? []).some((atom) => atom.role === 'sample')) throw new Unmodelled('the weights run over the batch axis')
  return mixBlocks(positionsToUnits(signal, [last]))
}

/**
 * y = x·Wᵀ + b over the last axis: second' = E[w²]·n·second̄ + E[b²], same and far likewise; mean' = n·E[w]·mean + E[b].
 * Axes other than the last share the weights: what was units there becomes positions.
 */
function forward(op: LinearOp, signal: Signal, env: Environment): Signal {
  const input = features(signal)
  const weight = summable(env.weight(op.weight), env.graph.parameters[op.weight]?.name ?? 'the weight')
  const gain = weight.secondMoment * op.inFeatures
  const block = input.blocks[0] as Moments
  const alike = block.alike ?? 0
  const times = (values: Float64Array, factor: number) => values.map((value) => value * factor)
  const summed: Moments = {
    mean: times(block.mean, weight.mean * op.inFeatures),
    second: times(block.second, gain),
    same: times(block.same, gain),
    far: times(block.far, gain),
    lags: block.lags,
    shape: { skew: 0, excess: (block.shape.excess * (weight.squareSpread + 1)) / op.inFeatures },
    spread: weight.structure === 'orthogonal' ? 0 : weight.squareSpread / op.inFeatures,
    few: fewOf(weight, op.inFeatures),
    alike: (op.inFeatures > FEW_WEIGHTS ? 0 : 1 / op.inFeatures) + alike,
    common: 2 * alike * (1 - 1 / op.inFeatures),
    shared: weight.structure === 'orthogonal' ? 0 : weight.squareSpread / op.inFeatures,
    sizes: sizesRead(block, op.inFeatures, input.grid, false),
    redundancy: concentration(op.inFeatures, block),
    mixes: mixesOf(op.inFeatures, block),
    image: null,
  }
  const last = input.axes.length - 1
  const others = input.axes.map((_, axis) => axis).filter((axis) => axis < last)
  const axes = input.axes.map((atoms, axis) => (axis === last ? [{ size: op.outFeatures, role: 'unit' as const }] : atoms))
  const rows = unitsToPositions({ axes, grid: input.grid, blocks: [summed], assignment: null }, others)
  return { ...rows, blocks: [addBias(rows.blocks[0] as Moments, op.bias, env)] }
}

/** g_x = E[w²]·out·g_y at every feature, times what g_y says of the direction of y. */
function backward(op: LinearOp, signal: Signal, output: Signal, gradient: Gradient, env: Environment): Gradient {
  const g = gradient[0]
  if (g === null || g === undefined) return signal.blocks.map(() => null)
  const weight = env.weight(op.weight)
  const input = features(signal)
  const summed = weight.secondMoment * op.inFeatures * mapMean(input.grid, (input.blocks[0] as Moments).second)
  const share = summed > 0 ? Math.min(1, summed / mapMean(output.grid, (output.blocks[0] as Moments).second)) : 0
  const gain = weight.structure === 'independent' ? radialGain(radialOf(g), share, op.inFeatures) : 1
  const scale = (weight.secondMoment * op.outFeatures * gain) / g.excess
  const gridKept = output.grid.length === input.grid.length
  const size = gridClasses(input.grid)
  const back: GradientMoments = {
    second: gridKept ? g.second.map((value) => value * scale) : new Float64Array(size).fill(mapMean(output.grid, g.second) * scale),
    lags: gridKept ? g.lags : independentLags(input.grid.length, g.lags.far),
    cross: g.cross,
    tilt: null,
    excess: 1,
    sizes: g.sizes,
    radial: (1 + share * (radialOf(g) - 1)) / gain,
  }
  const unmixed = positionsToUnits(signal, [signal.axes.length - 1])
  return regridGradient(
    unmixed.blocks.map(() => back),
    unmixed,
    signal,
  )
}

export const linear: Rule<LinearOp> = {
  forward: (op, inputs, env) => [forward(op, inputs[0] as Signal, env)],
  backward: (op, step, env) => [
    step.gradients[0] ? backward(op, step.inputs[0] as Signal, step.outputs[0] as Signal, step.gradients[0], env) : null,
  ],
}
