/** A module run for several copies of itself, which `nn.scan` and `nn.vmap` make. */
import type { Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { newScope, type LinenRun } from './scope'
import { scopeOf } from './state'

/** Whether every copy has parameters of its own, or all the same. */
export type ParameterUse = 'each' | 'shared'

/** Runs `body` once for each copy, in a scope of its own where it has parameters of its own. What a run gives ends the others. */
export function forEachCopy(
  interpreter: Interpreter,
  run: LinenRun,
  module: InstanceValue,
  { count, use }: { readonly count: number; readonly use: ParameterUse },
  body: (copy: number) => Value | null,
): Value | null {
  const scope = scopeOf(interpreter, run, module)
  const outer = run.copy
  try {
    for (let copy = 0; copy < count; copy++) {
      interpreter.step()
      if (use === 'each') {
        run.copy = `${outer}[${copy}]`
        run.setUp.delete(module)
        run.scopes.set(module, newScope(scope.path))
      }
      // Names are numbered anew, so that every copy meets the same ones.
      scopeOf(interpreter, run, module).counts.clear()
      const ended = body(copy)
      if (ended !== null) return ended
    }
    return null
  } finally {
    run.copy = outer
    run.scopes.set(module, scope)
  }
}
