import type { Graph, Node, Op } from '../../graph'
import { memo } from '../model/memo'
import { batchedTensors } from './batching'
import { inputSampler, sampler } from './draw'
import { recurrentProducts } from './kernels/recurrent'

/** Multiplications that one draw should take, a second or so, and may take where a single sample needs more. */
const WANTED_PRODUCTS = 5e8
const MOST_PRODUCTS = 4e9

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1)

/** How many samples of the batch fit the budget; 0 when not even as many as are needed do (two, with batch statistics). */
export function simulatedBatch(graph: Graph): number {
  const batch = graph.tensors[0]?.shape[0] ?? 1
  const statistics = graph.nodes.some((node) => node.op.kind === 'batchNorm') ? Math.min(2, batch) : 1
  const least = batchedTensors(graph) === null ? batch : statistics
  const products = productsOf(graph) / batch
  if (least * products > MOST_PRODUCTS) return 0
  return Math.max(least, Math.min(batch, Math.floor(WANTED_PRODUCTS / Math.max(1, products))))
}

function productsOf(graph: Graph): number {
  let products = 0
  for (const { op, inputs, outputs } of graph.nodes) {
    const shape = graph.tensors[outputs[0] ?? -1]?.shape ?? []
    const first = graph.tensors[inputs[0] ?? -1]?.shape ?? []
    const size = product(shape)
    if (op.kind === 'linear') products += 2 * size * op.inFeatures
    else if (op.kind === 'conv') products += 2 * size * (op.inChannels / op.groups) * product(op.kernel)
    else if (op.kind === 'convTranspose') products += 3 * product(first) * (op.outChannels / op.groups) * product(op.kernel)
    else if (op.kind === 'matmul') products += 3 * size * (first.at(-1) ?? 1)
    else if (op.kind === 'attention') products += 6 * size * (graph.tensors[inputs[1] ?? -1]?.shape.at(-2) ?? 1)
    else if (op.kind === 'recurrent')
      products += recurrentProducts(op, product(first.slice(0, -1)), (id) => graph.parameters[id]?.shape ?? [])
    // Moving and adding cost about as much as a few products.
    else products += 4 * size
  }
  return products
}

/** What is in the way in one operation, as a clause; null when it can be carried out. */
function obstacleIn(graph: Graph, { op, inputs, outputs }: Node): string | null {
  const shape = graph.tensors[outputs[0] ?? -1]?.shape ?? []
  const ranks = inputs.map((id) => graph.tensors[id]?.shape.length ?? 0)
  switch (op.kind) {
    case 'input':
    case 'random':
      return inputSampler(op.distribution) === null ? 'it is fed one-hot vectors' : null
    case 'constant':
      return constantValues(op, shape) === null ? 'it has a constant whose numbers are not known' : null
    case 'conv':
      return op.kernel.length > 2 || op.paddingMode !== 'zeros' ? 'it has a convolution in 3-D or with another padding than zeros' : null
    case 'convTranspose':
      return op.kernel.length > 2 ? 'it has a convolution in 3-D' : null
    case 'embedding':
      return op.bag === null ? null : 'it has an embedding bag'
    case 'activation':
    case 'gated':
      return op.fn.name === 'randomLeakyRelu' ? 'it has a random activation' : null
    case 'dropout':
      return op.variant === 'element' ? null : 'it has dropout of whole channels or paths'
    case 'pool':
      return op.kernel.length > 2 || op.reduce === 'lp' || op.ceilMode || op.dilation.some((step) => step !== 1) || op.divisor !== null
        ? 'it has an unusual pooling'
        : null
    case 'adaptivePool':
      return op.output.length > 2 ? 'it has pooling in 3-D' : null
    case 'batchNorm':
      return op.batchStatistics && op.channelAxis === 1 && shape.length >= 2 ? null : 'it has a frozen batch norm, or one over another axis'
    case 'upsample':
      return op.mode === 'nearest' ? null : 'it has upsampling that is not to the nearest'
    case 'indexAdd':
      return 'it sums by index'
    case 'gather':
      return op.indices === null ? 'it picks elements by computed indices' : null
    case 'pad':
      return op.mode === 'zeros' && op.value === 0 && op.padding.flat().every((size) => size >= 0)
        ? null
        : 'it has a padding that is not zeros'
    case 'reduce':
      return op.reduce === 'mean' || op.reduce === 'sum' ? null : `it takes a ${op.reduce} over an axis`
    case 'recurrent':
      if (op.cell === 'gru' && !op.resetAfter) return 'it has a GRU that resets its state before the weights'
      return op.layers.flat().some(({ projection }) => projection !== null) ? 'it has an LSTM with a projection' : null
    case 'matmul':
      return ranks.every((rank) => rank >= 2) ? null : 'it multiplies a matrix by a vector'
    case 'parameter':
    case 'linear':
    case 'layerNorm':
    case 'groupNorm':
    case 'softmax':
    case 'attention':
    case 'add':
    case 'multiply':
    case 'divide':
    case 'affine':
    case 'power':
    case 'compare':
    case 'where':
    case 'concat':
    case 'reshape':
    case 'permute':
    case 'expand':
    case 'slice':
    case 'roll':
    case 'flip':
    case 'repeat':
    case 'cast':
      return null
    case 'bilinear':
    case 'localResponseNorm':
    case 'normalize':
    case 'pixelShuffle':
    case 'unfold':
    case 'fold':
    case 'extremum':
    case 'opaque':
      return `it has ${obstacleNames[op.kind]}`
    default:
      return op satisfies never
  }
}

const obstacleNames = {
  bilinear: 'a bilinear layer',
  localResponseNorm: 'a local response norm',
  normalize: 'vectors that are divided by their norm',
  pixelShuffle: 'a pixel shuffle',
  unfold: 'windows that are unfolded',
  fold: 'windows that are folded',
  extremum: 'the larger or smaller of two tensors',
  opaque: 'an operation that is not known',
} as const

/** A constant's numbers, row-major; null when they are not known one by one. */
export function constantValues(op: Extract<Op, { readonly kind: 'constant' }>, shape: readonly number[]): Float32Array | null {
  const size = product(shape)
  if (op.values !== null) return op.values.length === size ? Float32Array.from(op.values) : null
  if (op.triangle !== undefined) {
    const { diagonal, inside, outside } = op.triangle
    const [rows = 1, columns = 1] = shape.slice(-2)
    return size === rows * columns
      ? Float32Array.from({ length: size }, (_, index) => ((index % columns) - Math.floor(index / columns) <= diagonal ? inside : outside))
      : null
  }
  return op.mean !== null && op.secondMoment !== null && Math.abs(op.secondMoment - op.mean ** 2) < 1e-12 * Math.max(1, op.secondMoment)
    ? new Float32Array(size).fill(op.mean)
    : null
}

/** Why a network cannot be simulated, as a clause; null when it can. */
export const simulationObstacle = memo((graph: Graph): string | null => {
  for (const node of graph.nodes) {
    const found = obstacleIn(graph, node)
    if (found !== null) return found
  }
  const undrawable = graph.parameters.find((parameter) => sampler(parameter.initializer.distribution) === null)
  if (undrawable !== undefined) return `${undrawable.name} is not drawn element by element`
  return simulatedBatch(graph) === 0 ? 'the network is too large' : null
})
