/** Products of two tensors over a shared axis: sums over units (scores, free weights) and over positions (attention's averages). */
import { onGrid } from './align'
import { classWeights, type Grid, mapMean } from './grid'
import { farBetween, meanOverPairs } from './lags'
import { axisSize } from './layout'
import { type Atom, type Moments, ownVariance, type Signal } from './moments'
import { averages } from './pairMoments'
import { type Partition, uniform } from './partition'
import { mixBlocks, positionsToUnits, unitsToPositions } from './roles'
import { Unmodelled } from './unmodelled'

/** One operand with its own axis of positions kept as a map and every other averaged. */
export interface Operand {
  readonly signal: Signal
  readonly block: Moments
  /** Partitions of the kept axis; none where it holds units. */
  readonly kept: Grid
  /** Elements along the kept axis. */
  readonly size: number
  readonly second: number
  readonly same: number
  readonly far: number
  /** What near positions share with other samples. */
  readonly near: number
  /** E of two different positions of one sample along the axis that pairs are taken over. */
  readonly off: number
}

/** A product made ready: [.., M, K]·[.., K, N]. */
export interface Product {
  readonly left: Operand
  readonly right: Operand
  readonly over: 'units' | 'positions'
  /** Size of the shared axis. */
  readonly inner: number
  readonly axes: readonly (readonly Atom[])[]
  readonly grid: Grid
  /** The right operand as it came, in the product's roles. */
  readonly values: Signal
  /**
   * Over units, E of two different elements of the shared axis in each operand; null where units share nothing but their mean. Sums over positions
   * (Σ k·v of linear attention) share more where what they weight by has a mean.
   */
  readonly across: readonly [number | null, number | null]
  /** Copies that broadcasting makes of each operand. */
  readonly copies: readonly [number, number]
}

const roles = (atoms: readonly Atom[]) => new Set(atoms.map((atom) => atom.role))

function padded(signal: Signal, rank: number): Signal {
  const missing = rank - signal.axes.length
  return missing <= 0 ? signal : { ...signal, axes: [...new Array<readonly Atom[]>(missing).fill([]), ...signal.axes] }
}

export function operand(signal: Signal, axis: number, pairsAlong = axis, alike = false): Operand {
  const mixed = mixBlocks(signal)
  const owners = mixed.axes.flatMap((atoms, i) => atoms.filter((atom) => atom.role === 'position').map(() => i))
  const grid = mixed.grid.map((part, g) => (owners[g] === axis && !alike ? part : uniform(part.size)))
  const settled = onGrid(mixed, grid)
  const block = settled.blocks[0] as Moments
  const { second, far, same, near } = averages(grid, block)
  return {
    signal: settled,
    block,
    kept: grid.filter((_, g) => owners[g] === axis),
    size: axisSize(settled.axes[axis] as readonly Atom[]),
    second,
    same,
    far,
    near,
    off: offDiagonal(mixed, owners, pairsAlong),
  }
}

/**
 * Mean over pairs of different positions of an axis of E[x_p x_p'] within a sample: near ones share more. A class of one position has no pair
 * of its own.
 */
function offDiagonal(signal: Signal, owners: readonly number[], axis: number): number {
  const block = signal.blocks[0] as Moments
  const { own, far } = averages(signal.grid, block)
  const sizes = signal.grid.map((part, g) => (owners[g] === axis ? part.size : 1))
  const n = sizes.reduce((product, size) => product * size, 1)
  if (n < 2) return far + block.lags.far * own
  const correlation = (meanOverPairs(block.lags, sizes) * n - 1) / (n - 1)
  const [part] = signal.grid
  if (signal.grid.length > 1 || part === undefined) return far + correlation * rootPairs(signal, owners, axis, n)
  const classes = part.counts.length
  let pairs = 0
  for (let i = 0; i < classes; i++)
    for (let j = 0; j < classes; j++) {
      const count = (part.counts[i] as number) * ((part.counts[j] as number) - (i === j ? 1 : 0))
      pairs += (count * (block.far[i * classes + j] as number)) / (n * (n - 1))
    }
  return pairs + (block.lags.classes === undefined ? correlation * own : ownPairs(block, part))
}

/**
 * Mean of √(s_p s_p') over pairs of the n positions of an axis, which differ where some of a window's are padding; s is the samples' own variance.
 */
function rootPairs(signal: Signal, owners: readonly number[], axis: number, n: number): number {
  const own = ownVariance(signal.blocks[0] as Moments)
  const weights = classWeights(signal.grid)
  const groups = new Map<number, { weight: number; root: number }>()
  own.forEach((s, at) => {
    let [rest, group, scale] = [at, 0, 1]
    for (let g = signal.grid.length - 1; g >= 0; g--) {
      const classes = (signal.grid[g] as Partition).counts.length
      if (owners[g] !== axis) {
        group += scale * (rest % classes)
        scale *= classes
      }
      rest = Math.floor(rest / classes)
    }
    const sum = groups.get(group) ?? { weight: 0, root: 0 }
    groups.set(group, { weight: sum.weight + (weights[at] as number), root: sum.root + (weights[at] as number) * Math.sqrt(s) })
  })
  const all = [...groups.values()].reduce((sum, { weight, root }) => sum + root ** 2 / weight, 0)
  return (n * all - mapMean(signal.grid, own)) / (n - 1)
}

/** The samples' own part of the mean over pairs of different positions, by their classes. */
function ownPairs(block: Moments, part: Partition): number {
  const own = ownVariance(block).map(Math.sqrt)
  const size = own.length
  let sum = 0
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const count = (part.counts[i] as number) * ((part.counts[j] as number) - (i === j ? 1 : 0))
      sum += count * farBetween(block.lags, size, i, j) * (own[i] as number) * (own[j] as number)
    }
  return sum / (part.size * (part.size - 1))
}

/** The operand with the shared axis kept as a map, where that axis is a single run of positions. */
export function keyed(original: Signal, axis: number): { readonly operand: Operand; readonly partition: Partition } | null {
  const kept = operand(original, axis)
  const [partition] = kept.kept
  return kept.kept.length === 1 && partition !== undefined ? { operand: kept, partition } : null
}

/** Most classes that the elements of a product may have. */
const MOST_ELEMENTS = 300

const hasMean = (signal: Signal): boolean =>
  signal.blocks.some((block) => block.second.some((q, i) => (block.mean[i] as number) ** 2 > 1e-3 * q))

/** Brings the operands of a product to one layout. */
export function prepare(leftInput: Signal, rightInput: Signal): Product {
  const rank = Math.max(leftInput.axes.length, rightInput.axes.length)
  if (rank < 2) throw new Unmodelled('a product of vectors')
  let left = padded(leftInput, rank)
  let right = padded(rightInput, rank)
  const shared = [...roles(left.axes[rank - 1] as readonly Atom[]), ...roles(right.axes[rank - 2] as readonly Atom[])]
  if (shared.includes('sample')) throw new Unmodelled('a product over the batch axis')
  const over = shared.includes('unit') || shared.length === 0 ? 'units' : 'positions'
  const across = (signal: Signal, axis: number) =>
    over === 'units' && roles(signal.axes[axis] as readonly Atom[]).has('position') ? operand(signal, axis).off : null
  const acrossBoth = [across(left, rank - 1), across(right, rank - 2)] as const
  // Rows that weight by what has a mean have the weighted sum of values in common, as positions have and units have not.
  if (over === 'positions' && roles(left.axes[rank - 2] as readonly Atom[]).has('unit') && hasMean(left))
    left = unitsToPositions(left, [rank - 2])
  if (over === 'units') {
    left = positionsToUnits(left, [rank - 1])
    right = positionsToUnits(right, [rank - 2])
  }
  // What M units share with a matrix is a row each: other units at other places.
  if (
    over === 'positions' &&
    roles(right.axes[rank - 1] as readonly Atom[]).size === 0 &&
    axisSize(right.axes[rank - 1] as readonly Atom[]) > 1
  )
    right = unitsToPositions(right, [rank - 1])
  const a = operand(left, rank - 2, over === 'units' ? rank - 2 : rank - 1)
  const along = over === 'units' ? rank - 1 : rank - 2
  const fine = operand(right, rank - 1, along)
  // Pairs of the elements of a matrix with M·N classes are (M·N)²: beyond the limit its columns are taken alike.
  const b = a.block.mean.length * fine.block.mean.length > MOST_ELEMENTS ? operand(right, rank - 1, along, true) : fine
  const batch = left.axes.slice(0, rank - 2).map((atoms, i) => (atoms.length > 0 ? atoms : (right.axes[i] as readonly Atom[])))
  const axes = [...batch, left.axes[rank - 2] as readonly Atom[], right.axes[rank - 1] as readonly Atom[]]
  const batchGrid = batch.flat().flatMap((atom) => (atom.role === 'position' ? [uniform(atom.size)] : []))
  const outer = (signal: Signal) => signal.axes.slice(0, rank - 2).reduce((product, atoms) => product * axisSize(atoms), 1)
  const whole = batch.reduce((product, atoms) => product * axisSize(atoms), 1)
  return {
    left: a,
    right: b,
    over,
    inner: axisSize(left.axes[rank - 1] as readonly Atom[]),
    axes,
    grid: [...batchGrid, ...a.kept, ...b.kept],
    values: right,
    across: acrossBoth,
    copies: [whole / outer(left), whole / outer(right)],
  }
}
