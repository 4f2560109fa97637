/** Layer calls that a file makes symbolically while it is read, for models that are made of their results. */
import type { TensorId } from '../../../graph'
import type { CallArguments, Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import type { ModelRun } from '../../torch/run'
import { tracedTensorsIn } from '../../torch/tensors-in'
import { kerasState } from '../layer/state'

export interface RecordedCall {
  readonly layer: InstanceValue
  readonly args: CallArguments
  readonly inputs: readonly TensorId[]
  readonly outputs: readonly TensorId[]
  /** Nodes that it emitted: [first, last). */
  readonly first: number
  readonly last: number
}

/** Outermost calls of layers, in order. */
export function recordedCalls(interpreter: Interpreter): RecordedCall[] {
  return interpreter.state<RecordedCall[]>('keras.recordedCalls', () => [])
}

interface Depth {
  inside: boolean
}

/** Runs a call; one that is made in the file's own run, not inside another layer, is remembered. */
export function recordLayerCall(
  interpreter: Interpreter,
  run: ModelRun,
  layer: InstanceValue,
  args: CallArguments,
  body: () => Value,
): Value {
  const depth = interpreter.state<Depth>('keras.recordingDepth', () => ({ inside: false }))
  if (run !== kerasState(interpreter).building || depth.inside) return body()
  const first = run.trace.nodeCount
  depth.inside = true
  let result: Value
  try {
    result = body()
  } finally {
    depth.inside = false
  }
  recordedCalls(interpreter).push({
    layer,
    args,
    inputs: tracedTensorsIn([...args.positional, ...args.keyword.values()]),
    outputs: tracedTensorsIn([result]),
    first,
    last: run.trace.nodeCount,
  })
  return result
}
