/** Rows of a batch (nodes of a graph) picked, and summed up, by indices that are drawn evenly from all of them. */
import type { Graph, IndexAddOp, Node, TensorId } from '../../graph'
import type { Gradient } from '../gradient'
import { mapMean } from '../grid'
import { indexLaw } from '../indexLaw'
import { independentLags, mapLags } from '../lags'
import { axisSize } from '../layout'
import { type Atom, type Moments, ownVariance, type Signal, withinAt } from '../moments'
import { averages } from '../pairMoments'
import { uniform } from '../partition'
import { producerOf } from '../producer'
import type { Environment, Rule } from '../rule'
import { joinSizes, ownSizes } from '../sampleSizes'
import { Unmodelled } from '../unmodelled'

export interface DrawnPlaces {
  readonly axis: number
  /** Rows that indices are drawn from. */
  readonly rows: number
  /** Indices for each row, on average. */
  readonly rate: number
}

/** The indices are a node's second input. */
export function drawnPlaces(axis: number, rowsOf: Signal, env: Environment, node: Node): DrawnPlaces {
  const index = node.inputs[1] as TensorId
  const { below } = indexLaw(env.graph, index, env)
  const rows = axisSize(rowsOf.axes[axis] as readonly Atom[])
  if (below !== rows)
    throw new Unmodelled(below === null ? 'a gather by indices that are not known' : 'indices drawn from a part of an axis')
  const count = (env.graph.tensors[index]?.shape ?? []).reduce((product, size) => product * size, 1)
  return { axis, rows, rate: count / rows }
}

const isBatch = (signal: Signal, axis: number) => {
  const atoms = signal.axes[axis] as readonly Atom[]
  return atoms.length > 0 && atoms.every((atom) => atom.role === 'sample')
}

/** The axes of the picks: the index's batch, or else its first axis, are samples, the others positions. */
function pickedAxes(index: Signal): readonly (readonly Atom[])[] {
  const hasBatch = index.axes.flat().some((atom) => atom.role === 'sample')
  const first = index.axes.findIndex((atoms) => atoms.length > 0)
  return index.axes.map((atoms, axis) =>
    atoms.map((atom): Atom => ({ size: atom.size, role: atom.role === 'sample' || (!hasBatch && axis === first) ? 'sample' : 'position' })),
  )
}

/** Two picks are the same row with the probability 1/rows: same' = same + (second − same)/rows, and far likewise. */
export function pickDrawn(signal: Signal, index: Signal, { axis, rows }: DrawnPlaces): Signal {
  if (!isBatch(signal, axis)) throw new Unmodelled('a gather by drawn indices along an axis that is not the batch')
  const picked = pickedAxes(index)
  const axes = [...signal.axes.slice(0, axis), ...picked, ...signal.axes.slice(axis + 1)]
  const added = picked.flat().filter((atom) => atom.role === 'position')
  if (added.length > 0 && signal.grid.length > 0) throw new Unmodelled('a gather of several rows that have positions')
  const blocks = signal.blocks.map((block): Moments => {
    const own = ownVariance(block)
    const size = own.length
    const again = (value: number, whole: number) => value + (whole - value) / rows
    const same = block.same.map((value, p) => again(value, block.second[p] as number))
    const far = block.far.map((value, at) => again(value, withinAt(block, own, Math.floor(at / size), at % size)))
    const kept = signal.grid.length > 0 ? { far } : { far: same, lags: independentLags(added.length) }
    return { ...block, same, ...kept, image: null, origin: undefined }
  })
  const grid = signal.grid.length > 0 ? signal.grid : added.map((atom) => uniform(atom.size))
  return { axes, grid, blocks, assignment: signal.assignment }
}

/** A row receives the gradients of all its picks, λ on average, λ² pairs of which correlate by `cross`. */
export function unpickDrawn(input: Signal, output: Signal, gradient: Gradient, { rate }: DrawnPlaces): Gradient {
  const sameGrid = input.grid.length === output.grid.length
  return gradient.map((g) => {
    if (g === null) return null
    const factor = rate + rate * rate * g.cross
    const second = sameGrid ? g.second : Float64Array.of(mapMean(output.grid, g.second))
    return {
      second: second.map((value) => value * factor),
      lags: sameGrid ? g.lags : independentLags(input.grid.length),
      cross: factor > 0 ? (rate * rate * g.cross) / factor : 0,
      tilt: null,
      excess: g.excess,
    }
  })
}

/**
 * Σ over the entries that name a row, λ of them on average and Poisson in number: second = λ·q + λ²·same, same = λ²·same, mean λ·mean; standardized cumulants of
 * such a sum are E x³/√λ and E x⁴/λ, and rows differ in size by 1/λ.
 */
function summed(block: Moments, rate: number, entries: number, signal: Signal): Moments {
  const pairs = rate * rate * (1 - 1 / entries)
  const same = block.same.map((value) => pairs * value)
  const far = block.far.map((value) => pairs * value)
  const { second: q, own, far: f } = averages(signal.grid, block)
  const v = mapMean(signal.grid, block.second) - mapMean(signal.grid, block.mean) ** 2
  const share = q > 0 ? v / q : 0
  return {
    ...block,
    mean: block.mean.map((m) => rate * m),
    second: block.second.map((value, p) => rate * value + (same[p] as number)),
    same,
    far: signal.grid.length > 0 ? far : same,
    lags: q > 0 && signal.grid.length > 0 ? mapLags(block.lags, (c) => (f + c * own) / q) : block.lags,
    shape: { skew: (block.shape.skew * share ** 1.5) / Math.sqrt(rate), excess: ((block.shape.excess + 3) * share ** 2) / rate },
    sizes: joinSizes([block.sizes, ownSizes(1 / rate)].map((sizes) => ({ sizes, share: 1 }))),
    image: null,
    origin: undefined,
  }
}

/** Whether two integer tensors are the same view of the same input. */
function sameIndices(graph: Graph, a: TensorId, b: TensorId): boolean {
  if (a === b) return true
  const [one, other] = [producerOf(graph, a), producerOf(graph, b)]
  if (one === undefined || other === undefined || one.op.kind === 'input' || one.inputs.length !== other.inputs.length) return false
  return (
    JSON.stringify(one.op) === JSON.stringify(other.op) &&
    one.inputs.every((input, i) => sameIndices(graph, input, other.inputs[i] as TensorId))
  )
}

/** Whether entries are computed from the rows that sum them, picked by the same indices: then those of one row have more in common than chance. */
function dependOnTheirRow(graph: Graph, entries: TensorId, index: TensorId): boolean {
  const seen = new Set<TensorId>()
  const open = [entries]
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const node = seen.has(tensor) ? undefined : producerOf(graph, tensor)
    seen.add(tensor)
    if (node === undefined || node.op.kind === 'indexAdd') continue
    const [rows, picked] = node.inputs
    if (node.op.kind === 'gather' && node.op.indices === null && rows !== undefined && picked !== undefined) {
      if (sameIndices(graph, picked, index)) return true
    } else open.push(...node.inputs)
  }
  return false
}

const isZero = (signal: Signal) => signal.blocks.every((block) => block.second.every((value) => value === 0))

/** Sums of messages at the nodes that they are sent to, from zero on. */
export const indexAdd: Rule<IndexAddOp> = {
  forward(op, inputs, env, node) {
    const [onto, , entries] = inputs as readonly [Signal, Signal, Signal]
    if (!isZero(onto)) throw new Unmodelled('sums by index onto what is not zero')
    if (!isBatch(entries, op.axis)) throw new Unmodelled('sums by drawn indices along an axis that is not the batch')
    if (dependOnTheirRow(env.graph, node.inputs[2] as TensorId, node.inputs[1] as TensorId))
      throw new Unmodelled('messages that depend on the node that sums them')
    const { rows, rate } = drawnPlaces(op.axis, onto, env, node)
    const axes = entries.axes.map((atoms, axis): readonly Atom[] => (axis === op.axis ? [{ size: rows, role: 'sample' }] : atoms))
    return [{ ...entries, axes, blocks: entries.blocks.map((block) => summed(block, rate, rate * rows, entries)) }]
  },
  /** Entries that one row sums receive its gradient, which two do with the probability 1/rows. */
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return [null, null, null]
    const { rows } = drawnPlaces(op.axis, step.inputs[0] as Signal, env, node)
    return [null, null, gradient.map((g) => g && { ...g, cross: g.cross + (1 - g.cross) / rows, tilt: null })]
  },
}
