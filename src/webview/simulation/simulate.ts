import type { Graph, Node } from '../../graph'
import type { MeasuredCall } from '../../protocol'
import { inputSampler, sampler } from './draw'
import { batchNorm } from './kernels/batchNorm'
import { convolution } from './kernels/convolution'
import { dense } from './kernels/dense'
import { activation, dropout, reshaped, sum } from './kernels/elementwise'
import { type Done, type Field, sizeOf } from './kernels/kernel'
import { adaptivePool, windowPool } from './kernels/pooling'
import { simulatedBatch } from './obstacle'
import { createRandom } from './random'

/** Second moments of every tensor and of its gradient in one drawn network; NaN where there is none. */
export interface Draw {
  readonly forward: Float64Array
  readonly backward: Float64Array
}

const INPUT_STREAM = 1_000_003
const COTANGENT_STREAM = 2_000_003
const NODE_STREAM = 3_000_017

function secondMoment(data: Float32Array): number {
  let total = 0
  for (const value of data) total += value * value
  return total / data.length
}

/** Draws the whole of a parameter, row-major. */
function drawn(graph: Graph, id: number | null, seed: number): Float32Array | null {
  const parameter = id === null ? undefined : graph.parameters[id]
  if (parameter === undefined) return null
  const draw = sampler(parameter.initializer.distribution)
  if (draw === null) throw new Error(`${parameter.name} cannot be drawn`)
  const random = createRandom(seed, 7919 * parameter.id)
  return Float32Array.from({ length: sizeOf(parameter.shape) }, () => draw(random))
}

function run(graph: Graph, node: Node, inputs: readonly Field[], seed: number, batch: number): Done {
  const { op } = node
  const shape = graph.tensors[node.outputs[0] ?? -1]?.shape ?? []
  const [x] = inputs
  if (op.kind === 'input') {
    const draw = inputSampler(op.distribution)
    if (draw === null) throw new Error('this input cannot be drawn')
    const random = createRandom(seed, INPUT_STREAM + node.id)
    const own = [Math.min(batch, shape[0] ?? 1), ...shape.slice(1)]
    return { output: { shape: own, data: Float32Array.from({ length: sizeOf(own) }, () => draw(random)) }, backward: () => [] }
  }
  if (x === undefined) throw new Error(`${op.kind} has no input`)
  switch (op.kind) {
    case 'linear': {
      const parameter = graph.parameters[op.weight]
      const weight = parameter === undefined ? null : sampler(parameter.initializer.distribution)
      if (weight === null) throw new Error('a weight cannot be drawn')
      const row = (output: number): ReturnType<typeof createRandom> => createRandom(seed, 7919 * op.weight, output + 1)
      return dense(x, { inFeatures: op.inFeatures, outFeatures: op.outFeatures, row, weight, bias: drawn(graph, op.bias, seed) })
    }
    case 'conv': {
      const weight = drawn(graph, op.weight, seed)
      if (weight === null) throw new Error('a convolution without weight')
      return convolution(x, op, shape, weight, drawn(graph, op.bias, seed))
    }
    case 'activation':
      return activation(x, op.fn)
    case 'dropout':
      return dropout(x, op.rate, op.rescale, createRandom(seed, NODE_STREAM + node.id))
    case 'pool':
      return windowPool(x, op, shape)
    case 'adaptivePool':
      return adaptivePool(x, op, shape)
    case 'batchNorm':
      return batchNorm(x, op.eps, drawn(graph, op.scale, seed), drawn(graph, op.shift, seed))
    case 'add':
      return sum(inputs, op.signs, shape)
    case 'reshape':
      return reshaped(x, shape, false)
    case 'cast':
      return reshaped(x, shape, op.stopGradient)
    default:
      throw new Error(`${op.kind} is not simulated`)
  }
}

/** Draws one network, feeds it one batch, and sends an N(0, 1) cotangent back from its outputs. */
export function simulateOnce(graph: Graph, seed: number): Draw {
  const batch = simulatedBatch(graph)
  const fields: Field[] = []
  const done: Done[] = []
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => fields[id]).filter((field) => field !== undefined)
    const result = run(graph, node, inputs, seed, batch)
    done[node.id] = result
    for (const id of node.outputs) fields[id] = result.output
  }
  const gradients: (Float32Array | undefined)[] = []
  for (const id of graph.outputs) {
    const random = createRandom(seed, COTANGENT_STREAM + id)
    const field = fields[id]
    if (field !== undefined) gradients[id] = Float32Array.from(field.data, () => random.normal())
  }
  const backward = new Float64Array(graph.tensors.length).fill(Number.NaN)
  for (const node of [...graph.nodes].reverse()) {
    const output = node.outputs[0] ?? -1
    const gradient = gradients[output]
    if (gradient === undefined) continue
    backward[output] = secondMoment(gradient)
    done[node.id]?.backward(gradient).forEach((part, which) => {
      const input = node.inputs[which]
      if (part === null || input === undefined) return
      const before = gradients[input]
      gradients[input] = before === undefined ? part : before.map((value, index) => value + (part[index] as number))
    })
    // Only its moment is needed from here on.
    gradients[output] = undefined
  }
  return {
    forward: Float64Array.from(graph.tensors, ({ id }) => (fields[id] === undefined ? Number.NaN : secondMoment(fields[id].data))),
    backward,
  }
}

/** Mean and standard error over draws at every call's output, as a measurement gives them. */
export function summarizeDraws(graph: Graph, draws: readonly Draw[]): readonly MeasuredCall[] {
  const momentOf = (values: readonly number[]): MeasuredCall['forward'] => {
    if (values.some((value) => !Number.isFinite(value)) || values.length === 0) return null
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    const variance = values.length < 2 ? 0 : values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1)
    return { secondMoment: mean, standardError: Math.sqrt(variance / values.length) }
  }
  return graph.calls.map((call) => {
    const tensor = call.outputs[0] ?? -1
    return {
      name: call.name,
      call: call.call,
      forward: momentOf(draws.map((draw) => draw.forward[tensor] ?? Number.NaN)),
      backward: momentOf(draws.map((draw) => draw.backward[tensor] ?? Number.NaN)),
    }
  })
}
