/** Lazy modules: parameters made at the first call, and unmade when that call was only tried. */
import type { CallArguments, Interpreter } from '../../../python/host'
import { lookUp } from '../../../python/mro'
import type { InstanceValue } from '../../../python/values'
import { currentRun } from '../run'
import { registryOf } from './registry'

/** Modules whose parameters a traced call has made. */
function materialized(interpreter: Interpreter): InstanceValue[] {
  return interpreter.state('torch.materialized', (): InstanceValue[] => [])
}

/** Gives a lazy module its parameters from the first tensor that it is called with. */
export function materialize(interpreter: Interpreter, module: InstanceValue, args: CallArguments): void {
  const infer = lookUp(module.cls, '_infer_parameters')
  const [input] = args.positional
  if (infer === undefined || input === undefined || (registryOf(module, '_parameters')?.entries.size ?? 0) > 0) return
  interpreter.call(infer, [module, input], undefined, args.span)
  // What the program's own calls make is there to be initialized; what a traced attempt makes is tried.
  if (currentRun(interpreter) !== null) materialized(interpreter).push(module)
}

/** Takes back what calls have made, so that another input can be tried. */
export function dematerialize(interpreter: Interpreter): void {
  const made = materialized(interpreter)
  for (const module of made) {
    registryOf(module, '_parameters')?.entries.clear()
    registryOf(module, '_buffers')?.entries.clear()
  }
  made.length = 0
}
