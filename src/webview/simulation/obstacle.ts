import type { Graph, Op } from '../../graph'
import { memo } from '../model/memo'
import { inputSampler, sampler } from './draw'

/** Multiplications that one draw should take, a second or so, and may take where a single sample needs more. */
const WANTED_PRODUCTS = 5e8
const MOST_PRODUCTS = 4e9

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1)

/** How many samples of the batch fit the budget; 0 when not even one does (two, with batch statistics). */
export function simulatedBatch(graph: Graph): number {
  const batch = graph.tensors[0]?.shape[0] ?? 1
  const least = graph.nodes.some((node) => node.op.kind === 'batchNorm') ? Math.min(2, batch) : 1
  const products = productsOf(graph) / batch
  if (least * products > MOST_PRODUCTS) return 0
  return Math.max(least, Math.min(batch, Math.floor(WANTED_PRODUCTS / Math.max(1, products))))
}

function productsOf(graph: Graph): number {
  let products = 0
  for (const { op, outputs } of graph.nodes) {
    const size = product(graph.tensors[outputs[0] ?? -1]?.shape ?? [])
    if (op.kind === 'linear') products += 2 * size * op.inFeatures
    if (op.kind === 'conv') products += 2 * size * (op.inChannels / op.groups) * product(op.kernel)
  }
  return products
}

function obstacleIn(op: Op, rank: number): string | null {
  switch (op.kind) {
    case 'input':
      return inputSampler(op.distribution) === null ? 'the model is fed tokens' : null
    case 'linear':
    case 'reshape':
    case 'cast':
      return null
    case 'conv':
      return op.kernel.length > 2 || op.paddingMode !== 'zeros' ? 'a convolution in 3-D or with another padding than zeros' : null
    case 'activation':
      return op.fn.name === 'randomLeakyRelu' ? 'a random activation' : null
    case 'dropout':
      return op.variant === 'element' ? null : 'dropout of whole channels or paths'
    case 'pool':
      return op.kernel.length > 2 || op.reduce === 'lp' || op.ceilMode || op.dilation.some((step) => step !== 1) || op.divisor !== null
        ? 'an unusual pooling'
        : null
    case 'adaptivePool':
      return op.output.length > 2 ? 'pooling in 3-D' : null
    case 'batchNorm':
      return op.batchStatistics && op.channelAxis === 1 && rank >= 2 ? null : 'a frozen batch norm'
    case 'add':
      return null
    default:
      return `it has ${op.kind}`
  }
}

/** Why a network cannot be simulated, as a clause; null when it can. */
export const simulationObstacle = memo((graph: Graph): string | null => {
  for (const node of graph.nodes) {
    const shape = graph.tensors[node.outputs[0] ?? -1]?.shape ?? []
    const found = obstacleIn(node.op, shape.length)
    if (found !== null) return found
    if (node.op.kind === 'add' && node.inputs.some((id) => product(graph.tensors[id]?.shape ?? []) !== product(shape)))
      return 'an addition that broadcasts'
    if (node.op.kind === 'reshape' && shape[0] !== graph.tensors[node.inputs[0] ?? -1]?.shape[0]) return 'a reshape of the batch'
  }
  const undrawable = graph.parameters.find((parameter) => sampler(parameter.initializer.distribution) === null)
  if (undrawable !== undefined) return `${undrawable.name} is not drawn element by element`
  return simulatedBatch(graph) === 0 ? 'the network is too large' : null
})
