/**
 * One traced run of a model: the Trace that records it, the names by which the traced root knows its modules and
 * parameters, and the modules that are being run. Tensors ask `currentRun` where to record.
 */
import type { ParameterId } from '../../graph'
import type { Interpreter } from '../../python/host'
import type { InstanceValue } from '../../python/values'
import type { Trace } from '../trace'
import type { Storage } from './tensor'

export interface ModelRun {
  readonly trace: Trace
  readonly names: ModelNames
  /** Qualified names of the modules being run that are not listed calls themselves, outermost first. */
  readonly path: string[]
  /** Times that each unnamed function was listed. */
  readonly functionCounts: Map<string, number>
  readonly parameterIds: Map<Storage, ParameterId>
}

/** What the traced root calls its parts. */
export interface ModelNames {
  /** As `named_modules()` lists it first; `''` is the root; null for a module that the root does not hold. */
  module(module: InstanceValue): string | null
  /** As `named_parameters()` lists it first; null for a parameter that no module holds. */
  parameter(storage: Storage): string | null
}

interface RunState {
  current: ModelRun | null
}

function runState(interpreter: Interpreter): RunState {
  return interpreter.state<RunState>('torch.run', () => ({ current: null }))
}

/** The run being recorded; null at module level, in constructors and wherever no model is traced. */
export function currentRun(interpreter: Interpreter): ModelRun | null {
  return runState(interpreter).current
}

/** Records what `body` computes into `trace`. Runs do not nest: an inner one hides the outer until it is done. */
export function recordRun<T>(interpreter: Interpreter, trace: Trace, names: ModelNames, body: (run: ModelRun) => T): T {
  const state = runState(interpreter)
  const outer = state.current
  const run: ModelRun = { trace, names, path: [], functionCounts: new Map(), parameterIds: new Map() }
  state.current = run
  try {
    return body(run)
  } finally {
    state.current = outer
  }
}
