import type { AdaptivePoolOp, PoolOp } from '../../graph'
import { activate } from '../activate'
import type { Expectation } from '../gaussian/law'
import { expectation } from '../gaussian/expansion'
import { maximumCorrelation, maximumMoments } from '../gaussian/maximum'
import { identity } from '../gaussian/scalarFunction'
import type { Gradient, GradientMoments } from '../gradient'
import { applyAlong, applyPairAlong, classCounts, classWeights, type Grid } from '../grid'
import { joinPositions, unitsToPositions } from '../layout'
import { type Lags, lagAt, makeLags } from '../lags'
import { type Moments, ownVariance, type Signal } from '../moments'
import { classLimit, type Partition } from '../partition'
import type { Rule } from '../rule'
import { allTaps, slidingTaps, taps, type Taps } from '../taps'
import { Unmodelled } from '../unmodelled'
import { imageOf } from './activation'
import { regridGradient } from './regrid'

/** A window on the last axes: its tables, and the numbers that tell how windows overlap. */
interface Windows {
  readonly tables: readonly Taps[]
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
}

/** The signal with its last `rank` axes as single position atoms. */
export function pooledInput(signal: Signal, rank: number): Signal {
  const spatial = Array.from({ length: rank }, (_, i) => signal.axes.length - rank + i)
  if (spatial.some((axis) => axis < 0)) throw new Unmodelled('the input has too few axes')
  let current = unitsToPositions(signal, spatial)
  for (const axis of spatial) current = joinPositions(current, axis)
  return current
}

function slidingWindows(op: PoolOp, grid: Grid, shape: readonly number[]): Windows {
  const rank = op.kernel.length
  const first = grid.length - rank
  const tables = op.kernel.map((kernel, i) => {
    const window = { kernel, stride: op.stride[i] as number, before: (op.padding[i] as readonly [number, number])[0], dilation: op.dilation[i] as number }
    return slidingTaps(grid[first + i] as Partition, shape[shape.length - rank + i] as number, window, 'zeros', classLimit(grid.length))
  })
  return { tables, kernel: op.kernel, stride: op.stride, dilation: op.dilation }
}

function adaptiveWindows(op: AdaptivePoolOp, grid: Grid): Windows {
  const rank = op.output.length
  const first = grid.length - rank
  const inputs = op.output.map((_, i) => grid[first + i] as Partition)
  const kernel = op.output.map((out, i) => Math.ceil((inputs[i] as Partition).size / out) + ((inputs[i] as Partition).size % out === 0 ? 0 : 1))
  const tables = op.output.map((out, i) => {
    const input = inputs[i] as Partition
    const n = input.size
    const index = (o: number, t: number) => {
      const at = Math.floor((o * n) / out) + t
      return at < Math.ceil(((o + 1) * n) / out) ? at : -1
    }
    return taps(input, out, kernel[i] as number, index, `a${out}`, classLimit(grid.length))
  })
  return { tables, kernel, stride: op.output.map((out, i) => Math.max(1, Math.round((inputs[i] as Partition).size / out))), dilation: op.output.map(() => 1) }
}

const outputGrid = (grid: Grid, windows: Windows): Grid => [...grid.slice(0, grid.length - windows.tables.length), ...windows.tables.map((table) => table.output)]

function sumWindows(values: Float64Array, grid: Grid, windows: Windows): Float64Array {
  const dims = classCounts(grid)
  const first = grid.length - windows.tables.length
  return windows.tables.reduce((current, table, i) => {
    const next = applyAlong(current, dims, first + i, table.sum)
    dims[first + i] = table.output.counts.length
    return next
  }, values)
}

function sumWindowPairs(values: Float64Array, grid: Grid, windows: Windows): Float64Array {
  const dims = classCounts(grid)
  const first = grid.length - windows.tables.length
  return windows.tables.reduce((current, table, i) => {
    const next = applyPairAlong(current, dims, first + i, allTaps(table), table.output.counts.length)
    dims[first + i] = table.output.counts.length
    return next
  }, values)
}

function adjointWindows(values: Float64Array, grid: Grid, windows: Windows): Float64Array {
  const dims = classCounts(outputGrid(grid, windows))
  const first = grid.length - windows.tables.length
  return windows.tables.reduce((current, table, i) => {
    const next = applyAlong(current, dims, first + i, table.adjoint)
    dims[first + i] = table.input.counts.length
    return next
  }, values)
}

/** Elements inside the image for each class of windows. */
function insideCounts(grid: Grid, windows: Windows): Float64Array {
  let counts: Float64Array = Float64Array.of(1)
  const rank = windows.tables.length
  for (const axis of grid.slice(0, grid.length - rank)) counts = Float64Array.from([...counts].flatMap((c) => axis.counts.map(() => c)))
  for (const table of windows.tables) counts = Float64Array.from([...counts].flatMap((c) => table.inside.map((n) => c * n)))
  return counts
}

/** Visits lags between elements of two windows whose origins are `shift` windows apart, with how many pairs have each. */
function windowLags(windows: Windows, axes: number, shift: readonly number[], visit: (lag: readonly number[], pairs: number) => void): void {
  const lead = axes - windows.kernel.length
  const walk = (axis: number, lag: readonly number[], pairs: number) => {
    if (axis === windows.kernel.length) {
      visit(lag, pairs)
      return
    }
    const k = windows.kernel[axis] as number
    const offset = (shift[lead + axis] as number) * (windows.stride[axis] as number)
    for (let t = -(k - 1); t <= k - 1; t++) walk(axis + 1, [...lag, offset + t * (windows.dilation[axis] as number)], pairs * (k - Math.abs(t)))
  }
  walk(0, new Array<number>(lead).fill(0), 1)
}

/** Mean correlation between elements of two windows, and the share of pairs that are the same element. */
function windowCorrelation(lags: Lags, windows: Windows, shift: readonly number[]): { readonly mean: number; readonly identical: number } {
  let mean = 0
  let identical = 0
  let total = 0
  windowLags(windows, lags.radius.length, shift, (lag, pairs) => {
    mean += pairs * lagAt(lags, lag)
    if (lag.every((d) => d === 0)) identical += pairs
    total += pairs
  })
  return { mean: mean / total, identical: identical / total }
}

/** Most windows apart at which windows, or values correlated between them, can still overlap. */
const overlapRadius = (lags: Lags, windows: Windows): readonly number[] => {
  const lead = lags.radius.length - windows.kernel.length
  return lags.radius.map((radius, i) => (i < lead ? radius : Math.floor(((((windows.kernel[i - lead] as number) - 1) * (windows.dilation[i - lead] as number)) + radius) / (windows.stride[i - lead] as number))))
}

const noShift = (lags: Lags) => lags.radius.map(() => 0)

/**
 * Mean of a window of n: far' = mean of far over pairs of elements; the sample's own variance shrinks to the mean correlation over
 * pairs of elements, 1/n when positions are independent. Skewness shrinks with the square root of that, excess kurtosis with it.
 * `counted`: what each window is divided by.
 */
function average(block: Moments, grid: Grid, windows: Windows, counted: (inside: number) => number): Moments {
  const inside = insideCounts(grid, windows)
  const divisor = inside.map(counted)
  const size = inside.length
  const { mean: correlation } = windowCorrelation(block.lags, windows, noShift(block.lags))
  const whole = windows.kernel.reduce((a, b) => a * b, 1)
  const mean = sumWindows(block.mean, grid, windows).map((value, i) => value / (divisor[i] as number))
  const far = sumWindowPairs(block.far, grid, windows).map((value, at) => value / ((divisor[Math.floor(at / size)] as number) * (divisor[at % size] as number)))
  const ownSum = sumWindows(ownVariance(block), grid, windows)
  const inputSize = block.second.length
  const extra = sumWindows(block.same.map((value, i) => value - (block.far[i * inputSize + i] as number)), grid, windows)
  const own = ownSum.map((value, i) => {
    const n = inside[i] as number
    const perPair = n >= whole ? correlation : block.lags.far + (correlation - block.lags.far) * Math.min(1 / Math.max(correlation, 1e-12), whole / Math.max(n, 1e-12))
    return (value * n * perPair) / (divisor[i] as number) ** 2
  })
  const second = own.map((value, i) => value + (far[i * size + i] as number))
  const same = extra.map((value, i) => value / (divisor[i] as number) ** 2 + (far[i * size + i] as number))
  const lags = correlation > 0
    ? makeLags(overlapRadius(block.lags, windows), block.lags.far / correlation, (shift) => windowCorrelation(block.lags, windows, shift).mean / correlation)
    : block.lags
  return { mean, second, same, far, lags, shape: { skew: block.shape.skew * Math.sqrt(correlation), excess: block.shape.excess * correlation }, spread: block.spread, sampleSpread: block.sampleSpread, image: null }
}

/**
 * Max of a window of n values φ(z) = φ(max z) for monotone φ. z = m + shared + own: what windows share moves the maximum as it is; the own part
 * of variance s with mean correlation ρ inside the window has a maximum of mean m + √(s(1−ρ))·eₙ and variance s·ρ + s(1−ρ)·vₙ
 * (order statistics of n normal variables). Overlapping windows often have the same winner: their maxima correlate.
 */
function maximum(block: Moments, grid: Grid, windows: Windows): Moments {
  const image = imageOf(block)
  const fits = image.fn === null || image.fn.monotone
  const root = fits ? image.root : { ...block, image: null }
  const pooled = pooledRoot(root, grid, windows)
  return activate(pooled, fits && image.fn !== null ? image.fn : identity)
}

/** Moments of the maximum of z over the windows. */
function pooledRoot(root: Moments, grid: Grid, windows: Windows): Moments {
  const inside = insideCounts(grid, windows)
  const size = inside.length
  const whole = windows.kernel.reduce((a, b) => a * b, 1)
  const divide = (values: Float64Array) => values.map((value, i) => value / (inside[i] as number))
  const self = windowCorrelation(root.lags, windows, noShift(root.lags))
  const correlated = whole > 1 ? Math.max(0, (self.mean - self.identical) / (1 - self.identical)) : 0
  const inputSize = root.second.length
  const sampleOwn = divide(sumWindows(ownVariance(root), grid, windows))
  const shared = divide(sumWindows(root.far.filter((_, at) => at % (inputSize + 1) === 0), grid, windows))
  const meanIn = divide(sumWindows(root.mean, grid, windows))
  const covariance = sumWindowPairs(root.far, grid, windows).map((value, at) => value / ((inside[Math.floor(at / size)] as number) * (inside[at % size] as number)) - (meanIn[Math.floor(at / size)] as number) * (meanIn[at % size] as number))
  const extra = divide(sumWindows(root.same.map((value, i) => value - (root.far[i * inputSize + i] as number)), grid, windows))
  // what samples share can differ between the window's positions too: near borders, where far(p,p') falls below far(p,p)
  const uneven = shared.map((value, i) => Math.max(0, value - (meanIn[i] as number) ** 2 - (covariance[i * size + i] as number)))
  const ownIn = sampleOwn.map((value, i) => value + (uneven[i] as number))
  const sampleShare = ownIn.map((value, i) => (value > 0 ? (sampleOwn[i] as number) / value : 1))
  const within = sampleShare.map((share) => correlated * share)
  const top = inside.map((n) => maximumMoments(Math.max(1, n)).mean)
  const width = inside.map((n) => maximumMoments(Math.max(1, n)).variance)
  const mean = meanIn.map((m, i) => m + Math.sqrt((ownIn[i] as number) * (1 - (within[i] as number))) * (top[i] as number))
  const own = ownIn.map((s, i) => s * (within[i] as number) + s * (1 - (within[i] as number)) * (width[i] as number))
  const far = covariance.map((value, at) => value + (mean[Math.floor(at / size)] as number) * (mean[at % size] as number))
  const second = own.map((value, i) => value + (far[i * size + i] as number))
  const same = extra.map((value, i) => value + (own[i] as number) * (1 - (sampleShare[i] as number)) + (far[i * size + i] as number))
  const r = size >> 1
  const share = sampleShare[r] as number
  const middle = within[r] as number
  const n = maximumMoments(whole)
  const ownShare = middle + (1 - middle) * n.variance
  const lags = makeLags(overlapRadius(root.lags, windows), root.lags.far / Math.max(ownShare, 1e-12), (shift) => {
    const pair = windowCorrelation(root.lags, windows, shift)
    const common = pair.identical * whole * whole
    const between = pair.identical < 1 ? (pair.mean - pair.identical) / (1 - pair.identical) : 1
    return Math.min(1, (share * Math.max(0, between) + (1 - middle) * n.variance * maximumCorrelation(whole, common)) / ownShare)
  })
  const total = (second[r] as number) - (mean[r] as number) ** 2
  const peaked = total > 0 ? ((1 - middle) * n.variance * (ownIn[r] as number)) / total : 0
  return { mean, second, same, far, lags, shape: { skew: n.skew * peaked ** 1.5, excess: n.excess * peaked ** 2 }, spread: 0, sampleSpread: root.sampleSpread, repeats: true, image: null }
}

/**
 * A max pool hands each output's gradient to one of its n inputs: g/n summed over the windows that hold the position; windows that
 * share their winner add up where their gradients correlate. The winner's z is distributed like the maximum.
 */
function routeBack(block: Moments, output: Moments, g: GradientMoments, grid: Grid, windows: Windows): GradientMoments {
  const inside = insideCounts(grid, windows)
  const whole = windows.kernel.reduce((a, b) => a * b, 1)
  let overlap = 1
  if (g.lags.values.length > 1 || g.lags.far !== 0) overlap += overlapSum(g.lags, windows, (shared) => shared / (2 * whole - shared))
  const second = adjointWindows(g.second.map((value, i) => value / (inside[i] as number)), grid, windows).map((value) => value * overlap)
  const routed: GradientMoments = { second, lags: { radius: grid.map(() => 0), values: Float64Array.of(1), far: g.lags.far / (whole * overlap) }, cross: g.cross / (whole * overlap), tilt: null, excess: 1 }
  const { root, fn } = imageOf(block)
  const top = output.image?.root
  if (top === undefined || (fn !== null && !fn.monotone)) return routed
  const law = winnersLaw(top, outputGrid(grid, windows), g)
  return { ...routed, tilt: { root, terms: [{ base: routed, mean: () => 1, square: () => 1, kinks: [], law }] } }
}

/** Distribution of the winners' z: of the maxima, weighted by where the gradient is. */
function winnersLaw(top: Moments, grid: Grid, g: GradientMoments): Expectation {
  const weights = classWeights(grid)
  const parts: { readonly m: number; readonly v: number; weight: number }[] = []
  let total = 0
  top.mean.forEach((m, i) => {
    const v = (top.second[i] as number) - m * m
    const weight = (weights[i] as number) * (g.second[i] as number)
    total += weight
    const known = parts.find((part) => Math.abs(part.m - m) <= 1e-9 * Math.abs(m) && Math.abs(part.v - v) <= 1e-9 * v)
    if (known) known.weight += weight
    else parts.push({ m, v, weight })
  })
  return (h, kinks) => parts.reduce((sum, part) => sum + (part.weight / total) * expectation(h, kinks, part.m, part.v, top.shape), 0)
}

/** Σ over windows that overlap one, other than itself, of the gradients' correlation times f(elements shared). */
function overlapSum(lags: Lags, windows: Windows, f: (shared: number) => number): number {
  const lead = lags.radius.length - windows.kernel.length
  let sum = 0
  const walk = (axis: number, shift: readonly number[], shared: number) => {
    if (axis === windows.kernel.length) {
      if (shift.some((d) => d !== 0)) sum += lagAt(lags, shift) * f(shared)
      return
    }
    const k = windows.kernel[axis] as number
    const s = windows.stride[axis] as number
    for (let d = -Math.floor((k - 1) / s); d <= Math.floor((k - 1) / s); d++) walk(axis + 1, [...shift, d], shared * (k - s * Math.abs(d)))
  }
  walk(0, new Array<number>(lead).fill(0), 1)
  return sum
}

/** An average pool hands g/divisor to every element: squared, summed over windows, which add up where their gradients correlate. */
function spreadBack(g: GradientMoments, grid: Grid, windows: Windows, counted: (inside: number) => number): GradientMoments {
  const divisor = insideCounts(grid, windows).map(counted)
  const whole = windows.kernel.reduce((a, b) => a * b, 1)
  const overlap = 1 + overlapSum(g.lags, windows, (shared) => shared / whole)
  const second = adjointWindows(g.second.map((value, i) => value / (divisor[i] as number) ** 2), grid, windows).map((value) => value * overlap)
  const lead = grid.length - windows.kernel.length
  const radius = grid.map((_, i) => (i < lead ? (g.lags.radius[i] ?? 0) : (windows.kernel[i - lead] as number) - 1 + (g.lags.radius[i] as number)))
  const gSecond = whole > 1
  const lags = gSecond ? spreadLags(g.lags, grid, windows, radius) : g.lags
  return { second, lags, cross: g.cross, tilt: null, excess: 1 }
}

/** Elements of one window share its gradient: correlation at lag Δ is the share of windows that hold both. */
function spreadLags(lags: Lags, grid: Grid, windows: Windows, radius: readonly number[]): Lags {
  const lead = grid.length - windows.kernel.length
  const whole = windows.kernel.every((k, i) => k >= (grid[lead + i] as Partition).size)
  if (whole) return { radius: grid.map(() => 0), values: Float64Array.of(1), far: 1 }
  return makeLags(radius, lags.far, (lag) => {
    const together = windows.kernel.reduce((share, k, i) => share * Math.max(0, 1 - (lag[lead + i] as number) / k), 1)
    return together + (1 - together) * lags.far
  })
}

function poolForward(signal: Signal, windowsOf: (grid: Grid) => Windows, reduce: 'max' | 'average', counted: (inside: number) => number, sizes: readonly number[]): Signal {
  const rank = sizes.length
  const input = pooledInput(signal, rank)
  const windows = windowsOf(input.grid)
  const axes = input.axes.map((atoms, axis) => (axis < input.axes.length - rank ? atoms : [{ size: sizes[axis - input.axes.length + rank] as number, role: 'position' as const }]))
  const done = new Map<Moments, Moments>()
  const blocks = input.blocks.map((block) => {
    const known = done.get(block)
    if (known) return known
    const made = reduce === 'max' ? maximum(block, input.grid, windows) : average(block, input.grid, windows, counted)
    done.set(block, made)
    return made
  })
  return { axes, grid: outputGrid(input.grid, windows), blocks, assignment: input.assignment }
}

function poolBackward(signal: Signal, output: Signal, gradient: Gradient, windowsOf: (grid: Grid) => Windows, rank: number, reduce: 'max' | 'average', counted: (inside: number) => number): Gradient {
  const input = pooledInput(signal, rank)
  const windows = windowsOf(input.grid)
  const back = input.blocks.map((block, i) => {
    const g = gradient[i]
    if (g === null || g === undefined) return null
    return reduce === 'max' ? routeBack(block, output.blocks[i] as Moments, g, input.grid, windows) : spreadBack(g, input.grid, windows, counted)
  })
  return regridGradient(back, input, signal)
}

const divisorOf = (op: PoolOp) => {
  const whole = op.kernel.reduce((a, b) => a * b, 1)
  return (inside: number) => op.divisor ?? (op.countIncludePad ? whole : Math.max(inside, 1e-9))
}

/** Max and average pooling over sliding windows. Padding never wins a maximum; it counts in an average's divisor where the framework says so. */
export const pool: Rule<PoolOp> = {
  forward(op, inputs, env, node) {
    if (op.reduce === 'lp') throw new Unmodelled('power-average pooling is not modelled')
    const shape = env.outputShape(node, 0)
    return [poolForward(inputs[0] as Signal, (grid) => slidingWindows(op, grid, shape), op.reduce, divisorOf(op), shape.slice(shape.length - op.kernel.length))]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient || op.reduce === 'lp') return [null]
    const shape = env.outputShape(node, 0)
    return [poolBackward(step.inputs[0] as Signal, step.outputs[0] as Signal, gradient, (grid) => slidingWindows(op, grid, shape), op.kernel.length, op.reduce, divisorOf(op))]
  },
}

/** Pooling to a given size; a global pool is one window. */
export const adaptivePool: Rule<AdaptivePoolOp> = {
  forward: (op, inputs) => [poolForward(inputs[0] as Signal, (grid) => adaptiveWindows(op, grid), op.reduce, (inside) => inside, op.output)],
  backward: (op, step) => [step.gradients[0] ? poolBackward(step.inputs[0] as Signal, step.outputs[0] as Signal, step.gradients[0], (grid) => adaptiveWindows(op, grid), op.output.length, op.reduce, (inside) => inside) : null],
}

