/** One run of a linen model from its root. */
import type { Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import type { Span } from '../../../graph'
import { recordRun } from '../../torch/run'
import type { Trace } from '../../trace'
import { type LinenRun, newRun } from './scope'
import { linenState, scopeOf } from './state'

export interface RootCall {
  readonly positional: readonly Value[]
  readonly keyword: ReadonlyMap<string, Value>
  readonly method: Value
}

/** The method that a call names: a name, or a function of the class; `__call__` where None. */
function methodOf(interpreter: Interpreter, root: InstanceValue, asked: Value, span: Span | null): Value {
  if (asked.kind === 'none') return interpreter.getAttribute(root, '__call__', span)
  if (asked.kind === 'str') return interpreter.getAttribute(root, asked.value, span)
  if (asked.kind === 'method') return { kind: 'method', self: root, fn: asked.fn }
  return asked.kind === 'unknown' ? asked : { kind: 'method', self: root, fn: asked }
}

/** Records a call of the model into `trace`, with fresh parameters. `begun` is told of the run before anything happens in it. */
export function runLinen(
  interpreter: Interpreter,
  trace: Trace,
  root: InstanceValue,
  call: () => RootCall,
  leaves: ReadonlySet<string> | null,
  span: Span | null,
  begun?: (run: LinenRun) => void,
): { readonly result: Value; readonly run: LinenRun } {
  const state = linenState(interpreter)
  const outer = state.run
  const depth = state.stack.length
  const run = newRun(root, leaves)
  state.run = run
  begun?.(run)
  const names = {
    module: (module: InstanceValue) => run.scopes.get(module)?.path ?? null,
    parameter: (storage: Parameters<typeof run.names.get>[0]) => run.names.get(storage) ?? null,
  }
  try {
    const result = recordRun(interpreter, trace, names, () => {
      const { positional, keyword, method } = call()
      scopeOf(interpreter, run, root)
      return interpreter.callWith(methodOf(interpreter, root, method, span), { positional, keyword, span })
    })
    return { result, run }
  } finally {
    state.run = outer
    state.stack.length = depth
  }
}
