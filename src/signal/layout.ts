/** Changes of a signal's layout that keep its values: which axes hold units and which positions. */
import { applyAlong, applyPairAlong, classCounts, type Grid, independentPairs, type Operator } from './grid'
import { joinLags, rearrangeLags, splitLags } from './lagLayout'
import type { Lags } from './lags'
import { type Atom, type Matrix, type Moments, originOf, type Signal } from './moments'
import { classAt, type Partition, partitionBySignature, uniform } from './partition'
import { transpose } from './transpose'
import { Unmodelled } from './unmodelled'

export const axisSize = (atoms: readonly Atom[]): number => atoms.reduce((product, atom) => product * atom.size, 1)
export const shapeOf = (signal: Signal): number[] => signal.axes.map(axisSize)
export const sizeOfRole = (signal: Signal, role: Atom['role']): number =>
  signal.axes.flat().reduce((product, atom) => (atom.role === role ? product * atom.size : product), 1)

/** The same change of maps for a block and the root of its image; blocks that share a root still do. */
export interface MapChange {
  map(values: Float64Array): Float64Array
  pairs(values: Float64Array): Float64Array
  lags(lags: Lags): Lags
}
export function changeBlocks(blocks: readonly Moments[], change: MapChange): readonly Moments[] {
  const done = new Map<Moments, Moments>()
  const apply = (moments: Moments): Moments => {
    const known = done.get(moments)
    if (known !== undefined) return known
    const changed: Moments = {
      ...moments,
      mean: change.map(moments.mean),
      second: change.map(moments.second),
      same: change.map(moments.same),
      far: change.pairs(moments.far),
      lags: changedLags(moments.lags, change),
      image: moments.image && { root: apply(moments.image.root), fn: moments.image.fn },
      origin: originOf(moments),
    }
    done.set(moments, changed)
    return changed
  }
  return blocks.map(apply)
}

function changedLags(lags: Lags, change: MapChange): Lags {
  const changed = change.lags(lags)
  return lags.classes === undefined ? changed : { ...changed, classes: change.pairs(lags.classes) }
}

/** The same statistics of other elements: a part of a tensor is not a function of another part. */
export function fresh(blocks: readonly Moments[]): readonly Moments[] {
  const done = new Map<Moments, Moments>()
  const renew = (block: Moments): Moments => {
    const known = done.get(block)
    if (known !== undefined) return known
    const made: Moments = { ...block, origin: undefined, image: block.image && { fn: block.image.fn, root: renew(block.image.root) } }
    done.set(block, made)
    return made
  }
  return blocks.map(renew)
}

export interface Place {
  readonly axis: number
  readonly index: number
  readonly atom: Atom
}
export const places = (signal: Signal, role: Atom['role']): readonly Place[] =>
  signal.axes.flatMap((atoms, axis) => atoms.map((atom, index) => ({ axis, index, atom })).filter((place) => place.atom.role === role))

/** Axis order[i] becomes axis i. */
export function permute(signal: Signal, order: readonly number[]): Signal {
  const axes = order.map((axis) => signal.axes[axis] as readonly Atom[])
  const sorted = (role: Atom['role']) => {
    const old = places(signal, role)
    return order.flatMap((axis) =>
      old
        .map((place, i) => ({ place, i }))
        .filter(({ place }) => place.axis === axis)
        .map(({ i }) => i),
    )
  }
  const gridOrder = sorted('position')
  const unitOrder = sorted('unit')
  const grid = gridOrder.map((i) => signal.grid[i] as Partition)
  const assignment =
    signal.assignment &&
    transpose(
      signal.assignment,
      places(signal, 'unit').map((place) => place.atom.size),
      unitOrder,
    )
  const rank = order.length
  const turned = order[rank - 1] === rank - 2 && order[rank - 2] === rank - 1
  const matrix = signal.matrix && turned ? { matrix: transposed(signal.matrix) } : {}
  if (gridOrder.every((from, to) => from === to)) return { axes, grid: signal.grid, blocks: signal.blocks, assignment, ...matrix }
  return { axes, grid, blocks: changeBlocks(signal.blocks, permutation(signal.grid, gridOrder)), assignment, ...matrix }
}

function transposed(matrix: Matrix): Matrix {
  return matrix.kind === 'scores'
    ? { ...matrix, rows: matrix.columns, columns: matrix.rows, of: undefined }
    : { ...matrix, turned: !matrix.turned }
}

/** The change of maps that reorders the grid's axes. */
export function permutation(grid: Grid, order: readonly number[]): MapChange {
  const dims = classCounts(grid)
  return {
    map: (values) => transpose(values, dims, order),
    pairs: (values) => transpose(values, [...dims, ...dims], [...order, ...order.map((i) => i + dims.length)]),
    lags: (lags) => rearrangeLags(lags, order),
  }
}

/** Without position atoms of size 1; where no positions are left, what samples share is `same`. */
export function squeeze(signal: Signal): Signal {
  if (signal.axes.every((atoms) => atoms.every((atom) => atom.size > 1))) return signal
  const axes = signal.axes.map((atoms) => atoms.filter((atom) => atom.size > 1))
  const kept = signal.grid.map((_, g) => g).filter((g) => (signal.grid[g] as Partition).size > 1)
  if (kept.length === signal.grid.length) return { ...signal, axes }
  const grid = kept.map((g) => signal.grid[g] as Partition)
  const blocks = changeBlocks(signal.blocks, { map: (v) => v, pairs: (v) => v, lags: (lags) => rearrangeLags(lags, kept) })
  if (grid.length > 0) return { ...signal, axes, grid, blocks }
  const settle = (block: Moments): Moments => ({
    ...block,
    far: block.same,
    image: block.image && { fn: block.image.fn, root: settle(block.image.root) },
  })
  return { ...signal, axes, grid, blocks: blocks.map(settle) }
}

/** Row-major reinterpretation to another shape of the same size. */
export function reshape(signal: Signal, shape: readonly number[]): Signal {
  let current = squeeze(signal)
  const flat = () => current.axes.flat()
  const axes: Atom[][] = []
  let at = 0
  for (const size of shape) {
    const atoms: Atom[] = []
    let left = size
    while (left > 1) {
      const atom = flat()[at]
      if (atom === undefined) throw new Unmodelled(`cannot read the shape [${shapeOf(signal)}] as [${shape}]`)
      if (left % atom.size === 0) {
        atoms.push(atom)
        left /= atom.size
        at++
        continue
      }
      if (atom.size % left !== 0) {
        if (flat()[at + 1]?.role !== atom.role) throw new Unmodelled(`axes of [${shapeOf(signal)}] and [${shape}] do not line up`)
        current = joinAtoms(current, at)
        continue
      }
      current = splitAtom(current, at, left)
    }
    axes.push(atoms)
  }
  return { axes, grid: current.grid, blocks: current.blocks, assignment: current.assignment }
}

/** Joins the flat `index`-th atom with the next, which has the same role. */
function joinAtoms(signal: Signal, index: number): Signal {
  const atoms = signal.axes.flat()
  const pair = atoms.slice(index, index + 2)
  const joined = (both: readonly Atom[]) => [
    ...atoms.slice(0, index).map((atom) => [atom]),
    both,
    ...atoms.slice(index + 2).map((atom) => [atom]),
  ]
  if (pair[0]?.role === 'position') return joinPositions({ ...signal, axes: joined(pair) }, index)
  return { ...signal, axes: joined([{ size: pair.reduce((product, atom) => product * atom.size, 1), role: pair[0]?.role ?? 'unit' }]) }
}

/** Splits the flat `index`-th atom of size a in [outer, a/outer]. */
function splitAtom(signal: Signal, index: number, outer: number): Signal {
  const atoms = signal.axes.flat()
  const atom = atoms[index] as Atom
  const inner = atom.size / outer
  const parts: Atom[] = [
    { size: outer, role: atom.role },
    { size: inner, role: atom.role },
  ]
  const axes = [[...atoms.slice(0, index), ...parts, ...atoms.slice(index + 1)]]
  if (atom.role !== 'position') return { ...signal, axes }
  const g = atoms.slice(0, index).filter((a) => a.role === 'position').length
  const old = signal.grid[g] as Partition
  const pattern = (from: number, count: number, step: number) =>
    Array.from({ length: count }, (_, k) => classAt(old, from + k * step)).join()
  const others = signal.grid.reduce((product, part, i) => (i === g ? product : product * part.counts.length), 1)
  const rows = within(
    others,
    Array.from({ length: outer }, (_, i) => pattern(i * inner, inner, 1)),
  )
  const columns = within(
    others * rows.counts.length,
    Array.from({ length: inner }, (_, j) => pattern(j, outer, inner)),
  )
  const operator: (readonly [number, number])[][] = []
  for (let r = 0; r < rows.counts.length; r++)
    for (let c = 0; c < columns.counts.length; c++) {
      const shares = new Map<number, number>()
      const total = (rows.counts[r] as number) * (columns.counts[c] as number)
      for (let i = 0; i < outer; i++)
        if (classAt(rows, i) === r)
          for (let j = 0; j < inner; j++)
            if (classAt(columns, j) === c) {
              const id = classAt(old, i * inner + j)
              shares.set(id, (shares.get(id) ?? 0) + 1 / total)
            }
      operator.push([...shares])
    }
  const grid = [...signal.grid.slice(0, g), rows, columns, ...signal.grid.slice(g + 1)]
  const change = axisChange(signal.grid, g, operator, (lags) => splitLags(lags, g))
  return { axes, grid, blocks: changeBlocks(signal.blocks, change), assignment: signal.assignment }
}

/** Classes of all axes together that a map may have: maps over pairs have their square. */
const MOST_CLASSES = 49

/** Positions of equal signature in one class, in as many classes as the others of the grid leave room for. */
function within(others: number, signatures: readonly string[]): Partition {
  return partitionBySignature(signatures, Math.max(1, Math.floor(MOST_CLASSES / others)))
}

export function axisChange(grid: Grid, axis: number, operator: Operator, lags: MapChange['lags']): MapChange {
  const dims = classCounts(grid)
  const pairs = independentPairs(operator)
  return {
    map: (values) => applyAlong(values, dims, axis, operator),
    pairs: (values) => applyPairAlong(values, dims, axis, pairs, operator.length),
    lags,
  }
}

/** Joins all position atoms of an axis, which must have no others, in one. */
export function joinPositions(signal: Signal, axis: number): Signal {
  const atoms = signal.axes[axis] as readonly Atom[]
  if (atoms.length === 1) return signal
  const g = signal.axes
    .slice(0, axis)
    .flat()
    .filter((atom) => atom.role === 'position').length
  if (atoms.length === 0) {
    const grid = [...signal.grid.slice(0, g), uniform(1), ...signal.grid.slice(g)]
    const lagOrder = grid.map((_, i) => (i < g ? i : i === g ? null : i - 1))
    const keep: MapChange = { map: (v) => v, pairs: (v) => v, lags: (lags) => rearrangeLags(lags, lagOrder) }
    return { ...signal, axes: withAxis(signal, axis, [{ size: 1, role: 'position' }]), grid, blocks: changeBlocks(signal.blocks, keep) }
  }
  const old = signal.grid.slice(g, g + atoms.length)
  let labels: number[] = [0]
  for (const part of old)
    labels = labels.flatMap((label) => Array.from({ length: part.size }, (_, i) => label * part.counts.length + classAt(part, i)))
  const others = signal.grid.reduce((product, part, i) => (i >= g && i < g + atoms.length ? product : product * part.counts.length), 1)
  const joined = within(others, labels.map(String))
  const members = joined.counts.map(() => new Map<number, number>())
  labels.forEach((label, i) => {
    const c = classAt(joined, i)
    const row = members[c] as Map<number, number>
    row.set(label, (row.get(label) ?? 0) + 1 / (joined.counts[c] as number))
  })
  const operator: Operator = members.map((row) => [...row])
  const classes = old.reduce((product, part) => product * part.counts.length, 1)
  const virtual: Partition = { size: labels.length, classOf: null, counts: new Array<number>(classes).fill(1), key: '' }
  const before = [...signal.grid.slice(0, g), virtual, ...signal.grid.slice(g + atoms.length)]
  const grid = [...signal.grid.slice(0, g), joined, ...signal.grid.slice(g + atoms.length)]
  const sizes = old.map((part) => part.size)
  const blocks = changeBlocks(
    signal.blocks,
    axisChange(before, g, operator, (lags) => joinLags(lags, g, sizes)),
  )
  return { ...signal, axes: withAxis(signal, axis, [{ size: labels.length, role: 'position' }]), grid, blocks }
}

const withAxis = (signal: Signal, axis: number, atoms: readonly Atom[]) => signal.axes.map((old, i) => (i === axis ? atoms : old))
