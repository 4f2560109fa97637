import type { Graph } from '../../graph'
import type { MeasuredCall } from '../../protocol'
import { batchedTensors } from './batching'
import type { Done, Field } from './kernels/kernel'
import { simulatedBatch } from './obstacle'
import { perform } from './perform'
import { createRandom } from './random'

/** Second moments of every tensor and of its gradient in one drawn network; NaN where there is none. */
export interface Draw {
  readonly forward: Float64Array
  readonly backward: Float64Array
}

const COTANGENT_STREAM = 2_000_003

function secondMoment(data: Float32Array): number {
  let total = 0
  for (const value of data) total += value * value
  return total / data.length
}

/** Draws one network, feeds it one batch, and sends an N(0, 1) cotangent back from its outputs. */
export function simulateOnce(graph: Graph, seed: number): Draw {
  const batch = simulatedBatch(graph)
  const batched = batchedTensors(graph)
  const shapeOf = (id: number): readonly number[] => {
    const shape = graph.tensors[id]?.shape ?? []
    return batched?.[id] === true ? [batch, ...shape.slice(1)] : shape
  }
  const fields: Field[] = []
  const done: Done[] = []
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => fields[id]).filter((field) => field !== undefined)
    const result = perform(graph, node, inputs, shapeOf(node.outputs[0] ?? -1), seed)
    done[node.id] = result
    node.outputs.forEach((id, which) => {
      const field = which === 0 ? result.output : result.others?.[which - 1]
      if (field !== undefined) fields[id] = field
    })
  }
  const gradients: (Float32Array | undefined)[] = []
  for (const id of graph.outputs) {
    const random = createRandom(seed, COTANGENT_STREAM + id)
    const field = fields[id]
    if (field !== undefined) gradients[id] = Float32Array.from(field.data, () => random.normal())
  }
  const backward = new Float64Array(graph.tensors.length).fill(Number.NaN)
  for (const node of [...graph.nodes].reverse()) {
    const [output = -1, ...others] = node.outputs
    const back = node.outputs.map((id) => gradients[id])
    if (back.every((gradient) => gradient === undefined)) continue
    node.outputs.forEach((id, which) => {
      const gradient = back[which]
      if (gradient !== undefined) backward[id] = secondMoment(gradient)
      // Only its moment is needed from here on.
      gradients[id] = undefined
    })
    // A state may be used where the sequence is not.
    const first = back[0] ?? new Float32Array(fields[output]?.data.length ?? 0)
    const parts = done[node.id]?.backward(first, others.length === 0 ? undefined : back.slice(1)) ?? []
    parts.forEach((part, which) => {
      const input = node.inputs[which]
      if (part === null || input === undefined) return
      const before = gradients[input]
      gradients[input] = before === undefined ? part : before.map((value, index) => value + (part[index] as number))
    })
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
