/**
 * How far one initialization's second moment strays from the mean over initializations. A layer of n units averages n random numbers:
 * its empirical second moment has a relative variance of Var/n, and what a layer hands on multiplies what came before, so that
 * relative variances add up along the network to a log-normal spread (Hanin & Rolnick 2018).
 */
import type { DropoutOp, Graph, Node, Op, TensorId } from '../graph'
import { NORMAL_SHAPE } from './gaussian/expansion'
import { rawMoments } from './gaussian/rawMoments'
import { type Gradient, meanSecond } from './gradient'
import { gridPositions } from './grid'
import { meanOverPairs } from './lags'
import { sizeOfRole } from './layout'
import { blockShares, type Moments, marginalVariance, representative, type Signal } from './moments'
import { averages } from './pairMoments'

export interface Bands {
  forward(tensor: TensorId, secondMoment: number): readonly [number, number]
  backward(tensor: TensorId, secondMoment: number): readonly [number, number]
}

/** Relative variance handed on from before, and that of the tensor's own units on top of it. */
interface Spread {
  readonly before: number
  readonly own: number
}
const NONE: Spread = { before: 0, own: 0 }
const total = (spread: Spread): number => spread.before + spread.own

/** 5 % of a normal distribution lies beyond ±1.645 standard deviations on each side. */
const NINETY = 1.6448536
/** Standard error of the prediction itself, relative: the forward and backward errors of docs/accuracy.md at their 90th percentile, halved. */
const FORWARD_ERROR = 0.0003
const BACKWARD_ERROR = 0.025

function interval(secondMoment: number, variance: number, error: number): readonly [number, number] {
  const sigma2 = Math.log1p(variance)
  const reach = NINETY * Math.sqrt(sigma2 + error * error)
  const middle = secondMoment * Math.exp(-sigma2 / 2)
  return [middle * Math.exp(-reach), middle * Math.exp(reach)]
}

type Maybe<T> = T | null

/**
 * Bands of all tensors. `signals` and `gradients`: what is known, null elsewhere.
 */
export function bands(graph: Graph, signals: readonly Maybe<Signal>[], gradients: readonly Maybe<Gradient>[]): Bands {
  const ahead = forwardSpreads(graph, signals)
  const back = backwardSpreads(graph, signals, gradients, ahead)
  return {
    forward: (id, q) => interval(q, total(ahead[id] ?? NONE), FORWARD_ERROR),
    backward: (id, q) => interval(q, back[id] ?? 0, BACKWARD_ERROR),
  }
}

const unitsOf = (signal: Signal): number => sizeOfRole(signal, 'unit')
const samplesOf = (signal: Signal): number => sizeOfRole(signal, 'sample')

/** Mean over all pairs of data points (samples and positions) of a unit's squared correlation E[x x']²/q². */
function pairCorrelation(signal: Signal): { readonly first: number; readonly second: number } {
  const block = largest(signal)
  const { second: q, own, far, same } = averages(signal.grid, block)
  if (!(q > 0)) return { first: 0, second: 0 }
  const b = samplesOf(signal)
  const n = gridPositions(signal.grid)
  const within =
    far +
    own *
      meanOverPairs(
        block.lags,
        signal.grid.map((axis) => axis.size),
      )
  const between = far + (same - far) / n
  const first = Math.max(0, within / b + (1 - 1 / b) * between) / q
  const diagonal = 1 / (b * n)
  return { first, second: Math.max(diagonal, (within / q) ** 2 / b + (1 - 1 / b) * (between / q) ** 2) }
}

function largest(signal: Signal): Moments {
  const shares = blockShares(signal)
  return signal.blocks[shares.indexOf(Math.max(...shares))] as Moments
}

const MIXING: ReadonlySet<Op['kind']> = new Set(['linear', 'conv', 'convTranspose', 'bilinear', 'embedding', 'recurrent', 'parameter'])
const NORMS: ReadonlySet<Op['kind']> = new Set(['batchNorm', 'layerNorm', 'groupNorm', 'normalize'])

function forwardSpreads(graph: Graph, signals: readonly Maybe<Signal>[]): readonly Spread[] {
  const spreads = new Array<Spread>(graph.tensors.length).fill(NONE)
  for (const node of graph.nodes) {
    for (const id of node.outputs) {
      const signal = signals[id]
      if (signal) spreads[id] = forwardSpread(node, signal, signals, spreads)
    }
  }
  return spreads
}

function forwardSpread(node: Node, signal: Signal, signals: readonly Maybe<Signal>[], spreads: readonly Spread[]): Spread {
  const inputs = node.inputs.map((id) => spreads[id] as Spread)
  const units = unitsOf(signal)
  if (MIXING.has(node.op.kind)) {
    const before = Math.max(0, ...inputs.map(total))
    return { before, own: (2 * pairCorrelation(signal).second) / units }
  }
  if (NORMS.has(node.op.kind)) return NONE
  if (node.op.kind === 'activation') return activated(signal, inputs[0] ?? NONE, units)
  if (node.op.kind === 'add') return added(node, signals, spreads)
  if (node.op.kind === 'dropout') {
    const [input = NONE] = inputs
    return { before: input.before, own: input.own + droppedShare(node.op, signal) }
  }
  return inputs.reduce((a, b) => (total(b) > total(a) ? b : a), NONE)
}

/** Of n masks the kept share varies by p/((1 − p) n), relative: with a drop path, one mask a sample, that is most of the spread. */
function droppedShare({ rate, variant }: DropoutOp, signal: Signal): number {
  const masks =
    samplesOf(signal) *
    (variant === 'path' ? 1 : unitsOf(signal)) *
    (variant === 'channel' || variant === 'path' ? 1 : gridPositions(signal.grid))
  return rate < 1 ? rate / ((1 - rate) * masks) : 0
}

/** Var over units of the data's mean of φ²: E φ⁴/(E φ²)² − 1 when all data agree, less with their correlation. */
function activated(signal: Signal, input: Spread, units: number): Spread {
  const block = largest(signal)
  const image = block.image
  if (image === null) return input
  const r = representative(image.root)
  const m = image.root.mean[r] as number
  const v = marginalVariance(image.root)[r] as number
  const [, square, , fourth] = rawMoments(image.fn, m, v, NORMAL_SHAPE)
  const kurtosis = square > 0 ? fourth / square ** 2 - 1 : 0
  const { first, second } = pairCorrelation({ ...signal, blocks: [image.root], assignment: null })
  return { before: input.before, own: (kurtosis * (first + second)) / (2 * units) }
}

/** Terms' relative deviations add with their shares of the sum: branches scale with what they start from. */
function added(node: Node, signals: readonly Maybe<Signal>[], spreads: readonly Spread[]): Spread {
  const parts = node.inputs.map((id) => ({
    spread: spreads[id] as Spread,
    q: signals[id] ? averages((signals[id] as Signal).grid, largest(signals[id] as Signal)).second : 0,
  }))
  const whole = parts.reduce((sum, part) => sum + part.q, 0)
  if (!(whole > 0)) return NONE
  const deviation = (of: (spread: Spread) => number) =>
    parts.reduce((sum, part) => sum + (part.q / whole) * Math.sqrt(of(part.spread)), 0) ** 2
  return { before: deviation((spread) => spread.before), own: deviation((spread) => spread.own) }
}

/**
 * Backward through weights, the gradient's second moment over n_in units of gradients that are the same only within a sample; a norm divides by the
 * variance that its input really has.
 */
function backwardSpreads(
  graph: Graph,
  signals: readonly Maybe<Signal>[],
  gradients: readonly Maybe<Gradient>[],
  ahead: readonly Spread[],
): readonly number[] {
  const spreads = new Array<number>(graph.tensors.length).fill(0)
  for (const id of graph.outputs) {
    const elements = (graph.tensors[id]?.shape ?? []).reduce((a, b) => a * b, 1)
    spreads[id] = 2 / Math.max(1, elements)
  }
  for (let n = graph.nodes.length - 1; n >= 0; n--) {
    const node = graph.nodes[n] as Node
    const arriving = Math.max(0, ...node.outputs.map((id) => spreads[id] as number))
    for (const id of node.inputs) {
      const signal = signals[id]
      const gradient = gradients[id]
      if (!signal || !gradient) continue
      const sent = arriving + stepBack(node, signal, gradient, ahead[id] as Spread, signals[node.outputs[0] as TensorId] ?? null)
      if (!(meanSecond(signal, gradient) > 0)) continue
      // consumers add: the largest deviation is kept, as their common origin makes them stray together
      spreads[id] = Math.max(spreads[id] as number, sent)
    }
  }
  return spreads
}

function stepBack(node: Node, signal: Signal, gradient: Gradient, forward: Spread, output: Signal | null): number {
  if (MIXING.has(node.op.kind)) {
    const g = gradient.find((part) => part !== null)
    const positions = signal.grid.map((axis) => axis.size)
    const within = g ? meanOverPairs(g.lags, positions) ** 2 : 1
    return (2 * Math.max(within, 1 / gridPositions(signal.grid))) / (samplesOf(signal) * unitsOf(signal))
  }
  if (node.op.kind === 'batchNorm') return output === null ? 0 : (2 * pairCorrelation(output).second) / unitsOf(output)
  if (NORMS.has(node.op.kind)) return forward.own
  if (node.op.kind === 'dropout') return droppedShare(node.op, signal)
  if (node.op.kind === 'activation') return 1 / (unitsOf(signal) * gridPositions(signal.grid) * samplesOf(signal))
  return 0
}
