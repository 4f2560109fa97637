import type { ExpandOp, FlipOp, GatherOp, PadOp, RepeatOp, RollOp } from '../../graph'
import { broadcast } from '../align'
import type { Gradient, GradientMoments } from '../gradient'
import { applyAlong, applyPairAlong, classCounts, type Grid, gridClasses, mapMean } from '../grid'
import { rearrangeLags } from '../lagLayout'
import { independentLags, meanOverPairs } from '../lags'
import { axisSize, joinPositions, shapeOf, squeeze } from '../layout'
import type { Atom, Moments, Signal } from '../moments'
import { classLimit, type Partition } from '../partition'
import { unitsToPositions } from '../roles'
import type { Rule } from '../rule'
import { type TapIndex, type Taps, taps } from '../taps'
import { Unmodelled } from '../unmodelled'
import { drawnPlaces, pickDrawn, unpickDrawn } from './drawnIndices'
import { regridGradient } from './regrid'
import { pick, unpick } from './structure'

const roleAt = (signal: Signal, axis: number) => (signal.axes[axis] as readonly Atom[])[0]?.role
const gridIndex = (signal: Signal, axis: number) =>
  signal.axes
    .slice(0, axis)
    .flat()
    .filter((atom) => atom.role === 'position').length

/** Moves values along one position axis: output o is input index(o), or `value` where that is outside. */
function movePositions(
  signal: Signal,
  axis: number,
  size: number,
  index: TapIndex,
  key: string,
  value: number,
): { readonly signal: Signal; readonly table: Taps } {
  const joined = joinPositions(signal, axis)
  const g = gridIndex(joined, axis)
  const table = taps(joined.grid[g] as Partition, size, 1, index, key, classLimit(joined.grid.length))
  const dims = classCounts(joined.grid)
  const outside = (values: Float64Array, fill: number): Float64Array => {
    const moved = applyAlong(values, dims, g, table.sum)
    if (fill === 0) return moved
    const present = applyAlong(
      values.map(() => 1),
      dims,
      g,
      table.sum,
    )
    return moved.map((x, i) => x + (1 - (present[i] as number)) * fill)
  }
  const move = (block: Moments): Moments => {
    const mean = outside(block.mean, value)
    const pairs = applyPairAlong(block.far, dims, g, table.sameTap, table.output.counts.length)
    const present = applyAlong(
      block.mean.map(() => 1),
      dims,
      g,
      table.sum,
    )
    const width = mean.length
    const far =
      value === 0
        ? pairs
        : pairs.map((x, at) => {
            const i = Math.floor(at / width)
            const j = at % width
            const both = (present[i] as number) * (present[j] as number)
            return x + (1 - both) * (mean[i] as number) * (mean[j] as number)
          })
    return {
      ...block,
      mean,
      second: outside(block.second, value ** 2),
      same: outside(block.same, value ** 2),
      far,
      image: null,
      origin: undefined,
    }
  }
  const grid = joined.grid.map((part, i) => (i === g ? table.output : part))
  const axes = joined.axes.map((atoms, i) => (i === axis ? [{ size, role: 'position' as const }] : atoms))
  return { signal: { axes, grid, blocks: joined.blocks.map(move), assignment: joined.assignment }, table }
}

/** The gradient of `movePositions`. */
function moveBack(signal: Signal, axis: number, size: number, index: TapIndex, key: string, gradient: Gradient, grid: Grid): Gradient {
  const joined = joinPositions(signal, axis)
  const g = gridIndex(joined, axis)
  const table = taps(joined.grid[g] as Partition, size, 1, index, key, classLimit(joined.grid.length))
  const dims = classCounts(grid)
  return regridGradient(
    gradient.map(
      (part): GradientMoments | null => part && { ...part, second: applyAlong(part.second, dims, g, table.adjoint), tilt: null },
    ),
    joined,
    signal,
  )
}

/** One way of moving values along an axis, chosen by the axis' role. */
interface Move {
  readonly axis: number
  readonly size: number
  readonly index: TapIndex
  readonly key: string
  readonly value: number
}

function applyMoves(signal: Signal, moves: readonly Move[]): Signal {
  let current = signal
  for (const move of moves)
    current = movePositions(unitsToPositions(current, [move.axis]), move.axis, move.size, move.index, move.key, move.value).signal
  return current
}

function undoMoves(signal: Signal, moves: readonly Move[], gradient: Gradient): Gradient {
  const stages: Signal[] = [signal]
  for (const move of moves) stages.push(applyMoves(stages[stages.length - 1] as Signal, [move]))
  let current = gradient
  for (let i = moves.length - 1; i >= 0; i--) {
    const move = moves[i] as Move
    const before = stages[i] as Signal
    const converted = unitsToPositions(before, [move.axis])
    current = regridGradient(
      moveBack(converted, move.axis, move.size, move.index, move.key, current, (stages[i + 1] as Signal).grid),
      converted,
      before,
    )
  }
  return current
}

const moveRule = <O extends PadOp | RollOp | FlipOp | RepeatOp>(movesOf: (op: O, signal: Signal) => readonly Move[]): Rule<O> => ({
  forward: (op, inputs) => [applyMoves(inputs[0] as Signal, movesOf(op, inputs[0] as Signal))],
  backward: (op, step) => [
    step.gradients[0] ? undoMoves(step.inputs[0] as Signal, movesOf(op, step.inputs[0] as Signal), step.gradients[0]) : null,
  ],
})

const sizes = (signal: Signal, axis: number) => axisSize(signal.axes[axis] as readonly Atom[])

/** Values (zeros, as a rule) before and after; negative widths crop. Reflected, repeated and wrapped borders are copies. */
export const pad: Rule<PadOp> = moveRule((op, signal) =>
  op.padding.flatMap(([before, after], axis): readonly Move[] => {
    if (before === 0 && after === 0) return []
    if (roleAt(signal, axis) === 'sample') throw new Unmodelled('padding of the batch')
    const n = sizes(signal, axis)
    const fold = (i: number): number => {
      if (i >= 0 && i < n) return i
      if (op.mode === 'zeros') return -1
      if (op.mode === 'replicate') return i < 0 ? 0 : n - 1
      if (op.mode === 'circular') return ((i % n) + n) % n
      const period = Math.max(1, 2 * (n - 1))
      const at = ((i % period) + period) % period
      return at < n ? at : period - at
    }
    return [
      {
        axis,
        size: n + before + after,
        index: (o) => fold(o - before),
        key: `pad ${before} ${op.mode}`,
        value: op.mode === 'zeros' ? op.value : 0,
      },
    ]
  }),
)

/** Shifts along axes, wrapped around. Units are alike, so only positions move. */
export const roll: Rule<RollOp> = moveRule((op, signal) =>
  op.axes.flatMap((axis, i): readonly Move[] => {
    if (roleAt(signal, axis) !== 'position') return []
    const n = sizes(signal, axis)
    const shift = op.shifts[i] as number
    return [{ axis, size: n, index: (o) => (((o - shift) % n) + n) % n, key: `roll ${shift}`, value: 0 }]
  }),
)

/** Mirrors axes. */
export const flip: Rule<FlipOp> = moveRule((op, signal) =>
  op.axes.flatMap((axis): readonly Move[] => {
    if (roleAt(signal, axis) !== 'position') return []
    const n = sizes(signal, axis)
    return [{ axis, size: n, index: (o) => n - 1 - o, key: 'flip', value: 0 }]
  }),
)

/** Copies one after the other along axes. */
export const repeat: Rule<RepeatOp> = moveRule((op, signal) => {
  const lead = op.times.length - signal.axes.length
  if (lead > 0 && op.times.slice(0, lead).some((n) => n !== 1)) throw new Unmodelled('a repetition along new axes')
  return op.times.slice(Math.max(0, lead)).flatMap((times, axis): readonly Move[] => {
    if (times === 1) return []
    if (roleAt(signal, axis) === 'sample') throw new Unmodelled('a repetition of the batch')
    const n = sizes(signal, axis)
    return [{ axis, size: n * times, index: (o) => o % n, key: `repeat ${n}`, value: 0 }]
  })
})

/**
 * Copies between units and more units (a key's head for several queries' heads) are more units; elsewhere, as behind the channels of an image, they are
 * places of one value.
 */
function roleOfCopies(signal: Signal, axis: number): Atom['role'] {
  if (axis === 0) return 'sample'
  const before = signal.axes[axis - 1] as readonly Atom[]
  const isUnit = (atom: Atom) => atom.role === 'unit'
  return before.length > 0 &&
    before.every(isUnit) &&
    signal.axes
      .slice(axis + 1)
      .flat()
      .some(isUnit)
    ? 'unit'
    : 'position'
}

/** Broadcast to a larger shape: copies, whose gradients add. */
export const expand: Rule<ExpandOp> = {
  forward(_op, inputs, env, node) {
    const shape = env.outputShape(node, 0)
    let current = squeeze(inputs[0] as Signal)
    const missing = shape.length - current.axes.length
    current = { ...current, axes: [...new Array<readonly Atom[]>(missing).fill([]), ...current.axes] }
    const before = shapeOf(current)
    shape.forEach((size, axis) => {
      if (size === before[axis] || size === 1) return
      current = broadcast(current, axis, [{ size, role: roleOfCopies(current, axis) }])
    })
    return [current]
  },
  /** Copies sum up: along new positions with the correlation that gradients have there, over samples and units as independent ones. */
  backward(_op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const input = step.inputs[0] as Signal
    const output = step.outputs[0] as Signal
    const shape = env.outputShape(node, 0)
    const before = shapeOf(squeeze(input))
    const isNew = (axis: number) => (before[axis - (shape.length - before.length)] ?? 1) !== shape[axis]
    const owners = output.axes.flatMap((atoms, axis) => atoms.filter((atom) => atom.role === 'position').map(() => axis))
    const added = owners.flatMap((axis, g) => (isNew(axis) ? [g] : []))
    const sizes = added.map((g) => (output.grid[g] as Partition).size)
    const positions = sizes.reduce((product, size) => product * size, 1)
    const copies = shape.reduce((a, b) => a * b, 1) / shapeOf(input).reduce((a, b) => a * b, 1)
    const kept = owners.flatMap((_, g) => (added.includes(g) ? [] : [g]))
    return [
      gradient.map((g): GradientMoments | null => {
        if (g === null) return null
        const factor =
          (copies / positions) * positions ** 2 * (positions > 1 ? Math.max(0, meanOverPairs(rearrangeLags(g.lags, added), sizes)) : 1)
        let map = g.second
        const dims = classCounts(output.grid)
        for (const axis of added) {
          const part = output.grid[axis] as Partition
          map = applyAlong(map, dims, axis, [part.counts.map((count, c): readonly [number, number] => [c, count / part.size])])
          dims[axis] = 1
        }
        const size = gridClasses(input.grid)
        const second =
          map.length === size ? map.map((value) => value * factor) : new Float64Array(size).fill(mapMean(output.grid, g.second) * factor)
        const lags = kept.length === input.grid.length ? rearrangeLags(g.lags, kept) : independentLags(input.grid.length, g.lags.far)
        return { second, lags, cross: g.cross, tilt: null, excess: 1 }
      }),
    ]
  },
}

/** Elements at known places of an axis. */
export const gather: Rule<GatherOp> = {
  forward(op, inputs, env, node) {
    if (op.indices === null)
      return [pickDrawn(inputs[0] as Signal, inputs[1] as Signal, drawnPlaces(op.axis, inputs[0] as Signal, env, node))]
    return [pick(inputs[0] as Signal, op.axis, op.indices)]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return [null, null]
    const [input, output] = [step.inputs[0] as Signal, step.outputs[0] as Signal]
    if (op.indices === null) return [unpickDrawn(input, output, gradient, drawnPlaces(op.axis, input, env, node)), null]
    return [unpick(step.inputs[0] as Signal, step.outputs[0] as Signal, gradient, op.axis, op.indices), null]
  },
}
