import type { ForwardMoments, GradientMoments as GradientReport, Prediction, Unpredicted } from '../analysis'
import type { ActivationFunction, Graph, Initializer, InputDistribution, Node, TensorId } from '../graph'
import { bands } from './band'
import { combine } from './combine'
import { BackwardCopies, ForwardCopies, type Twins, twinsOf } from './copies'
import { fuseNorms } from './fuseNorms'
import { type Gradient, meanSecond, plainGradient } from './gradient'
import { gridClasses } from './grid'
import { initializerMoments, rowsOf, type WeightMoments } from './initializerMoments'
import { type Moments, overUnits, type Signal } from './moments'
import type { Environment } from './rule'
import { spectrallyNormed } from './spectralNorm'
import { ruleOf } from './table'
import { Unmodelled } from './unmodelled'

export interface PredictOptions {
  /** Replaces what parameters are drawn from, by parameter id. */
  readonly initializers?: ReadonlyMap<number, Initializer>
  /** Replaces the function of activation nodes, by node id. */
  readonly activations?: ReadonlyMap<number, ActivationFunction>
  /** Replaces the distribution of inputs, by node id. */
  readonly inputs?: ReadonlyMap<number, InputDistribution>
}

type Known<T> = { readonly known: true; readonly value: T } | Unpredicted

function environment(graph: Graph, options: PredictOptions): Environment & { redraw(parameter: number): void } {
  const weights = new Map<number, WeightMoments>()
  const results = new WeakMap<Moments, Map<string, Moments>>()
  return {
    graph,
    weight(id) {
      const known = weights.get(id)
      if (known !== undefined) return known
      const parameter = graph.parameters[id]
      if (parameter === undefined) throw new Unmodelled('a parameter is missing')
      if (parameter.parametrization === 'unread') throw new Unmodelled("a parametrization of the program's own computes this weight")
      const drawn = initializerMoments(options.initializers?.get(id) ?? parameter.initializer, parameter.shape)
      // weight norm starts as the weight that was drawn: its gain is the weight's own norm
      const made =
        parameter.parametrization === 'spectralNorm' ? spectrallyNormed(drawn, parameter.shape, parameter.powerIterations ?? 1) : drawn
      weights.set(id, made)
      return made
    },
    rows(id, from, to) {
      const parameter = graph.parameters[id]
      if (parameter === undefined) throw new Unmodelled('a parameter is missing')
      return initializerMoments(rowsOf(options.initializers?.get(id) ?? parameter.initializer, from, to), parameter.shape)
    },
    redraw: (id) => weights.delete(id),
    activation: (node, written) => options.activations?.get(node.id) ?? written,
    input: (node, written) => options.inputs?.get(node.id) ?? written,
    outputShape: (node, i) => graph.tensors[node.outputs[i] as TensorId]?.shape ?? [],
    remember(block, key, make) {
      const perBlock = results.get(block) ?? new Map<string, Moments>()
      results.set(block, perBlock)
      const known = perBlock.get(key)
      if (known !== undefined) return known
      const made = make()
      perBlock.set(key, made)
      return made
    },
  }
}

/** Runs a rule; what it cannot say becomes an unknown with its reason and place. */
function attempt<T>(node: Node, run: () => T): Known<T> {
  try {
    return { known: true, value: run() }
  } catch (error) {
    if (error instanceof Unmodelled) return { known: false, reason: error.message, span: node.span }
    // A fault of a rule's own costs what depends on this operation, not the whole analysis.
    if (error instanceof TypeError || error instanceof RangeError)
      return { known: false, reason: `the prediction of ${node.op.kind} failed: ${error.message}`, span: node.span }
    throw error
  }
}

/** Sees a node's outputs before anything reads them; true when it changed a weight and the node is to be run again. */
type Adjust = (node: Node, outputs: readonly Signal[]) => boolean

/** A number that is none is not shown: larger than 64-bit arithmetic holds, or not defined. */
function refuse(values: Float64Array, what: string): void {
  if (values.every(Number.isFinite)) return
  throw new Unmodelled(
    values.some(Number.isNaN) ? `${what} is not defined here` : `overflow: ${what} is beyond what a 64-bit float can hold`,
  )
}

/** Negative by more than rounding, beside the largest of its kind. */
const rounding = 1e-9

/** A second moment below zero is no moment: the law that was assumed does not hold here. */
function refuseNegative(values: Float64Array, what: string): void {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (values.some((value) => value < -rounding * largest)) throw new Unmodelled(`${what} is not determined here: it comes out below zero`)
}

function finite(signals: readonly Signal[]): readonly Signal[] {
  for (const { blocks } of signals)
    for (const block of blocks) {
      refuse(block.second, 'the second moment')
      refuseNegative(block.second, 'the second moment')
      refuse(block.mean, 'the mean')
    }
  return signals
}

function finiteGradients(gradients: readonly (Gradient | null)[]): readonly (Gradient | null)[] {
  for (const gradient of gradients)
    for (const block of gradient ?? [])
      if (block !== null) {
        refuse(block.second, "the gradient's second moment")
        refuseNegative(block.second, "the gradient's second moment")
      }
  return gradients
}

interface Forward {
  readonly signals: readonly Known<Signal>[]
  readonly copies: ForwardCopies | null
}

function forwardPass(graph: Graph, env: Environment, twins: Twins | null, adjust: Adjust | null = null): Forward {
  const signals = new Array<Known<Signal>>(graph.tensors.length)
  const copies = twins && new ForwardCopies(graph, twins, env, (id) => (signals[id]?.known ? signals[id].value : null))
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => signals[id] as Known<Signal>)
    const unknown = inputs.find((signal): signal is Unpredicted => !signal.known)
    const run = (): Known<readonly Signal[]> =>
      attempt(node, () => {
        const outputs = ruleOf(node.op).forward(node.op, inputs.map(valueIn), env, node)
        return finite(copies === null ? outputs : outputs.map((output) => copies.corrected(node, output)))
      })
    let result: Known<readonly Signal[]> = unknown ?? run()
    if (adjust !== null && result.known && adjust(node, result.value)) result = run()
    node.outputs.forEach((id, i) => {
      signals[id] = result.known ? { known: true, value: result.value[i] as Signal } : result
    })
    const noted: Known<unknown> = result.known ? attempt(node, () => copies?.see(node)) : result
    if (!noted.known) for (const id of node.outputs) signals[id] = noted
  }
  return { signals, copies }
}

function valueIn<T>(known: Known<T>): T {
  if (!known.known) throw new Unmodelled(known.reason)
  return known.value
}

/** Gradients of all tensors; null where none arrives. */
function backwardPass(graph: Graph, env: Environment, twins: Twins | null, forward: Forward): readonly Known<Gradient | null>[] {
  const { signals } = forward
  const copies = twins && forward.copies && new BackwardCopies(graph, twins, env, forward.copies)
  const parts = graph.tensors.map((): Gradient[] => [])
  const unknown = new Map<TensorId, Unpredicted>()
  for (const id of graph.outputs) {
    const signal = signals[id] as Known<Signal>
    if (graph.tensors[id]?.dtype !== 'float') continue
    if (!signal.known) unknown.set(id, signal)
    else {
      const { blocks, grid } = signal.value
      const cotangent = blocks.map(() => plainGradient(new Float64Array(gridClasses(grid)).fill(1), grid.length))
      parts[id]?.push(cotangent)
      copies?.begin(id, cotangent, signal.value)
    }
  }
  const gradients = new Array<Known<Gradient | null>>(graph.tensors.length)
  const settle = (id: TensorId): Known<Gradient | null> => {
    const missing = unknown.get(id)
    if (missing) return missing
    const arriving = parts[id] as readonly Gradient[]
    if (arriving.length === 0) return { known: true, value: null }
    const signal = valueIn(signals[id] as Known<Signal>)
    const total = combine(arriving, signal.grid)
    return { known: true, value: copies === null ? total : copies.corrected(id, total, signal) }
  }
  /** What a node sends to one of its inputs. */
  const send = (node: Node, slot: number, gradient: Gradient): void => {
    const id = node.inputs[slot] as TensorId
    parts[id]?.push(gradient)
    const noted = attempt(node, () => copies?.see(node, slot, gradient, valueIn(signals[id] as Known<Signal>)))
    if (!noted.known) unknown.set(id, noted)
  }
  for (let n = graph.nodes.length - 1; n >= 0; n--) {
    const node = graph.nodes[n] as Node
    const outputs = node.outputs.map((id) => (gradients[id] = settle(id)))
    const blocked = outputs.find((gradient): gradient is Unpredicted => !gradient.known)
    if (outputs.every((gradient) => gradient.known && gradient.value === null)) continue
    const sent =
      blocked ??
      attempt(node, () =>
        finiteGradients(
          ruleOf(node.op).backward(
            node.op,
            {
              inputs: node.inputs.map((id) => valueIn(signals[id] as Known<Signal>)),
              outputs: node.outputs.map((id) => valueIn(signals[id] as Known<Signal>)),
              gradients: outputs.map(valueIn),
            },
            env,
            node,
          ),
        ),
      )
    node.inputs.forEach((id, i) => {
      if (graph.tensors[id]?.dtype !== 'float') return
      if (!sent.known) unknown.set(id, sent)
      else if (sent.value[i]) send(node, i, sent.value[i] as Gradient)
    })
  }
  return gradients
}

const NO_GRADIENT = 'no gradient arrives: no output of the model depends on it'

/**
 * Moments of every tensor and of its gradient at initialization, in train mode, for an N(0, 1) cotangent on the float outputs.
 * Arrays are indexed by tensor. What has no rule, and what depends on it, is unknown with the reason.
 */
export function predict(written: Graph, options: PredictOptions = {}): Prediction {
  const graph = fuseNorms(written)
  const env = environment(graph, options)
  const twins = twinsOf(graph, (id) => options.initializers?.has(id) === true)
  const passed = forwardPass(graph, env, twins)
  const { signals } = passed
  const gradients = backwardPass(graph, env, twins, passed)
  const known = <T>(value: Known<T>): T | null => (value.known ? value.value : null)
  const spread = bands(graph, signals.map(known), gradients.map(known))
  const forward = signals.map((signal, id): ForwardMoments | Unpredicted => {
    if (!signal.known) return signal
    const mean = overUnits(signal.value, (m) => m.mean)
    const secondMoment = overUnits(signal.value, (m) => m.second)
    return { known: true, mean, secondMoment, variance: Math.max(0, secondMoment - mean * mean), band: spread.forward(id, secondMoment) }
  })
  const backward = gradients.map((gradient, id): GradientReport | Unpredicted => {
    if (!gradient.known) return gradient
    if (gradient.value === null) return { known: false, reason: NO_GRADIENT, span: null }
    const secondMoment = meanSecond(valueIn(signals[id] as Known<Signal>), gradient.value)
    return { known: true, secondMoment, band: spread.backward(id, secondMoment) }
  })
  return { forward, backward }
}

/**
 * Factors on the standard deviations of weights that bring the second moment of their layers' outputs to what `wanted` asks for,
 * chosen in one forward pass, so that each layer is judged on the signal that the layers before it hand on once they are
 * scaled. A layer's output is linear in its weights: a factor f multiplies its second moment by f² where the bias is zero.
 * `wanted` gives a target, or null to leave the layer as it is. Parameters that are not in the result keep their scale.
 */
export function calibrate(
  written: Graph,
  options: PredictOptions,
  wanted: (parameter: number, secondMoment: number) => number | null,
): ReadonlyMap<number, number> {
  const graph = fuseNorms(written)
  const initializers = new Map(options.initializers ?? [])
  const factors = new Map<number, number>()
  const env = environment(graph, { ...options, initializers })
  const twins = twinsOf(graph, (id) => options.initializers?.has(id) === true)
  forwardPass(graph, env, twins, (node, outputs) => {
    const { op } = node
    const [output] = outputs
    if ((op.kind !== 'linear' && op.kind !== 'conv' && op.kind !== 'convTranspose') || output === undefined || factors.has(op.weight))
      return false
    const secondMoment = overUnits(output, (moments) => moments.second)
    const target = secondMoment > 0 ? wanted(op.weight, secondMoment) : null
    const written = initializers.get(op.weight) ?? graph.parameters[op.weight]?.initializer
    if (target === null || written === undefined) return false
    const factor = Math.sqrt(target / secondMoment)
    factors.set(op.weight, factor)
    initializers.set(op.weight, { ...written, distribution: { kind: 'affine', base: written.distribution, factor, shift: 0 } })
    env.redraw(op.weight)
    return true
  })
  return factors
}
