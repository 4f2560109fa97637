import type { Graph, Node } from '../../graph'
import { inputSampler, sampler } from './draw'
import { attention } from './kernels/attention'
import { batchNorm } from './kernels/batchNorm'
import { chosen, compared, product, sum } from './kernels/broadcast'
import { convolution, transposedConvolution } from './kernels/convolution'
import { dense } from './kernels/dense'
import { activation, dropout, mapped, reshaped } from './kernels/elementwise'
import { gated } from './kernels/gated'
import { type Done, type Field, sizeOf } from './kernels/kernel'
import { matmul } from './kernels/matmul'
import { groupNorm, layerNorm } from './kernels/normalize'
import { concatenated, embedded, expanded, moved } from './kernels/picks'
import { adaptivePool, windowPool } from './kernels/pooling'
import { recurrent } from './kernels/recurrent'
import { reduced } from './kernels/reduce'
import { softmax } from './kernels/softmax'
import { constantValues } from './obstacle'
import { createRandom } from './random'

const INPUT_STREAM = 1_000_003
const NODE_STREAM = 3_000_017

/** Draws the whole of a parameter, row-major. */
function drawn(graph: Graph, id: number | null, seed: number): Float32Array | null {
  const parameter = id === null ? undefined : graph.parameters[id]
  if (parameter === undefined) return null
  const draw = sampler(parameter.initializer.distribution)
  if (draw === null) throw new Error(`${parameter.name} cannot be drawn`)
  const random = createRandom(seed, 7919 * parameter.id)
  return Float32Array.from({ length: sizeOf(parameter.shape) }, () => draw(random))
}

function needed<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing`)
  return value
}

/** Carries out one operation that `simulationObstacle` lets pass. `shape`: of its output, with the batch that is simulated. */
export function perform(graph: Graph, { id, op }: Node, inputs: readonly Field[], shape: readonly number[], seed: number): Done {
  const weight = (parameter: number | null): Float32Array | null => drawn(graph, parameter, seed)
  const leaf = (data: Float32Array): Done => ({ output: { shape, data }, backward: () => [] })
  const noise = (): ReturnType<typeof createRandom> => createRandom(seed, NODE_STREAM + id)
  switch (op.kind) {
    case 'input':
    case 'random': {
      const draw = needed(inputSampler(op.distribution), 'a sampler of the input')
      const random = op.kind === 'input' ? createRandom(seed, INPUT_STREAM + id) : noise()
      return leaf(Float32Array.from({ length: sizeOf(shape) }, () => draw(random)))
    }
    case 'parameter':
      return leaf(needed(weight(op.parameter), 'a parameter'))
    case 'constant':
      return leaf(needed(constantValues(op, shape), 'the numbers of a constant'))
    default:
  }
  const x = needed(inputs[0], `the input of ${op.kind}`)
  const second = (): Field => needed(inputs[1], `the second input of ${op.kind}`)
  switch (op.kind) {
    case 'linear': {
      const parameter = graph.parameters[op.weight]
      const element = needed(parameter === undefined ? null : sampler(parameter.initializer.distribution), 'a sampler of the weight')
      const row = (output: number): ReturnType<typeof createRandom> => createRandom(seed, 7919 * op.weight, output + 1)
      return dense(x, { inFeatures: op.inFeatures, outFeatures: op.outFeatures, row, weight: element, bias: weight(op.bias) })
    }
    case 'conv':
      return convolution(x, op, shape, needed(weight(op.weight), 'a weight'), weight(op.bias))
    case 'convTranspose':
      return transposedConvolution(x, op, shape, needed(weight(op.weight), 'a weight'), weight(op.bias))
    case 'embedding':
      return embedded(x, needed(weight(op.weight), 'a weight'), op.dim)
    case 'recurrent': {
      const stack = op.layers.map((directions) =>
        directions.map(({ inputKernel, recurrentKernel, inputBias, recurrentBias }) => ({
          input: needed(weight(inputKernel), 'a weight'),
          recurrent: needed(weight(recurrentKernel), 'a weight'),
          inputBias: weight(inputBias),
          recurrentBias: weight(recurrentBias),
        })),
      )
      return recurrent(inputs, op, stack, shape, noise())
    }
    case 'activation':
      return activation(x, op.fn)
    case 'gated':
      return gated(x, op, shape)
    case 'softmax':
      return softmax(x, op)
    case 'dropout':
      return dropout(x, op.rate, op.rescale, noise())
    case 'batchNorm':
      return batchNorm(x, op.eps, weight(op.scale), weight(op.shift))
    case 'layerNorm':
      return layerNorm(x, op, weight(op.scale), weight(op.shift))
    case 'groupNorm':
      return groupNorm(x, op, weight(op.scale), weight(op.shift))
    case 'pool':
      return windowPool(x, op, shape)
    case 'adaptivePool':
      return adaptivePool(x, op, shape)
    case 'add':
      return sum(inputs, op.signs, shape)
    case 'multiply':
      return product(x, second(), shape, false)
    case 'divide':
      return product(x, second(), shape, true)
    case 'affine':
      return mapped(
        x,
        (z) => op.factor * z + op.shift,
        () => op.factor,
      )
    case 'power':
      return mapped(
        x,
        (z) => z ** op.exponent,
        (z) => op.exponent * z ** (op.exponent - 1),
      )
    case 'compare':
      return compared(x, op.to ?? second(), op.relation, shape)
    case 'where':
      return chosen(x, second(), needed(inputs[2], 'what is chosen else'), shape)
    case 'matmul':
      return matmul(x, second(), shape)
    case 'attention':
      return attention(inputs, op, noise())
    case 'concat':
      return concatenated(inputs, op.axis, shape)
    case 'permute':
    case 'slice':
    case 'gather':
    case 'flip':
    case 'roll':
    case 'repeat':
    case 'pad':
    case 'upsample':
      return moved(x, op, shape)
    case 'expand':
      return expanded(x, shape)
    case 'reduce':
      return reduced(x, op, shape)
    case 'reshape':
      return reshaped(x, shape, false)
    case 'cast':
      return reshaped(x, shape, op.stopGradient)
    default:
      throw new Error(`${op.kind} is not simulated`)
  }
}
