import type { ConcatOp } from '../../graph'
import { commonGrid, onGrid } from '../align'
import type { Gradient, GradientMoments } from '../gradient'
import { applyAlong, applyPairAlong, classCounts, mapMean } from '../grid'
import { independentLags } from '../lags'
import { joinPositions } from '../layout'
import type { Atom, Moments, Signal } from '../moments'
import { classAt, type Partition, partition } from '../partition'
import { mixBlocks, unitsToPositions } from '../roles'
import type { Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { regridGradient } from './regrid'

const roleOf = (signal: Signal, axis: number) => (signal.axes[axis] as readonly Atom[])[0]?.role

/** Whether an axis is the same product of sizes in all, as 64 tokens are in a map of 8 × 8 and are not in a sequence. */
function isFactoredAlike(signals: readonly Signal[], axis: number): boolean {
  const sizes = signals.map(({ axes }) => (axes[axis] as readonly Atom[]).map(({ size }) => size).join())
  return sizes.every((each) => each === sizes[0])
}

interface Prepared {
  readonly signals: readonly Signal[]
  readonly along: 'unit' | 'position' | 'sample'
}

/** All inputs with one layout off the concatenated axis, and units or positions on it; the batch stays one. */
function prepared(inputs: readonly Signal[], axis: number): Prepared {
  if (inputs.some((signal) => (signal.axes[axis] as readonly Atom[]).some((atom) => atom.role === 'sample'))) {
    const sizes = inputs.map((signal) => signal.axes[axis]?.map((atom) => `${atom.size} ${atom.role}`).join())
    if (sizes.some((size) => size !== sizes[0])) throw new Unmodelled('concatenation of batches of different size')
    const grid = commonGrid(inputs.map((signal) => signal.grid))
    return { signals: inputs.map((signal) => onGrid(signal, grid)), along: 'sample' }
  }
  const along = inputs.some((signal) => roleOf(signal, axis) === 'position') ? 'position' : 'unit'
  const rank = (inputs[0] as Signal).axes.length
  const others = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis)
  const positions = others.filter((i) => inputs.some((signal) => roleOf(signal, i) === 'position'))
  const signals = inputs.map((signal) => {
    let current = unitsToPositions(signal, along === 'position' ? [...positions, axis] : positions)
    if (along === 'position') current = joinPositions(mixBlocks(current), axis)
    return current
  })
  if (along === 'position') return { signals, along }
  const alike = positions.reduce((all, i) => (isFactoredAlike(all, i) ? all : all.map((signal) => joinPositions(signal, i))), signals)
  const grid = commonGrid(alike.map((signal) => signal.grid))
  return { signals: alike.map((signal) => onGrid(signal, grid)), along }
}

/** Units of several tensors side by side: each keeps its blocks. */
function concatUnits(signals: readonly Signal[], axis: number): Signal {
  const first = signals[0] as Signal
  const size = signals.map((signal) => (signal.axes[axis] as readonly Atom[]).reduce((p, a) => p * a.size, 1))
  const total = size.reduce((a, b) => a + b, 0)
  const axes = first.axes.map((atoms, i) => (i === axis ? [{ size: total, role: 'unit' as const }] : atoms))
  const unitsOn = (list: readonly (readonly Atom[])[]) => list.flat().reduce((p, a) => (a.role === 'unit' ? p * a.size : p), 1)
  const outer = unitsOn(first.axes.slice(0, axis))
  const inner = unitsOn(first.axes.slice(axis + 1))
  const assignment = new Uint16Array(outer * total * inner)
  const offsets = signals.map((_, i) => signals.slice(0, i).reduce((sum, signal) => sum + signal.blocks.length, 0))
  let at = 0
  for (let o = 0; o < outer; o++) {
    signals.forEach((signal, i) => {
      const run = (size[i] as number) * inner
      for (let k = 0; k < run; k++)
        assignment[at++] = (offsets[i] as number) + (signal.assignment === null ? 0 : (signal.assignment[o * run + k] as number))
    })
  }
  return { axes, grid: first.grid, blocks: signals.flatMap((signal) => signal.blocks), assignment }
}

/** Batches one after the other (heads that were cut apart): in front of the samples an axis of units that tells which tensor they are of. */
function concatSamples(signals: readonly Signal[], axis: number): Signal {
  const first = signals[0] as Signal
  const copies: Atom = { size: signals.length, role: 'unit' }
  const own = first.axes[axis] as readonly Atom[]
  const unitsOn = (list: readonly (readonly Atom[])[]) => list.flat().reduce((p, a) => (a.role === 'unit' ? p * a.size : p), 1)
  const outer = unitsOn(first.axes.slice(0, axis))
  const inner = unitsOn(first.axes.slice(axis))
  const offsets = signals.map((_, i) => signals.slice(0, i).reduce((sum, signal) => sum + signal.blocks.length, 0))
  const assignment = Uint16Array.from({ length: outer * signals.length * inner }, (_, at) => {
    const [o, i, k] = [Math.floor(at / (inner * signals.length)), Math.floor(at / inner) % signals.length, at % inner]
    return (offsets[i] as number) + ((signals[i] as Signal).assignment?.[o * inner + k] ?? 0)
  })
  return {
    axes: first.axes.map((atoms, i) => (i === axis ? [copies, ...own] : atoms)),
    grid: first.grid,
    blocks: signals.flatMap((signal) => signal.blocks),
    assignment,
  }
}

/** Positions of several tensors one after the other (a class token before patches): classes of all, independent across tensors. */
function concatPositions(signals: readonly Signal[], axis: number): Signal {
  const first = signals[0] as Signal
  const g = first.axes
    .slice(0, axis)
    .flat()
    .filter((atom) => atom.role === 'position').length
  const parts = signals.map((signal) => signal.grid[g] as Partition)
  const labels: number[] = []
  let base = 0
  for (const part of parts) {
    for (let i = 0; i < part.size; i++) labels.push(base + classAt(part, i))
    base += part.counts.length
  }
  const joined = partition(labels)
  const grid = first.grid.map((axisGrid, i) => (i === g ? joined : axisGrid))
  const blocks = signals.map((signal) => signal.blocks[0] as Moments)
  const order = joined.counts.map(
    (_, c) => labels[Array.from({ length: joined.size }, (_u, i) => i).find((i) => classAt(joined, i) === c) as number] as number,
  )
  const offsets = parts.map((_, i) => parts.slice(0, i).reduce((sum, part) => sum + part.counts.length, 0))
  const embed = (i: number) =>
    order.map((label): (readonly [number, number])[] => {
      const c = label - (offsets[i] as number)
      return c >= 0 && c < (parts[i] as Partition).counts.length ? [[c, 1]] : []
    })
  const embedPairs = (i: number) => {
    const rows = embed(i)
    return rows.flatMap((left) =>
      rows.map((right) => left.flatMap(([j]) => right.map(([k]): readonly [number, number, number] => [j, k, 1]))),
    )
  }
  const total = (of: (m: Moments) => Float64Array) =>
    blocks.map((block, i) => applyAlong(of(block), classCounts((signals[i] as Signal).grid), g, embed(i))).reduce(addInto)
  const mean = total((m) => m.mean)
  const second = total((m) => m.second)
  const size = mean.length
  const far = blocks
    .map((block, i) => applyPairAlong(block.far, classCounts((signals[i] as Signal).grid), g, embedPairs(i), joined.counts.length))
    .reduce(addInto)
  const owner = blocks
    .map((block, i) =>
      applyAlong(
        block.mean.map(() => i + 1),
        classCounts((signals[i] as Signal).grid),
        g,
        embed(i),
      ),
    )
    .reduce(addInto)
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) if (owner[i] !== owner[j]) far[i * size + j] = (mean[i] as number) * (mean[j] as number)
  const widest = blocks.reduce((a, b, i) => ((parts[i] as Partition).size > (parts[blocks.indexOf(a)] as Partition).size ? b : a))
  const merged: Moments = {
    mean,
    second,
    same: total((m) => m.same),
    far,
    lags: widest.lags,
    shape: widest.shape,
    spread: widest.spread,
    redundancy: widest.redundancy,
    image: null,
  }
  const axes = first.axes.map((atoms, i) => (i === axis ? [{ size: labels.length, role: 'position' as const }] : atoms))
  return { axes, grid, blocks: [merged], assignment: null }
}

function addInto(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + (b[i] as number))
}

/** The gradient of these units alone: units beside them may have one like it, but never the same. */
const apart = (g: GradientMoments): GradientMoments => ({
  ...g,
  tilt: g.tilt && { ...g.tilt, terms: g.tilt.terms.map((term) => ({ ...term, base: { ...term.base } })) },
})

/** Tensors side by side along an axis. */
export const concat: Rule<ConcatOp> = {
  forward(op, inputs) {
    const { signals, along } = prepared(inputs, op.axis)
    return [(along === 'unit' ? concatUnits : along === 'sample' ? concatSamples : concatPositions)(signals, op.axis)]
  },
  backward(op, step) {
    const gradient = step.gradients[0]
    if (!gradient) return step.inputs.map(() => null)
    const { signals, along } = prepared(step.inputs, op.axis)
    if (along === 'position') return splitPositions(signals, step, gradient, op.axis)
    let offset = 0
    return signals.map((signal, i): Gradient => {
      const part = gradient.slice(offset, offset + signal.blocks.length).map((g) => g && apart(g))
      offset += signal.blocks.length
      return regridGradient(part, signal, step.inputs[i] as Signal)
    })
  },
}

function splitPositions(
  signals: readonly Signal[],
  step: { readonly inputs: readonly Signal[]; readonly outputs: readonly Signal[] },
  gradient: Gradient,
  axis: number,
): readonly (Gradient | null)[] {
  const output = step.outputs[0] as Signal
  const g = gradient[0]
  if (!g) return signals.map(() => null)
  const at = (signals[0] as Signal).axes
    .slice(0, axis)
    .flat()
    .filter((atom) => atom.role === 'position').length
  const joined = output.grid[at] as Partition
  let start = 0
  return signals.map((signal, i) => {
    const part = signal.grid[at] as Partition
    const rows = part.counts.map((): Map<number, number> => new Map())
    for (let p = 0; p < part.size; p++) {
      const row = rows[classAt(part, p)] as Map<number, number>
      const c = classAt(joined, start + p)
      row.set(c, (row.get(c) ?? 0) + 1 / (part.counts[classAt(part, p)] as number))
    }
    start += part.size
    const second = applyAlong(
      g.second,
      classCounts(output.grid),
      at,
      rows.map((row) => [...row]),
    )
    const piece: GradientMoments = {
      second,
      lags: part.size === 1 ? independentLags(signal.grid.length, g.lags.far) : g.lags,
      cross: g.cross,
      tilt: null,
      excess: 1,
    }
    const mean = mapMean(signal.grid, second)
    const input = step.inputs[i] as Signal
    if (input.blocks.length === 1) return regridGradient([piece], signal, input)
    return input.blocks.map(() => ({
      ...piece,
      second: new Float64Array(input.blocks[0]?.mean.length ?? 1).fill(mean),
      lags: independentLags(input.grid.length, g.lags.far),
    }))
  })
}
