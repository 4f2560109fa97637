/** Calling linen's modules: set up once, in their scope, and listed in the graph of the model being run. */
import type { CallArguments, Interpreter } from '../../../python/host'
import { lookUp } from '../../../python/mro'
import type { FunctionValue, InstanceValue, Value } from '../../../python/values'
import { heldCalls, listedCall } from '../../listedCall'
import { currentRun, type ModelRun } from '../../torch/run'
import type { TensorValue } from '../../torch/tensor'
import { parametersBelow, type Scope } from './scope'
import { linenState, scopeOf, within } from './state'

/** Runs a module's `setup`, once in each run. */
export function setUp(interpreter: Interpreter, module: InstanceValue): void {
  const { run } = linenState(interpreter)
  if (run === null || run.setUp.has(module)) return
  run.setUp.add(module)
  const setup = lookUp(module.cls, 'setup')
  if (setup === undefined || setup.kind !== 'function') return
  within(interpreter, module, 'setup', () => interpreter.call(setup, [module], undefined, module.span))
}

/** Lists a call of a leaf under the path of its scope. `also` are scopes whose weights it uses too: the cell that an RNN runs. */
export function listCall(
  run: ModelRun,
  scope: Scope,
  also: readonly Scope[],
  kind: 'module' | 'composite',
  module: InstanceValue,
  args: CallArguments,
  body: () => Value,
): Value {
  const name = scope.path === '' ? module.cls.name : scope.path
  const weights = (): readonly TensorValue[] => [scope, ...also].flatMap((each) => parametersBelow(each))
  return listedCall({ run, layer: module, kind, name, args, weights }, body)
}

function isRunning(interpreter: Interpreter, module: InstanceValue): boolean {
  return linenState(interpreter).stack.some((each) => each.module === module && each.phase === 'method')
}

/** Runs `body` as a call of a module that holds others; `isCall` for `__call__`, which may be a leaf's. */
export function enter(interpreter: Interpreter, module: InstanceValue, isCall: boolean, args: CallArguments, body: () => Value): Value {
  const { run: linen } = linenState(interpreter)
  if (linen === null) return body()
  const scope = scopeOf(interpreter, linen, module)
  setUp(interpreter, module)
  // Names are numbered anew by every outermost call, so that a second call meets the weights of the first.
  const isOuter = !isRunning(interpreter, module)
  if (isOuter) scope.counts.clear()
  const inside = (): Value => within(interpreter, module, 'method', body)
  const run = currentRun(interpreter)
  if (run === null || run.trace.isWithinCall || !isOuter || scope.path === '') return inside()
  if (isCall) {
    linen.called.set(scope.path, scope)
    if (linen.leaves?.has(scope.path) === true) return listCall(run, scope, [], 'module', module, args, inside)
  }
  return heldCalls(run, scope.path, inside)
}

/** A method of the program's own module. */
export function callMethod(interpreter: Interpreter, module: InstanceValue, fn: FunctionValue, args: CallArguments): Value {
  return enter(interpreter, module, fn.name === '__call__', args, () =>
    interpreter.callWith(fn, { ...args, positional: [module, ...args.positional] }),
  )
}
