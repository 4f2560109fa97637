/**
 * Linear attention (Katharopoulos et al. 2020), found in the graph: q·(Σ k v)/(q·Σ k), an average of values by weights that sum to 1. A change of q that
 * all weights share changes nothing, so that what reaches q through the dividend is taken back through the divisor as far as keys are alike.
 */
import type { Graph, Node, TensorId } from '../graph'
import { producerOf } from './producer'

const views = new Set(['reshape', 'cast', 'expand', 'permute'])

/** The tensor that others are views of. */
function rootOf(graph: Graph, tensor: TensorId): TensorId {
  const node = producerOf(graph, tensor)
  const [source] = node?.inputs ?? []
  return node === undefined || source === undefined || !views.has(node.op.kind) ? tensor : rootOf(graph, source)
}

/** What a divisor is a reciprocal, a shift (ε) or a view of. */
function divisorBehind(graph: Graph, tensor: TensorId): Node | undefined {
  const node = producerOf(graph, tensor)
  const [source] = node?.inputs ?? []
  if (node === undefined || source === undefined) return node
  const { op } = node
  const passes = views.has(op.kind) || op.kind === 'affine' || (op.kind === 'activation' && op.fn.name === 'reciprocal')
  return passes ? divisorBehind(graph, source) : node
}

/** Whether a tensor is 1/x, or a view of it. */
function isReciprocal(graph: Graph, tensor: TensorId): boolean {
  const node = producerOf(graph, rootOf(graph, tensor))
  return node?.op.kind === 'activation' && node.op.fn.name === 'reciprocal'
}

/** The node that multiplies the two factors of Σ_d q_d c_d. */
function productIn(graph: Graph, node: Node | undefined): Node | null {
  if (node?.op.kind === 'matmul') return node
  if (node?.op.kind !== 'reduce' || node.op.reduce !== 'sum') return null
  const product = producerOf(graph, node.inputs[0] as TensorId)
  return product?.op.kind === 'multiply' ? product : null
}

/** The keys whose sum over positions a tensor is. */
function summedKeys(graph: Graph, tensor: TensorId): TensorId | null {
  const node = producerOf(graph, rootOf(graph, tensor))
  return node?.op.kind === 'reduce' && node.op.reduce === 'sum' ? rootOf(graph, node.inputs[0] as TensorId) : null
}

/** A node of the divisor that multiplies queries by the sum of keys, and which of its inputs the queries are. */
interface Divisor {
  readonly node: number
  readonly queries: number
}

/** Where dividend/divisor is such an average, its divisor's product. */
function averageOf(graph: Graph, dividend: TensorId, divisor: TensorId): Divisor | null {
  const product = producerOf(graph, rootOf(graph, dividend))
  const sums = product?.op.kind === 'matmul' ? producerOf(graph, rootOf(graph, product.inputs[1] as TensorId)) : undefined
  const factors = productIn(graph, divisorBehind(graph, divisor))
  if (product === undefined || sums?.op.kind !== 'matmul' || factors === null) return null
  const queries = rootOf(graph, product.inputs[0] as TensorId)
  const keys = rootOf(graph, sums.inputs[0] as TensorId)
  const at = factors.inputs.findIndex(
    (factor, i) => rootOf(graph, factor) === queries && summedKeys(graph, factors.inputs[1 - i] as TensorId) === keys,
  )
  return at < 0 ? null : { node: factors.id, queries: at }
}

/** Of a product or quotient: which input is the dividend of a weighted average, the other one its divisor or one over it; null where it is none. */
export function dividendIn(graph: Graph, { op, inputs: [a, b] }: Node): number | null {
  if (a === undefined || b === undefined || (op.kind !== 'multiply' && op.kind !== 'divide')) return null
  if (op.kind === 'divide' || isReciprocal(graph, b)) return averageOf(graph, a, b) === null ? null : 0
  return isReciprocal(graph, a) && averageOf(graph, b, a) !== null ? 1 : null
}

const divisors = new WeakMap<Graph, ReadonlyMap<number, number>>()

/** Which input of a node in the divisor of a weighted average the queries are: what it sends them back is counted with the dividend's. Null elsewhere. */
export function queriesOfDivisor(graph: Graph, node: Node): number | null {
  const known = divisors.get(graph) ?? findDivisors(graph)
  divisors.set(graph, known)
  return known.get(node.id) ?? null
}

function findDivisors(graph: Graph): ReadonlyMap<number, number> {
  return new Map(
    graph.nodes.flatMap((node): (readonly [number, number])[] => {
      const dividend = dividendIn(graph, node)
      const found = dividend === null ? null : averageOf(graph, node.inputs[dividend] as TensorId, node.inputs[1 - dividend] as TensorId)
      return found === null ? [] : [[found.node, found.queries]]
    }),
  )
}
