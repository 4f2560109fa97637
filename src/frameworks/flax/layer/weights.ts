/** Weights of layers: drawn by the initializer that the layer is given, as `param` does. */
import type { Fans, Initializer, ParameterRole, Span } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import { int, none, tuple } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { initializerOf } from '../../torch/tensor/distribution'
import { count } from '../../torch/tensor/layout'
import { makeParameter } from '../../torch/tensor/parameter'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { jaxFans } from '../initializers/draw'
import { initializerIn } from '../initializers/functions'

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

function largerSide(rows: number, elements: number): number {
  return Math.max(rows, elements / Math.max(1, rows))
}

/**
 * JAX draws an orthogonal matrix of [all axes but the last, the last]. Where the operation uses the same numbers as a matrix of
 * other sides, they are no orthogonal matrix of its own, but numbers of this variance.
 */
function asDrawn(initializer: Initializer, shape: readonly number[], used: readonly number[]): Initializer {
  const { distribution } = initializer
  if (distribution.kind !== 'orthogonal' || shape.length < 2) return initializer
  const elements = count(shape)
  const own = largerSide(shape.at(-1) ?? 1, elements)
  if (own === largerSide(used[0] ?? 1, elements)) return initializer
  return { ...initializer, distribution: { kind: 'normal', mean: 0, std: distribution.gain / Math.sqrt(own) } }
}

/** What `initializer(key, shape, dtype)` draws. */
export function drawnBy(
  interpreter: Interpreter,
  value: Value,
  shape: readonly number[],
  written: boolean,
  span: Span | null,
): { readonly initializer: Initializer; readonly fans: Fans | null } {
  const origin = written ? ('written' as const) : ('default' as const)
  const usual = shape.length < 2 ? null : jaxFans(shape)
  const unknown = (reason: string) => ({
    initializer: { distribution: { kind: 'unknown' as const, reason }, label: 'not known', origin, span: written ? span : null },
    fans: usual,
  })
  if (value.kind === 'unknown') return unknown(value.reason)
  const dims = tuple(shape.map((size) => int(size)))
  const made = interpreter.call(value, [none, dims, none], undefined, span)
  if (!isTensor(made) || made.payload.source.kind !== 'data')
    return unknown(made.kind === 'unknown' ? made.reason : 'what the initializer draws is not known')
  const drawn = initializerOf(made.payload.source.storage)
  const own = initializerIn(value)?.fans
  return {
    initializer: { ...drawn, origin, span: written ? span : null },
    fans: own === null || own === undefined ? usual : own(shape),
  }
}

/** A weight as a parameter of the layer's; `layer.span` is the constructor call that it is written in. */
export function makeWeight(interpreter: Interpreter, layer: InstanceValue, asked: WeightRequest): TensorValue {
  const { span } = layer
  const { initializer, fans } = drawnBy(interpreter, asked.initializer, asked.shape, asked.written, span)
  const stored = asked.stored ?? asked.shape
  const used = asked.asUsed ?? stored
  const made = makeParameter({ interpreter, span }, stored, asked.role, asDrawn(initializer, asked.shape, used), asked.trainable ?? true)
  const { source } = made.payload
  if (source.kind === 'data' && source.storage.parameter !== null) {
    source.storage.parameter.shape = used
    source.storage.parameter.fans = fans
  }
  return made
}
