/** Weights of layers: drawn by the initializer that the layer is given, as `param` does. */
import type { Initializer, ParameterRole } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import { int, none, tuple } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { orthogonalAsUsed } from '../../orthogonal'
import { initializerOf } from '../../torch/tensor/distribution'
import { makeParameter } from '../../torch/tensor/parameter'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { jaxFans } from '../initializers/draw'

export interface WeightRequest {
  /** As the initializer is asked to draw it. */
  readonly shape: readonly number[]
  /** As Flax keeps it; the same where left out. */
  readonly stored?: readonly number[]
  /** As the graph's operation has it, [out, in, …window]; as kept where left out. */
  readonly asUsed?: readonly number[]
  readonly role: ParameterRole
  readonly initializer: Value
  readonly written: boolean
  readonly trainable?: boolean
}

/** What `initializer(key, shape, dtype)` draws. */
function drawnBy(interpreter: Interpreter, layer: InstanceValue, { initializer: value, shape, written }: WeightRequest): Initializer {
  const origin = written ? ('written' as const) : ('default' as const)
  const span = written ? layer.span : null
  const unknown = (reason: string): Initializer => ({ distribution: { kind: 'unknown', reason }, label: 'not known', origin, span })
  if (value.kind === 'unknown') return unknown(value.reason)
  const dims = tuple(shape.map((size) => int(size)))
  const made = interpreter.call(value, [none, dims, none], undefined, layer.span)
  if (isTensor(made) && made.payload.source.kind === 'data') return { ...initializerOf(made.payload.source.storage), origin, span }
  return unknown(made.kind === 'unknown' ? made.reason : 'what the initializer draws is not known')
}

/** A weight as a parameter of the layer's; `layer.span` is the constructor call that it is written in. */
export function makeWeight(interpreter: Interpreter, layer: InstanceValue, asked: WeightRequest): TensorValue {
  const { span } = layer
  const initializer = drawnBy(interpreter, layer, asked)
  const stored = asked.stored ?? asked.shape
  const used = asked.asUsed ?? stored
  const made = makeParameter(
    { interpreter, span },
    stored,
    asked.role,
    orthogonalAsUsed(initializer, asked.shape, used),
    asked.trainable ?? true,
  )
  const { source } = made.payload
  if (source.kind === 'data' && source.storage.parameter !== null) {
    source.storage.parameter.shape = used
    // As an initializer counts them that names no axes; a table's fans mean nothing.
    source.storage.parameter.fans = asked.shape.length < 2 || asked.role === 'embedding' ? null : jaxFans(asked.shape)
  }
  return made
}
