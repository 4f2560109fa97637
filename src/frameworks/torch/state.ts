/** What one run of torch code shares: the trace that records, and the names of the traced model's tensors. */
import type { Interpreter } from '../../python/host'
import type { Trace } from '../trace'
import type { Storage } from './tensor'

export interface TorchState {
  /** Records now; null outside a traced forward. Whoever starts a trace sets it and puts back what was there. */
  trace: Trace | null
  /** `named_parameters()` and `named_buffers()` of the traced root. */
  names: ReadonlyMap<Storage, string>
  /** Next free number for parameters that start as copies of each other. */
  nextCopyGroup: number
}

export function torchState(interpreter: Interpreter): TorchState {
  return interpreter.state<TorchState>('torch', () => ({ trace: null, names: new Map(), nextCopyGroup: 0 }))
}
