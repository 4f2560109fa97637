/** Weights of layers: what `add_weight` and the layers of Keras make. */
import type { Fans, ParameterRole } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { orthogonalAsUsed } from '../../orthogonal'
import { entriesOf, register } from '../../torch/module/registry'
import type { TensorValue } from '../../torch/tensor'
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
  const drawn = orthogonalAsUsed(initializer, asked.shape, asked.asUsed ?? asked.shape)
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
