/** Brings the inputs of an elementwise operation to one layout, one grid and one set of blocks. */
import { type Grid, regridMap, regridPairs, sameGrid } from './grid'
import { independentLags } from './lags'
import { changeBlocks, joinPositions, shapeOf, squeeze } from './layout'
import type { Atom, Moments, Signal } from './moments'
import { classLimit, type Partition, refine, uniform } from './partition'
import { positionsToUnits, unitsToPositions } from './roles'
import { axisToSamples } from './samples'
import { Unmodelled } from './unmodelled'

export interface Aligned {
  /** The inputs, broadcast to the common shape, with equal axes and grids. */
  readonly signals: readonly Signal[]
  /** For each output block, the block of each input. */
  readonly pairs: readonly (readonly number[])[]
  readonly assignment: Uint16Array | null
  /** For each input, how many output elements one of its elements is copied to. */
  readonly copies: readonly number[]
}

/** The signal with the grid's classes refined to those of `grid` (same sizes). */
export function onGrid(signal: Signal, grid: Grid): Signal {
  if (sameGrid(signal.grid, grid)) return signal
  const from = signal.grid
  return {
    ...signal,
    grid,
    blocks: changeBlocks(signal.blocks, {
      map: (v) => regridMap(v, from, grid),
      pairs: (v) => regridPairs(v, from, grid),
      lags: (lags) => lags,
    }),
  }
}

/** Finest common classes of several grids with equal sizes. */
export function commonGrid(grids: readonly Grid[]): Grid {
  const [first, ...rest] = grids
  if (first === undefined) return []
  let result = first
  for (const grid of rest) {
    if (sameGrid(result, grid)) continue
    if (grid.length !== result.length || grid.some((axis, i) => axis.size !== result[i]?.size))
      throw new Unmodelled('the positions of the operands do not line up')
    result = result.map((axis, i) => refine(axis, grid[i] as Partition, classLimit(result.length)))
  }
  return result
}

const dims = (signal: Signal, rank: number): Signal => {
  const missing = rank - signal.axes.length
  return missing === 0 ? signal : { ...signal, axes: [...new Array<readonly Atom[]>(missing).fill([]), ...signal.axes] }
}

/** Drops position atoms of size 1 where the operation will copy along them. */
const squeezeBroadcast = (signal: Signal, shape: readonly number[]): Signal => {
  const lead = shape.length - signal.axes.length
  const copied = signal.axes.some((atoms, axis) => (shape[axis + lead] as number) > 1 && atoms.some((atom) => atom.size === 1))
  return copied ? squeeze(signal) : signal
}

const sameAtoms = (a: readonly Atom[], b: readonly Atom[]) =>
  a.length === b.length && a.every((atom, i) => atom.size === b[i]?.size && atom.role === b[i]?.role)

const sizeOf = (atoms: readonly Atom[]): number => atoms.reduce((product, atom) => product * atom.size, 1)
const hasRole = (signal: Signal, axis: number, role: Atom['role']): boolean =>
  (signal.axes[axis] as readonly Atom[]).some((atom) => atom.role === role)
const hasMaps = (signal: Signal): boolean => signal.axes.some((_, axis) => hasRole(signal, axis, 'position'))

/**
 * Places alone that differ between samples by less than a third of their size: what gates the units of maps at initialization, after a convolution over
 * them. As places, the maps would lose what two samples share of one unit's positions.
 */
const isGate = (signal: Signal): boolean =>
  signal.axes.some((_, axis) => hasRole(signal, axis, 'sample')) &&
  !signal.axes.some((_, axis) => hasRole(signal, axis, 'unit')) &&
  signal.blocks.every(({ mean, second }) => second.every((q, i) => q - (mean[i] as number) ** 2 < 0.1 * q))

/** Broadcasts and aligns. */
export function align(inputs: readonly Signal[], shape: readonly number[]): Aligned {
  let signals = inputs.map((signal) => dims(squeezeBroadcast(signal, shape), shape.length))
  // Positions of a map of one position are none for what follows.
  const isOne = (signal: Signal): boolean => signal.axes.some((atoms, axis) => shape[axis] === 1 && atoms.length > 0)
  signals = signals.map((signal) => (isOne(signal) ? squeeze(signal) : signal))
  const target = shape.map((size, axis) => {
    const holders = signals.filter((signal) => sizeOf(signal.axes[axis] as readonly Atom[]) === size && size > 1)
    const candidates = holders.map((signal) => signal.axes[axis] as readonly Atom[])
    const batch = candidates.find((atoms) => atoms.some((atom) => atom.role === 'sample'))
    const positional = holders.filter((signal) => hasRole(signal, axis, 'position'))
    const units = holders.find((signal) => hasRole(signal, axis, 'unit') && hasMaps(signal))?.axes[axis]
    const asUnits = units !== undefined && positional.length > 0 && positional.every(isGate)
    const positions = asUnits ? undefined : positional[0]?.axes[axis]
    const best = batch ?? positions ?? units ?? candidates[0] ?? []
    if (batch !== undefined) return best
    // Axes that factor in different ways meet as one axis.
    const alike = candidates.every((atoms) => atoms.length === best.length && atoms.every((atom, i) => atom.size === best[i]?.size))
    return alike ? best : [{ size, role: positions === undefined ? ('unit' as const) : ('position' as const) }]
  })
  signals = signals.map((signal) => toAxes(signal, target))
  const grid = commonGrid(signals.map((signal) => signal.grid))
  signals = signals.map((signal) => onGrid(signal, grid))
  const copies = inputs.map((signal) => shape.reduce((a, b) => a * b, 1) / shapeOf(signal).reduce((a, b) => a * b, 1))
  return { signals, ...pairBlocks(signals), copies }
}

/** Converts roles and broadcasts so that every axis has the target's atoms. */
function toAxes(signal: Signal, target: readonly (readonly Atom[])[]): Signal {
  let current = signal
  target.forEach((atoms, axis) => {
    const own = current.axes[axis] as readonly Atom[]
    if (sameAtoms(own, atoms)) return
    if (own.reduce((p, a) => p * a.size, 1) === 1) {
      current = broadcast(current, axis, atoms)
      return
    }
    if (atoms.every((atom) => atom.role === 'sample')) {
      current = axisToSamples(current, axis, atoms)
      return
    }
    const wantsPositions = atoms.every((atom) => atom.role === 'position')
    const wantsUnits = atoms.every((atom) => atom.role === 'unit')
    if (wantsPositions) current = unitsToPositions(current, [axis])
    else if (wantsUnits) current = positionsToUnits(current, [axis])
    if (sameAtoms(current.axes[axis] as readonly Atom[], atoms)) return
    if (atoms.length === 1 && wantsPositions) current = joinPositions(current, axis)
    if (atoms.length === 1 && wantsUnits) current = { ...current, axes: current.axes.map((old, i) => (i === axis ? atoms : old)) }
    if (!sameAtoms(current.axes[axis] as readonly Atom[], atoms)) throw new Unmodelled('the axes of the operands do not line up')
  })
  return current
}

/**
 * Copies an axis of size 1 along new atoms. Copies over positions are the same value everywhere: correlation 1 at every distance.
 * Copies over samples make a value that samples share: same = far = second.
 * Copies over units are the same for all units, which the representation treats as independent of each other.
 */
export function broadcast(signal: Signal, axis: number, atoms: readonly Atom[]): Signal {
  let current = signal
  const before = current.axes.slice(0, axis).flat()
  const axes = current.axes.map((old, i) => (i === axis ? atoms : old))
  const positions = atoms.filter((atom) => atom.role === 'position').length
  if (atoms.some((atom) => atom.role === 'sample')) {
    const blocks = current.blocks.map(sharedBySamples)
    current = { ...current, blocks }
  }
  if (atoms.some((atom) => atom.role === 'unit') && current.assignment !== null) {
    const units = before.filter((atom) => atom.role === 'unit').reduce((p, a) => p * a.size, 1)
    const inner = current.assignment.length / units
    const times = atoms.reduce((p, a) => (a.role === 'unit' ? p * a.size : p), 1)
    const old = current.assignment
    const assignment = Uint16Array.from(
      { length: old.length * times },
      (_, i) => old[Math.floor(i / (inner * times)) * inner + (i % inner)] as number,
    )
    current = { ...current, assignment }
  }
  if (positions === 0) return { ...current, axes }
  const g = before.filter((atom) => atom.role === 'position').length
  const grid = [
    ...current.grid.slice(0, g),
    ...atoms.filter((atom) => atom.role === 'position').map((atom) => uniform(atom.size)),
    ...current.grid.slice(g),
  ]
  const blocks = current.blocks.map((block) => copiedOverPositions(block, current.grid, grid.length))
  return { axes, grid, blocks, assignment: current.assignment }
}

/** One draw for all samples. */
function sharedBySamples(block: Moments): Moments {
  return {
    ...block,
    same: block.second,
    far: block.mean.length === 1 && block.lags.radius.length === 0 ? block.second : block.far,
    image: null,
  }
}

/** One value at all positions: what samples share there is `same`, and the sample's own part is correlated over all positions. */
function copiedOverPositions(block: Moments, old: Grid, axes: number): Moments {
  if (old.length > 0) return { ...block, lags: independentLags(axes, block.lags.far), image: null }
  const moved = { ...block, far: block.same, lags: independentLags(axes, 1) }
  const image = block.image && {
    fn: block.image.fn,
    root: { ...block.image.root, far: block.image.root.same, lags: independentLags(axes, 1), image: null },
  }
  return { ...moved, image }
}

function pairBlocks(signals: readonly Signal[]): {
  readonly pairs: readonly (readonly number[])[]
  readonly assignment: Uint16Array | null
} {
  if (signals.every((signal) => signal.assignment === null)) return { pairs: [signals.map(() => 0)], assignment: null }
  const length = Math.max(...signals.map((signal) => signal.assignment?.length ?? 1))
  const ids = new Map<string, number>()
  const pairs: number[][] = []
  const assignment = new Uint16Array(length)
  for (let unit = 0; unit < length; unit++) {
    const pair = signals.map((signal) => (signal.assignment === null ? 0 : (signal.assignment[unit] as number)))
    const key = pair.join()
    let id = ids.get(key)
    if (id === undefined) {
      id = pairs.length
      ids.set(key, id)
      pairs.push(pair)
    }
    assignment[unit] = id
  }
  return { pairs, assignment }
}
