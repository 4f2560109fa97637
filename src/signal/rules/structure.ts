import type { CastOp, PermuteOp, ReshapeOp, SliceOp } from '../../graph'
import type { Gradient } from '../gradient'
import { applyAlong, applyPairAlong, classCounts, independentPairs, type Operator } from '../grid'
import { rearrangeLags } from '../lagLayout'
import { independentLags } from '../lags'
import { changeBlocks, fresh, joinPositions, permute as permuteLayout, reshape as reshapeLayout } from '../layout'
import type { Atom, Moments, Signal } from '../moments'
import { classAt, type Partition, partition } from '../partition'
import { inverseOrder, permuteGradient } from '../permuteGradient'
import type { Rule } from '../rule'
import { viewedScores } from '../scores'
import { Unmodelled } from '../unmodelled'
import { regridGradient } from './regrid'

/** The same elements under another shape. */
export const reshape: Rule<ReshapeOp> = {
  forward(_op, inputs, env, node) {
    const signal = inputs[0] as Signal
    const shape = env.outputShape(node, 0)
    return [{ ...reshapeLayout(signal, shape), ...viewedScores(signal, shape) }]
  },
  backward: (_op, step) => [
    step.gradients[0] ? regridGradient(step.gradients[0], step.outputs[0] as Signal, step.inputs[0] as Signal) : null,
  ],
}

/** Axes in another order. */
export const permute: Rule<PermuteOp> = {
  forward: (op, inputs) => [permuteLayout(inputs[0] as Signal, op.order)],
  backward(op, step) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const output = step.outputs[0] as Signal
    const back = inverseOrder(op.order)
    return [gradient.map((g) => g && permuteGradient(g, output, back))]
  },
}

/** Identity, or the end of the gradient's way. */
export const cast: Rule<CastOp> = {
  forward: (_op, inputs) => [inputs[0] as Signal],
  backward: (op, step) => [op.stopGradient ? null : (step.gradients[0] ?? null)],
}

const selected = (op: SliceOp, size: number): readonly number[] => {
  const start = op.start < 0 ? Math.max(0, op.start + size) : Math.min(op.start, size)
  const stop = Math.min(op.stop < 0 ? op.stop + size : op.stop, size)
  const picked: number[] = []
  for (let i = start; op.step > 0 ? i < stop : i > stop; i += op.step) picked.push(i)
  return picked
}

/** Which of the units in front of the samples of an axis are picked, all their samples with them; null where it is not so. */
function wholeBatches(atoms: readonly Atom[], places: readonly number[]): readonly number[] | null {
  const [outer, ...inner] = atoms
  if (outer?.role !== 'unit' || inner.length === 0 || inner.some((atom) => atom.role !== 'sample')) return null
  const batch = inner.reduce((product, atom) => product * atom.size, 1)
  const picked = places.flatMap((place, i) => (i % batch === 0 ? [place / batch] : []))
  const isWhole =
    places.length % batch === 0 && places.every((place, i) => place === (picked[Math.floor(i / batch)] as number) * batch + (i % batch))
  return isWhole && picked.every(Number.isInteger) ? picked : null
}

function pickBatches(signal: Signal, axis: number, picked: readonly number[]): Signal {
  const [outer, ...batch] = signal.axes[axis] as readonly Atom[]
  const apart = {
    ...signal,
    axes: [...signal.axes.slice(0, axis), outer === undefined ? [] : [outer], batch, ...signal.axes.slice(axis + 1)],
  }
  const { axes, ...rest } = pick(apart, axis, picked)
  return { ...rest, axes: [...axes.slice(0, axis), [...(axes[axis] ?? []), ...(axes[axis + 1] ?? [])], ...axes.slice(axis + 2)] }
}

/** The elements of one axis at the given places. */
export function pick(signal: Signal, axis: number, places: readonly number[]): Signal {
  const atoms = signal.axes[axis] as readonly Atom[]
  if (atoms.length === 0) return signal
  const role = atoms[0]?.role
  const whole = wholeBatches(atoms, places)
  if (whole !== null) return pickBatches(signal, axis, whole)
  if (atoms.some((atom) => atom.role !== role)) throw new Unmodelled('a slice of an axis that mixes positions and units')
  const before = signal.axes.slice(0, axis).flat()
  const kept: readonly Atom[] = places.length === 1 ? [] : [{ size: places.length, role: role as Atom['role'] }]
  const axes = signal.axes.map((old, i) => (i === axis ? kept : old))
  if (role === 'sample') return { ...signal, axes, blocks: fresh(signal.blocks) }
  if (role === 'unit') {
    const { blocks, assignment } = pickUnits(signal, axis, places)
    return { ...signal, axes, blocks, assignment }
  }
  const joined = joinPositions(signal, axis)
  const g = before.filter((atom) => atom.role === 'position').length
  const old = joined.grid[g] as Partition
  const chosen = partition(places.map((i) => classAt(old, i)))
  const operator: (readonly [number, number])[][] = chosen.counts.map(() => [])
  places.forEach((from, to) => {
    const row = operator[classAt(chosen, to)] as (readonly [number, number])[]
    if (row.length === 0) row.push([classAt(old, from), 1])
  })
  if (places.length === 1) return dropPosition(joined, axes, g, operator)
  const grid = joined.grid.map((part, i) => (i === g ? chosen : part))
  return {
    axes,
    grid,
    blocks: fresh(
      changeBlocks(
        joined.blocks,
        along(joined, g, operator, (axisCount) => Array.from({ length: axisCount }, (_, i) => i)),
      ),
    ),
    assignment: joined.assignment,
  }
}

function along(signal: Signal, g: number, operator: Operator, lagOrder: (axes: number) => readonly (number | null)[]) {
  const dims = classCounts(signal.grid)
  const pairs = independentPairs(operator)
  return {
    map: (values: Float64Array) => applyAlong(values, dims, g, operator),
    pairs: (values: Float64Array) => applyPairAlong(values, dims, g, pairs, operator.length),
    lags: (lags: Moments['lags']) => rearrangeLags(lags, lagOrder(dims.length)),
  }
}

/** One position: the axis goes, and what samples share there is `same`. */
function dropPosition(signal: Signal, axes: readonly (readonly Atom[])[], g: number, operator: Operator): Signal {
  const grid = signal.grid.filter((_, i) => i !== g)
  const rest = signal.grid.map((_, i) => i).filter((i) => i !== g)
  const changed = fresh(
    changeBlocks(
      signal.blocks,
      along(signal, g, operator, () => rest),
    ),
  )
  const settle = (block: Moments): Moments => ({
    ...block,
    far: block.same,
    image: block.image && { fn: block.image.fn, root: { ...block.image.root, far: block.image.root.same } },
  })
  return { axes, grid, blocks: grid.length === 0 ? changed.map(settle) : changed, assignment: signal.assignment }
}

function pickUnits(
  signal: Signal,
  axis: number,
  places: readonly number[],
): { readonly blocks: readonly Moments[]; readonly ids: readonly number[]; readonly assignment: Uint16Array | null } {
  if (signal.assignment === null) return { blocks: fresh(signal.blocks), ids: [0], assignment: null }
  const units = (list: readonly (readonly Atom[])[]) => list.flat().reduce((p, a) => (a.role === 'unit' ? p * a.size : p), 1)
  const outer = units(signal.axes.slice(0, axis))
  const size = units([signal.axes[axis] as readonly Atom[]])
  const inner = units(signal.axes.slice(axis + 1))
  const ids = new Map<number, number>()
  const assignment = new Uint16Array(outer * places.length * inner)
  let at = 0
  for (let o = 0; o < outer; o++)
    for (const place of places)
      for (let i = 0; i < inner; i++) {
        const block = signal.assignment[(o * size + place) * inner + i] as number
        let id = ids.get(block)
        if (id === undefined) {
          id = ids.size
          ids.set(block, id)
        }
        assignment[at++] = id
      }
  const blocks = fresh([...ids.keys()].map((block) => signal.blocks[block] as Moments))
  return { blocks, ids: [...ids.keys()], assignment: blocks.length === 1 ? null : assignment }
}

/** Gradient of `pick`: what was not picked gets none, so the mean over the axis falls with the share picked. */
export function unpick(input: Signal, output: Signal, gradient: Gradient, axis: number, places: readonly number[]): Gradient {
  const atoms = input.axes[axis] as readonly Atom[]
  const size = atoms.reduce((p, a) => p * a.size, 1)
  const role = atoms[0]?.role
  if (atoms.length === 0) return gradient
  const whole = wholeBatches(atoms, places)
  if (whole !== null) return unpickUnits(input, output, gradient, pickUnits(input, axis, whole).ids)
  if (role === 'unit') return unpickUnits(input, output, gradient, pickUnits(input, axis, places).ids)
  const share = places.length / size
  if (role === 'sample')
    return regridGradient(
      gradient.map((g) => g && { ...g, second: g.second.map((v) => v * share), tilt: null }),
      output,
      input,
    )
  const joined = joinPositions(input, axis)
  const g0 = input.axes
    .slice(0, axis)
    .flat()
    .filter((atom) => atom.role === 'position').length
  const part = joined.grid[g0] as Partition
  const rows = part.counts.map((): Map<number, number> => new Map())
  const chosen = output.grid.length === joined.grid.length ? (output.grid[g0] as Partition) : null
  places.forEach((from, to) => {
    const row = rows[classAt(part, from)] as Map<number, number>
    const c = chosen === null ? 0 : classAt(chosen, to)
    row.set(c, (row.get(c) ?? 0) + 1 / (part.counts[classAt(part, from)] as number))
  })
  const operator: Operator = rows.map((row) => [...row])
  const dims =
    chosen === null ? [...classCounts(output.grid).slice(0, g0), 1, ...classCounts(output.grid).slice(g0)] : classCounts(output.grid)
  return regridGradient(
    gradient.map(
      (g) =>
        g && {
          second: applyAlong(g.second, dims, g0, operator),
          lags: independentLags(joined.grid.length, g.lags.far * share),
          cross: g.cross,
          tilt: null,
          excess: g.excess,
        },
    ),
    joined,
    input,
  )
}

function unpickUnits(input: Signal, output: Signal, gradient: Gradient, ids: readonly number[]): Gradient {
  const count = (signal: Signal, block: number) =>
    signal.assignment === null ? units(signal) : signal.assignment.reduce((sum, b) => sum + (b === block ? 1 : 0), 0)
  const units = (signal: Signal) => signal.axes.flat().reduce((p, a) => (a.role === 'unit' ? p * a.size : p), 1)
  return input.blocks.map((_, b) => {
    const o = ids.indexOf(b)
    const g = o < 0 ? null : (gradient[o] ?? null)
    if (g === null) return null
    const share = count(output, o) / count(input, b)
    return { ...g, second: g.second.map((v) => v * share), tilt: null }
  })
}

/** start:stop:step along an axis. */
export const slice: Rule<SliceOp> = {
  forward(op, inputs) {
    const signal = inputs[0] as Signal
    const size = (signal.axes[op.axis] as readonly Atom[]).reduce((p, a) => p * a.size, 1)
    return [pick(signal, op.axis, selected(op, size))]
  },
  backward(op, step) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const input = step.inputs[0] as Signal
    const size = (input.axes[op.axis] as readonly Atom[]).reduce((p, a) => p * a.size, 1)
    return [unpick(input, step.outputs[0] as Signal, gradient, op.axis, selected(op, size))]
  },
}
