import type { ReduceOp } from '../../graph'
import type { Gradient, GradientMoments } from '../gradient'
import { applyAlong, applyPairAlong, classCounts, gridClasses, independentPairs, mapMean, type Operator } from '../grid'
import { rearrangeLags } from '../lagLayout'
import { independentLags, type Lags, lagAt, makeLags, meanOverPairs } from '../lags'
import { axisSize, squeeze } from '../layout'
import { type Atom, type Moments, ownVariance, type Signal } from '../moments'
import type { Partition } from '../partition'
import { mixBlocks } from '../roles'
import type { Rule } from '../rule'
import { Unmodelled } from '../unmodelled'

/** Mean over the g-th position axis: far averages over pairs, the sample's own part keeps its mean correlation over pairs. */
function meanOverAxis(block: Moments, signal: Signal, g: number): Moments {
  const dims = classCounts(signal.grid)
  const part = signal.grid[g] as Partition
  const weights: Operator = [part.counts.map((count, i): readonly [number, number] => [i, count / part.size])]
  const average = (values: Float64Array) => applyAlong(values, dims, g, weights)
  const far = applyPairAlong(block.far, dims, g, independentPairs(weights), 1)
  const width = Math.sqrt(far.length)
  const size = block.second.length
  const along = meanOverPairs(onlyAxis(block.lags, g), [part.size])
  const own = average(ownVariance(block)).map((value) => value * along)
  const extra = average(block.same.map((value, i) => value - (block.far[i * size + i] as number))).map((value) => value / part.size)
  const kept = signal.grid.map((_, i) => i).filter((i) => i !== g)
  const rest = rearrangeLags(block.lags, kept)
  const lags =
    along > 0 ? makeLags(rest.radius, block.lags.far / along, (lag) => overAxis(block.lags, g, kept, lag, part.size) / along) : rest
  return {
    mean: average(block.mean),
    second: own.map((value, i) => value + (far[i * width + i] as number)),
    same: extra.map((value, i) => value + (far[i * width + i] as number)),
    far,
    lags,
    shape: { skew: block.shape.skew * Math.sqrt(along), excess: block.shape.excess * along },
    spread: block.spread,
    sizes: block.sizes,
    alike: block.alike,
    image: null,
  }
}

const onlyAxis = (lags: Lags, g: number): Lags => rearrangeLags(lags, [g])

/** Mean correlation over pairs along axis g at a lag of the kept axes. */
function overAxis(lags: Lags, g: number, kept: readonly number[], lag: readonly number[], n: number): number {
  const full = lags.radius.map(() => 0)
  kept.forEach((axis, i) => {
    full[axis] = lag[i] as number
  })
  let sum = 0
  const reach = Math.min(lags.radius[g] as number, n - 1)
  for (let d = 0; d <= reach; d++) {
    full[g] = d
    sum += (n - d) * (d === 0 ? 1 : 2) * (lagAt(lags, full) - lags.far)
  }
  return lags.far + sum / (n * n)
}

/** Mean over n units, which share nothing but their mean. */
function meanOverUnits(block: Moments, n: number): Moments {
  const size = block.mean.length
  const shrink = (value: number, i: number, j: number) => {
    const base = (block.mean[i] as number) * (block.mean[j] as number)
    return base + (value - base) / n
  }
  return {
    ...block,
    second: block.second.map((value, i) => shrink(value, i, i)),
    same: block.same.map((value, i) => shrink(value, i, i)),
    far: block.far.map((value, at) => shrink(value, Math.floor(at / size), at % size)),
    shape: { skew: block.shape.skew / Math.sqrt(n), excess: block.shape.excess / n },
    image: null,
    origin: undefined,
  }
}

/** The mean over the given axes, which stay as axes of size 1. */
export function meanOver(signal: Signal, axes: readonly number[]): Signal {
  let current = signal
  if (axes.some((axis) => (signal.axes[axis] as readonly Atom[]).some((atom) => atom.role === 'unit'))) current = mixBlocks(current)
  for (const axis of axes) {
    for (const atom of current.axes[axis] as readonly Atom[]) {
      if (atom.role === 'sample') throw new Unmodelled('a reduction over the batch is not modelled')
      const now = current
      const axesNow = now.axes.map((atoms, i) => (i === axis ? atoms.slice(1) : atoms))
      if (atom.role === 'unit') {
        current = { ...now, axes: axesNow, blocks: now.blocks.map((block) => meanOverUnits(block, atom.size)) }
        continue
      }
      const g = now.axes
        .slice(0, axis)
        .flat()
        .filter((a) => a.role === 'position').length
      const done = new Map<Moments, Moments>()
      const blocks = now.blocks.map((block) => {
        const made = done.get(block) ?? meanOverAxis(block, now, g)
        done.set(block, made)
        return made
      })
      current = { ...now, axes: axesNow, grid: now.grid.filter((_, i) => i !== g), blocks }
    }
  }
  if (current.grid.length === 0 && signal.grid.length > 0)
    current = { ...current, blocks: current.blocks.map((block) => ({ ...block, far: block.same })) }
  return squeeze(current)
}

export const dropAxes = (signal: Signal, axes: readonly number[]): Signal => ({
  ...signal,
  axes: signal.axes.filter((_, axis) => !axes.includes(axis)),
})

export const scaleBy = (block: Moments, factor: number): Moments => ({
  ...block,
  mean: block.mean.map((value) => value * factor),
  second: block.second.map((value) => value * factor ** 2),
  same: block.same.map((value) => value * factor ** 2),
  far: block.far.map((value) => value * factor ** 2),
})

export const count = (signal: Signal, axes: readonly number[]) =>
  axes.reduce((product, axis) => product * axisSize(signal.axes[axis] as readonly Atom[]), 1)

/** Mean and sum over axes; every element gets the output's gradient, over n for a mean. */
export const reduceMean: Rule<ReduceOp> = {
  forward(op, inputs) {
    const signal = inputs[0] as Signal
    const mean = meanOver(signal, op.axes)
    const result = op.keepDims ? mean : dropAxes(mean, op.axes)
    if (op.reduce === 'mean') return [result]
    const n = count(signal, op.axes)
    return [{ ...result, blocks: result.blocks.map((block) => scaleBy(block, n)) }]
  },
  backward(op, step) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const signal = step.inputs[0] as Signal
    const factor = op.reduce === 'mean' ? 1 / count(signal, op.axes) ** 2 : 1
    return [copyBack(signal, step.outputs[0] as Signal, gradient, factor, op.axes)]
  },
}

/** The output's gradient at every element that was reduced. */
export function copyBack(signal: Signal, output: Signal, gradient: Gradient, factor: number, axes: readonly number[]): Gradient {
  const size = gridClasses(signal.grid)
  const reduced = axes.some((axis) => (signal.axes[axis] as readonly Atom[]).some((atom) => atom.role === 'position'))
  const same = output.grid.length === signal.grid.length
  const back = (g: GradientMoments): GradientMoments => ({
    second: same ? g.second.map((value) => value * factor) : new Float64Array(size).fill(mapMean(output.grid, g.second) * factor),
    lags: reduced ? independentLags(signal.grid.length, output.grid.length === 0 ? 1 : g.lags.far) : g.lags,
    cross: g.cross,
    tilt: null,
    excess: 1,
    sizes: g.sizes,
  })
  const mixed = gradient.length === signal.blocks.length
  return signal.blocks.map((_, i) => {
    const g = gradient[mixed ? i : 0]
    return g ? back(g) : null
  })
}
