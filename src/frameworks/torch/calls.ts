/** Listing calls that a person would name in the graph of the model being run. */
import type { Span } from '../../graph'
import type { Interpreter } from '../../python/host'
import type { Value } from '../../python/values'
import { currentRun } from './run'
import { tracedTensorsIn } from './tensors-in'

/**
 * Runs `body` as a listed call of a function (`F.relu`, `torch.cat`, `x.mean()`), named `relu#1`, `relu#2`, … in order of execution.
 * Inside a leaf module, and where no model is being run, it only runs `body`. `operands` are the values passed;
 * those that are traced tensors become the call's inputs.
 */
export function asFunctionCall<T extends Value>(
  interpreter: Interpreter,
  name: string,
  operands: readonly Value[],
  span: Span | null,
  body: () => T,
): T {
  const run = currentRun(interpreter)
  if (run === null || run.trace.isWithinCall) return body()
  const number = (run.functionCounts.get(name) ?? 0) + 1
  const before = run.trace.nodeCount
  const result = run.trace.withinCall(
    {
      kind: 'function',
      name: `${name}#${number}`,
      type: name,
      definition: span,
      site: span,
      inputs: tracedTensorsIn(operands),
      parameters: [],
      path: [...run.path],
    },
    body,
    (value) => tracedTensorsIn([value]),
  )
  if (run.trace.nodeCount > before) run.functionCounts.set(name, number)
  return result
}
