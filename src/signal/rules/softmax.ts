import { mostRuns, ratioRuns, type SoftmaxOp, type TensorId } from '../../graph'
import { onGrid } from '../align'
import { type Gradient, type GradientMoments, plainGradient } from '../gradient'
import type { Grid } from '../grid'
import { correlationAcross, independentLags, lagsByAxes } from '../lags'
import { axisSize, joinPositions } from '../layout'
import { type Support, supportOf } from '../masks'
import type { Atom, Moments, Signal } from '../moments'
import { classAt, type Partition, partition, refine, uniform } from '../partition'
import { mixBlocks } from '../roles'
import type { Rule } from '../rule'
import { sharesOf } from '../scores'
import { type SoftmaxSums, softmaxOverlap, softmaxSums } from '../softmaxSums'
import { Unmodelled } from '../unmodelled'
import { regridGradient } from './regrid'

/** Scores that are no product of queries and keys that is known. */
const UNKNOWN_SCORES = { columns: 0, wander: 0, keyed: 0, of: undefined }

/** A softmax made ready: scores with one class of keys, and per class of rows what the weights are. */
interface Ready {
  readonly input: Signal
  readonly block: Moments
  /** Size of the axis that is normalized. */
  readonly n: number
  /** Per class of positions: keys seen (harmonic mean), and sums over the weights of a row. */
  readonly seen: Float64Array
  readonly square: Float64Array
  readonly slope: Float64Array
  readonly lean: Float64Array
  readonly stretch: Float64Array
  /** Variance of scores along a row. */
  readonly variance: Float64Array
  /** Keys that each query sees, where a mask makes them differ. */
  readonly keys: readonly number[] | null
}

/** Over positions (keys). The row axis is the one before; a causal mask makes classes of it. */
function readyPositions(signal: Signal, axis: number, support: Support): Ready {
  let input = mixBlocks(signal)
  const rowAxis = axis - 1
  const rowAtoms = input.axes[rowAxis] as readonly Atom[]
  const queries = axisSize(rowAtoms)
  const n = axisSize(input.axes[axis] as readonly Atom[])
  const varies = support(0, queries, n) !== support(queries - 1, queries, n)
  if (varies && rowAtoms.length > 1) input = joinPositions(input, rowAxis)
  const owners = input.axes.flatMap((atoms, i) => atoms.filter((atom) => atom.role === 'position').map(() => i))
  const masked = partition(ratioRuns(Array.from({ length: queries }, (_, q) => support(q, queries, n))))
  const grid: Grid = input.grid.map((part, g) =>
    owners[g] === axis ? uniform(part.size) : owners[g] === rowAxis && varies ? refine(part, masked, mostRuns) : part,
  )
  input = onGrid(input, grid)
  const block = input.blocks[0] as Moments
  const { rows } = sharesOf(signal)
  const variance = block.second.map((q, i) => Math.max(0, q - (block.mean[i] as number) ** 2) * Math.max(0, 1 - rows))
  const rowOf = rowPartition(grid, owners, rowAxis)
  const size = block.second.length
  const seen = new Float64Array(size)
  const square = new Float64Array(size)
  const slope = new Float64Array(size)
  const lean = new Float64Array(size)
  const stretch = new Float64Array(size)
  const wander = signal.matrix?.kind === 'scores' ? signal.matrix.wander : 0
  for (let i = 0; i < size; i++) {
    const counts =
      varies && rowOf !== null ? keysOfClass(rowOf.part, rowOf.classOf(i), (q) => support(q, queries, n)) : [support(0, queries, n)]
    for (const count of counts) {
      const sums = rowSums(count, variance[i] as number, wander)
      seen[i] = (seen[i] as number) + 1 / count / counts.length
      square[i] = (square[i] as number) + sums.square / counts.length
      slope[i] = (slope[i] as number) + sums.slope / counts.length
      lean[i] = (lean[i] as number) + sums.lean / counts.length
      stretch[i] = (stretch[i] as number) + sums.stretch / counts.length
    }
  }
  const keys = varies ? Array.from({ length: queries }, (_, q) => support(q, queries, n)) : null
  return { input, block, n, seen: seen.map((inverse) => 1 / inverse), square, slope, lean, stretch, variance, keys }
}

/** Three points of a normal variable that have its first five moments. */
const NORMAL_POINTS = [
  [-Math.sqrt(3), 1 / 6],
  [0, 2 / 3],
  [Math.sqrt(3), 1 / 6],
] as const

/** Sums over a row whose own variance is v on average, with the relative variance 2·wander. */
function rowSums(n: number, v: number, wander: number): Pick<SoftmaxSums, 'square' | 'slope' | 'lean' | 'stretch'> {
  if (v * Math.sqrt(wander) < NARROW) return softmaxSums(n, v)
  const sums = NORMAL_POINTS.map(([z]) => softmaxSums(n, v * Math.max(0, 1 + z * Math.sqrt(2 * wander))))
  const mean = (of: (one: SoftmaxSums) => number) => sums.reduce((sum, one, i) => sum + (NORMAL_POINTS[i]?.[1] ?? 0) * of(one), 0)
  return { square: mean((s) => s.square), slope: mean((s) => s.slope), lean: mean((s) => s.lean), stretch: mean((s) => s.stretch) }
}

/** The overlap of two rows whose scores correlate by `columns` on average, with the variance `wander`. */
function overlapOf(n: number, v: number, columns: number, wander: number): number {
  if (v * Math.sqrt(wander) < NARROW) return softmaxOverlap(n, v, columns)
  return NORMAL_POINTS.reduce((sum, [z, share]) => sum + share * softmaxOverlap(n, v, columns + z * Math.sqrt(wander)), 0)
}

/** What varies by less is taken at its mean: its square adds less than a thousandth. */
const NARROW = 0.03

function rowPartition(
  grid: Grid,
  owners: readonly number[],
  rowAxis: number,
): { readonly part: Partition; readonly classOf: (i: number) => number } | null {
  const g = owners.lastIndexOf(rowAxis)
  if (g < 0) return null
  const inner = grid.slice(g + 1).reduce((product, axis) => product * axis.counts.length, 1)
  const part = grid[g] as Partition
  return { part, classOf: (i) => Math.floor(i / inner) % part.counts.length }
}

/** Keys that a few of a class's queries see, spread evenly over it. */
function keysOfClass(part: Partition, wanted: number, count: (query: number) => number): readonly number[] {
  const members: number[] = []
  for (let q = 0; q < part.size; q++) if (classAt(part, q) === wanted) members.push(q)
  const taken = Math.min(members.length, 8)
  return Array.from({ length: taken }, (_, i) => count(members[Math.floor(((i + 0.5) * members.length) / taken)] as number))
}

/** Over units (classes of a head). */
function readyUnits(signal: Signal, axis: number): Ready {
  const input = mixBlocks(signal)
  const block = input.blocks[0] as Moments
  const n = axisSize(input.axes[axis] as readonly Atom[])
  const variance = block.second.map((q, i) => Math.max(0, q - (block.mean[i] as number) ** 2))
  const sums = Array.from(variance, (v) => softmaxSums(n, v))
  return {
    input,
    block,
    n,
    seen: variance.map(() => n),
    square: Float64Array.from(sums, (s) => s.square),
    slope: Float64Array.from(sums, (s) => s.slope),
    lean: Float64Array.from(sums, (s) => s.lean),
    stretch: Float64Array.from(sums, (s) => s.stretch),
    variance,
    keys: null,
  }
}

function ready(signal: Signal, axis: number, support: Support): Ready {
  const atoms = signal.axes[axis] as readonly Atom[]
  if (atoms.some((atom) => atom.role === 'sample')) throw new Unmodelled('a softmax over the batch axis')
  return atoms.some((atom) => atom.role === 'position') ? readyPositions(signal, axis, support) : readyUnits(signal, axis)
}

/**
 * A = softmax(s): mean = 1/n, second = Σ E A²/n. For another sample E A A' is the n-th part of the overlap of rows whose scores share the
 * part ρ of their variance, e^(v·ρ)/n² where v is small. Over keys, two queries overlap by Σ_j E A_ij A_i'j over what the one sees that sees more.
 */
export function softmaxForward(signal: Signal, axis: number, support: Support): Signal {
  const prepared = ready(signal, axis, support)
  const { input, block, n, square, seen, lean, stretch, variance, keys } = prepared
  const size = square.length
  const at = (values: Float64Array, i: number) => values[i] as number
  const share = (covariance: number, i: number, j: number) => {
    const v = Math.sqrt(at(variance, i) * at(variance, j))
    return softmaxOverlap(n, v, v > 0 ? (covariance - at(block.mean, i) * at(block.mean, j)) / v : 0) / n
  }
  const far = block.far.map((value, at) => share(value, Math.floor(at / size), at % size))
  const weights: Moments = {
    mean: new Float64Array(size).fill(1 / n),
    second: square.map((value) => value / n),
    same: block.same.map((value, i) => share(value, i, i) * (n / at(seen, i))),
    far,
    lags: independentLags(input.grid.length),
    shape: { skew: 0, excess: 0 },
    spread: 0,
    image: null,
  }
  const out = {
    axes: input.axes,
    grid: input.grid,
    blocks: [input.grid.length === 0 ? { ...weights, far: weights.same } : weights],
    assignment: null,
  }
  if (!(signal.axes[axis] as readonly Atom[]).some((atom) => atom.role === 'position')) return out
  const { columns, wander, keyed, of } = signal.matrix?.kind === 'scores' ? signal.matrix : UNKNOWN_SCORES
  const overlap = Float64Array.from({ length: size * size }, (_, i) => {
    const [m, p] = [Math.floor(i / size), i % size]
    return overlapOf(Math.max(at(seen, m), at(seen, p)), Math.sqrt(at(variance, m) * at(variance, p)), columns, wander)
  })
  const towardsKeys = (values: Float64Array) => values.map((value) => value * keyed)
  return {
    ...out,
    matrix: {
      kind: 'weights',
      pairs: square.map((value) => 1 - value),
      overlap,
      lean: towardsKeys(lean),
      stretch: towardsKeys(stretch),
      of,
      keys,
      turned: false,
    },
  }
}

/**
 * g_s = A·(g − Σ A g): Σ_j E g_s² = w·E[ΣA² − 2ΣA³ + (ΣA²)²] with the part w of the gradient's second moment that differs along a row.
 * Every row of it sums to zero.
 */
export function softmaxBackward(signal: Signal, output: Signal, axis: number, support: Support, gradient: GradientMoments): Gradient {
  const { input, n, slope, square, seen, variance, keys } = ready(signal, axis, support)
  const isKeys = (signal.axes[axis] as readonly Atom[]).some((atom) => atom.role === 'position')
  const arriving = regridGradient([gradient], output, input)[0] as GradientMoments
  const owners = input.axes.flatMap((atoms, i) => atoms.flatMap((atom) => (atom.role === 'position' ? [i] : [])))
  const along = arriving.alongRows?.length === arriving.second.length ? arriving.alongRows : null
  const alongKeys = isKeys ? correlationAcross(arriving.lags, (g) => owners[g] === axis) : 0
  const differs = (i: number) => (isKeys ? 1 - Math.min(1, Math.max(0, along?.[i] ?? alongKeys)) : 1)
  const second = arriving.second.map((g, i) => (g * differs(i) * (slope[i] as number)) / n)
  const { chance } = gradient
  const tied = chance === undefined || !isKeys ? null : square.map((sum) => chance * (1 / sum - 1))
  const { columns, wander } = signal.matrix?.kind === 'scores' ? signal.matrix : UNKNOWN_SCORES
  const r = second.length >> 1
  // Two queries' gradients of one key's score have in common what those of the weights have, as far as the weights agree.
  const agree = isKeys ? overlapOf(seen[r] as number, variance[r] as number, columns, wander) / (square[r] as number) : 1
  const lags = lagsByAxes(
    input.grid.map((part) => part.size),
    (apart) =>
      isKeys && apart.some((is, g) => is && owners[g] === axis)
        ? 0
        : Math.min(1, agree) * correlationAcross(arriving.lags, (g) => apart[g] === true),
  )
  return regridGradient([{ ...plainGradient(second, input.grid.length), lags, zeroRows: true }], input, signal).map(
    (g) =>
      g && {
        ...g,
        zeroRows: true as const,
        ...(keys === null ? {} : { keys }),
        ...(tied === null ? {} : { tied, tiedTo: gradient.tiedTo }),
      },
  )
}

/**
 * log softmax: z − lse. For n independent scores of variance v: E lse = mean + ln n + v/2 − (e^v − 1)/2n, Var lse = (e^v − 1)/n,
 * Cov(z, lse) = v/n.
 */
function logForward(signal: Signal, axis: number): Signal {
  const { input, block, n, variance } = readyUnits(signal, axis)
  const size = variance.length
  const at = (values: Float64Array, i: number) => values[i] as number
  const noise = variance.map((v) => Math.expm1(v) / n)
  const mean = variance.map((v, i) => -(Math.log(n) + v / 2 - at(noise, i) / 2))
  const second = variance.map((v, i) => at(mean, i) ** 2 + Math.max(0, v - (2 * v) / n + at(noise, i)))
  const same = block.same.map((value, i) => at(mean, i) ** 2 + Math.max(0, value - at(block.mean, i) ** 2))
  const far = block.far.map(
    (value, i) =>
      at(mean, Math.floor(i / size)) * at(mean, i % size) +
      Math.max(0, value - at(block.mean, Math.floor(i / size)) * at(block.mean, i % size)),
  )
  return { ...input, blocks: [{ ...block, mean, second, same, far, image: null, origin: undefined }], assignment: null }
}

/** g_z = g − A·Σ g: E g_z² = g²·(1 − 2/n + Σ A²) for independent gradients. */
function logBackward(signal: Signal, axis: number, gradient: GradientMoments): Gradient {
  const { input, n, square } = readyUnits(signal, axis)
  const second = gradient.second.map((g, i) => g * (1 - 2 / n + (square[i] as number)))
  return regridGradient([{ ...plainGradient(second, input.grid.length), lags: gradient.lags }], input, signal)
}

export const softmax: Rule<SoftmaxOp> = {
  forward(op, inputs, env, node) {
    const signal = inputs[0] as Signal
    return [op.log ? logForward(signal, op.axis) : softmaxForward(signal, op.axis, supportOf(env.graph, node.inputs[0] as TensorId))]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]?.[0]
    if (!gradient) return [null]
    const signal = step.inputs[0] as Signal
    if (op.log) return [logBackward(signal, op.axis, gradient)]
    return [softmaxBackward(signal, step.outputs[0] as Signal, op.axis, supportOf(env.graph, node.inputs[0] as TensorId), gradient)]
  },
}
