/** The NNX model being run, and what the file feeds to its models. */
import type { Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import type { FirstLayer } from '../linen/scope'

export interface NnxCall {
  readonly positional: readonly Value[]
  readonly keyword: ReadonlyMap<string, Value>
}

interface NnxState {
  running: InstanceValue | null
  first: FirstLayer | null
  readonly told: Map<InstanceValue, NnxCall>
}

export function nnxState(interpreter: Interpreter): NnxState {
  return interpreter.state<NnxState>('flax.nnx', () => ({ running: null, first: null, told: new Map() }))
}
