/** Gradients of operands that an elementwise operation broadcast. */
import type { Aligned } from '../align'
import type { Gradient, GradientMoments } from '../gradient'
import { gridClasses, mapMean, sameGrid } from '../grid'
import { meanOverPairs } from '../lags'
import { axisSize } from '../layout'
import type { Atom, Signal } from '../moments'
import { regridGradient } from './regrid'

/**
 * The output's gradient as one of the i-th operand: the elements that were copies of one sum up. Over N positions of a sample the sum of
 * gradients has N²·(mean correlation over pairs) times one's second moment; over samples and units, which are independent, their number.
 */
export function reduceBroadcast(aligned: Aligned, i: number, input: Signal, gradient: Gradient): Gradient {
  const used = aligned.signals[i] as Signal
  const perBlock = toInputBlocks(aligned, i, used, gradient)
  const copies = aligned.copies[i] as number
  if (copies === 1) return regridGradient(perBlock, used, input)
  const summed = summedSizes(used, input)
  return perBlock.map((g) => g && summedGradient(g, used, input, copies, summed))
}

/** Sizes of the used grid's axes; 1 where the input has that axis too. */
function summedSizes(used: Signal, input: Signal): readonly number[] {
  const lead = used.axes.length - input.axes.length
  const isSummed = (axis: number) => axis < lead || axisSize(input.axes[axis - lead] as readonly Atom[]) === 1
  const owners = used.axes.flatMap((atoms, axis) => atoms.flatMap((atom) => (atom.role === 'position' ? [axis] : [])))
  return used.grid.map((part, g) => (isSummed(owners[g] as number) ? part.size : 1))
}

function summedGradient(g: GradientMoments, used: Signal, input: Signal, copies: number, sizes: readonly number[]): GradientMoments {
  const summedPositions = sizes.reduce((product, size) => product * size, 1)
  const within = summedPositions > 1 ? summedPositions * Math.max(0, meanOverPairs(g.lags, sizes)) : 1
  const factor = summedPositions * within * (copies / summedPositions)
  const size = gridClasses(input.grid)
  const aligned = sameGrid(used.grid, input.grid)
  const second = aligned ? g.second.map((value) => value * factor) : new Float64Array(size).fill(mapMean(used.grid, g.second) * factor)
  return {
    second,
    lags: { radius: input.grid.map(() => 0), values: Float64Array.of(1), far: g.lags.far },
    cross: g.cross,
    tilt: null,
    excess: 1,
    sizes: g.sizes,
  }
}

/** Averages the output blocks' gradients over those that hold each block of operand i. */
export function toInputBlocks(aligned: Aligned, i: number, used: Signal, gradient: Gradient): Gradient {
  if (aligned.pairs.length === 1 && used.blocks.length === 1) return [gradient[0] ?? null]
  const outShares = aligned.assignment === null ? [1] : countShares(aligned.assignment, aligned.pairs.length)
  return used.blocks.map((_, block) => {
    const parts = aligned.pairs.flatMap((pair, o) =>
      pair[i] === block ? [{ g: gradient[o] ?? null, weight: outShares[o] as number }] : [],
    )
    const total = parts.reduce((sum, part) => sum + part.weight, 0)
    const live = parts.filter((part): part is { g: GradientMoments; weight: number } => part.g !== null)
    const first = live[0]
    if (first === undefined || total === 0) return null
    if (live.length === 1 && first.weight === total) return first.g
    const second = first.g.second.map((_v, p) => live.reduce((sum, part) => sum + (part.weight / total) * (part.g.second[p] as number), 0))
    return { ...first.g, second, tilt: null }
  })
}

function countShares(assignment: Uint16Array, blocks: number): readonly number[] {
  const counts = new Array<number>(blocks).fill(0)
  for (const block of assignment) counts[block] = (counts[block] as number) + 1 / assignment.length
  return counts
}
