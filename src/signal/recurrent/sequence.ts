import { gridClasses, mapMean } from '../grid'
import { lagAt } from '../lags'
import { axisSize, joinPositions } from '../layout'
import { type Atom, type Moments, ownVariance, type Signal } from '../moments'
import { classAt, type Partition } from '../partition'
import { mixBlocks, positionsToUnits, unitsToPositions } from '../roles'
import { Unmodelled } from '../unmodelled'
import { emptyKernel, type TimeKernel } from './covariance'
import type { Horizon } from './horizon'

/** A sequence as a recurrent layer sees it: one block of features on the last axis; other axes hold samples or one atom of positions. */
export interface Sequence {
  /** Features as units, still several blocks. */
  readonly unmixed: Signal
  readonly signal: Signal
  /** The batch axis when the input has one. */
  readonly batchAxis: number | null
}

export function sequenceOf(input: Signal, timeAxis: number): Sequence {
  const last = input.axes.length - 1
  if ((input.axes[last] ?? []).some((atom) => atom.role === 'sample')) throw new Unmodelled('the weights run over the batch axis')
  const unmixed = positionsToUnits(input, [last])
  const others = input.axes.map((_, axis) => axis).filter((axis) => axis < last)
  let signal = unitsToPositions(mixBlocks(unmixed), others)
  for (const axis of others) {
    const atoms = signal.axes[axis] as readonly Atom[]
    if (atoms.some((atom) => atom.role !== atoms[0]?.role))
      throw new Unmodelled('an axis that mixes samples and positions is unrolled over time')
    if (atoms.length > 1 && atoms[0]?.role === 'position') signal = joinPositions(signal, axis)
  }
  return { unmixed, signal, batchAxis: others.find((axis) => axis !== timeAxis) ?? null }
}

/** Where an axis of positions is in the grid; null for samples and axes of one element. */
function gridAxis(signal: Signal, axis: number | null): number | null {
  if (axis === null || (signal.axes[axis] as readonly Atom[])[0]?.role !== 'position') return null
  return signal.axes
    .slice(0, axis)
    .flat()
    .filter((atom) => atom.role === 'position').length
}

/**
 * E[x_t x_s] within a sequence and between two, in the mean over the batch. Whether time or the batch numbers the samples is the signal's
 * affair: two elements with different samples share `same` at equal positions and `far` at others, two of one sample the lags' part too.
 */
export function kernelOf({ signal, batchAxis }: Sequence, timeAxis: number, { timeOf }: Horizon): TimeKernel {
  const block = signal.blocks[0] as Moments
  const time = gridAxis(signal, timeAxis)
  const batch = gridAxis(signal, batchAxis)
  const size = gridClasses(signal.grid)
  const own = ownVariance(block)
  const batchClasses = batch === null ? 1 : (signal.grid[batch] as Partition).counts.length
  const weights =
    batch === null ? [1] : (signal.grid[batch] as Partition).counts.map((count) => count / (signal.grid[batch] as Partition).size)
  const classOf = (t: number, b: number): number => {
    const inTime = time === null ? 0 : classAt(signal.grid[time] as Partition, t)
    const timeClasses = time === null ? 1 : (signal.grid[time] as Partition).counts.length
    return time !== null && batch !== null && batch < time ? b * timeClasses + inTime : inTime * batchClasses + b
  }
  const timeSamples = time === null && axisSize(signal.axes[timeAxis] as readonly Atom[]) > 1
  const batchSamples = batch === null
  const lagOf = (dt: number, db: number) => signal.grid.map((_, g) => (g === time ? dt : g === batch ? db : 0))
  const value = (t: number, s: number, b: number, c: number, otherSequence: boolean): number => {
    const p = classOf(t, b)
    const q = classOf(s, c)
    const otherSample = (t !== s && timeSamples) || (otherSequence && batchSamples)
    const otherPlace = (t !== s && time !== null) || (otherSequence && batch !== null)
    const far = block.far[p * size + q] as number
    if (otherSample) return otherPlace ? far : (block.same[p] as number)
    if (!otherPlace) return block.second[p] as number
    return (
      far +
      lagAt(block.lags, lagOf(t - s, otherSequence && batch !== null ? Number.MAX_SAFE_INTEGER : 0)) *
        Math.sqrt((own[p] as number) * (own[q] as number))
    )
  }
  const kernel = emptyKernel(timeOf.length)
  const steps = timeOf.length
  for (let at = 0; at < steps * steps; at++) {
    const t = timeOf[Math.floor(at / steps)] as number
    const s = timeOf[at % steps] as number
    for (let b = 0; b < batchClasses; b++) {
      kernel.within[at] = (kernel.within[at] as number) + (weights[b] as number) * value(t, s, b, b, false)
      if (batch === null) kernel.between[at] = value(t, s, b, b, true)
      else
        for (let c = 0; c < batchClasses; c++) {
          kernel.between[at] = (kernel.between[at] as number) + (weights[b] as number) * (weights[c] as number) * value(t, s, b, c, true)
        }
    }
  }
  return kernel
}

/** Mean over all places but time of a map that is given by followed step: for each class of the grid the mean over its times. */
export function mapOfSteps(signal: Signal, timeAxis: number, perStep: Float64Array, { stepOf }: Horizon): Float64Array {
  const time = gridAxis(signal, timeAxis)
  const at = (t: number) => perStep[stepOf[t] as number] as number
  if (time === null) {
    const mean = stepOf.reduce((sum, _, t) => sum + at(t), 0) / stepOf.length
    return new Float64Array(gridClasses(signal.grid)).fill(mean)
  }
  const part = signal.grid[time] as Partition
  const perClass = new Float64Array(part.counts.length)
  for (let t = 0; t < part.size; t++) {
    const c = classAt(part, t)
    perClass[c] = (perClass[c] as number) + at(t) / (part.counts[c] as number)
  }
  const inner = signal.grid.slice(time + 1).reduce((product, axis) => product * axis.counts.length, 1)
  return Float64Array.from({ length: gridClasses(signal.grid) }, (_, i) => perClass[Math.floor(i / inner) % perClass.length] as number)
}

/** Mean moments of a tensor that has no place in time: a given state. */
export function meanMoments(signal: Signal): { readonly mean: number; readonly second: number; readonly same: number } {
  const mixed = mixBlocks(positionsToUnits(signal, [signal.axes.length - 1]))
  const block = mixed.blocks[0] as Moments
  return { mean: mapMean(mixed.grid, block.mean), second: mapMean(mixed.grid, block.second), same: mapMean(mixed.grid, block.same) }
}
