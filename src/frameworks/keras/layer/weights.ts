/** Weights of layers: what `add_weight` and the layers of Keras make. */
import type { Fans, Initializer, ParameterRole } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { entriesOf, register } from '../../torch/module/registry'
import type { TensorValue } from '../../torch/tensor'
import { count } from '../../torch/tensor/layout'
import { makeParameter } from '../../torch/tensor/parameter'
import { kerasFans } from '../initializers/fans'
import { initializerFor } from '../initializers/classes'
import { layerState } from './state'

export interface WeightRequest {
  readonly name: string
  /** As Keras stores it. */
  readonly shape: readonly number[]
  /** As the graph's operation has it, [out, in, …window]; the same where left out. */
  readonly asUsed?: readonly number[]
  readonly role: ParameterRole
  /** Constructor argument that gives the initializer, and what it is. */
  readonly argument: string | null
  readonly initializer: Value
  readonly fans?: Fans
  readonly trainable?: boolean
}

function largerSide(rows: number, elements: number): number {
  return Math.max(rows, elements / rows)
}

/**
 * Keras draws an orthogonal matrix of [all axes but the last, the last]. Where the operation uses the same numbers as a matrix
 * of other sides, as a depthwise kernel is, they are no orthogonal matrix of its own, but numbers of this variance.
 */
function asDrawn(initializer: Initializer, shape: readonly number[], used: readonly number[]): Initializer {
  const { distribution } = initializer
  if (distribution.kind !== 'orthogonal' || shape.length < 2) return initializer
  const elements = count(shape)
  const own = largerSide(shape.at(-1) ?? 1, elements)
  if (own === largerSide(used[0] ?? 1, elements)) return initializer
  return { ...initializer, distribution: { kind: 'normal', mean: 0, std: distribution.gain / Math.sqrt(own) } }
}

/** Makes a weight and registers it under its name, or `name_1`, … where that is taken. */
export function addWeight(interpreter: Interpreter, layer: InstanceValue, asked: WeightRequest): TensorValue {
  const written = asked.argument === null || layerState(interpreter, layer).written.has(asked.argument)
  const span = layer.span
  const fans = asked.fans ?? (asked.shape.length < 2 ? null : kerasFans(asked.shape))
  const initializer = initializerFor(interpreter, asked.initializer, asked.shape, {
    origin: written ? 'written' : 'default',
    span: written ? span : null,
    ...(fans === null ? {} : { fans }),
  })
  const drawn = asDrawn(initializer, asked.shape, asked.asUsed ?? asked.shape)
  const made = makeParameter({ interpreter, span }, asked.shape, asked.role, drawn, asked.trainable ?? true)
  const { source } = made.payload
  if (source.kind === 'data' && source.storage.parameter !== null) {
    source.storage.parameter.shape = asked.asUsed ?? asked.shape
    source.storage.parameter.fans = fans
  }
  const taken = new Set(entriesOf(layer, '_parameters').map(([name]) => name))
  let name = asked.name
  for (let twin = 1; taken.has(name); twin++) name = `${asked.name}_${twin}`
  register(layer, '_parameters', name, made)
  return made
}
