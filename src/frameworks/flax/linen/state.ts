/** What is known of linen's modules beside their fields: who holds them, and what runs now. */
import type { Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { type LinenRun, type Scope, childScope } from './scope'

export interface ModuleState {
  /** The module in whose method it was made; null outside of one. */
  readonly parent: InstanceValue | null
  /** Given, or numbered by its class where it was made in a compact method. */
  name: string | null
  /** The module that has it as an attribute, and under which name. */
  holder: { readonly module: InstanceValue; readonly name: string } | null
}

export interface Activation {
  readonly module: InstanceValue
  readonly phase: 'setup' | 'method'
}

/** Arguments with which the file calls a model. */
export interface ToldCall {
  readonly positional: readonly Value[]
  readonly keyword: ReadonlyMap<string, Value>
  /** The method asked for; None is `__call__`. */
  readonly method: Value
  /** `init` fixes the shapes; `apply` only uses them. */
  readonly isInit: boolean
}

interface LinenState {
  readonly modules: WeakMap<InstanceValue, ModuleState>
  readonly stack: Activation[]
  run: LinenRun | null
  readonly told: Map<InstanceValue, ToldCall>
}

export function linenState(interpreter: Interpreter): LinenState {
  return interpreter.state<LinenState>('flax.linen', () => ({ modules: new WeakMap(), stack: [], run: null, told: new Map() }))
}

export function moduleState(interpreter: Interpreter, module: InstanceValue): ModuleState {
  const { modules } = linenState(interpreter)
  const known = modules.get(module)
  if (known !== undefined) return known
  const made: ModuleState = { parent: null, name: null, holder: null }
  modules.set(module, made)
  return made
}

/** Modules hold one another this deep at most: deeper is a cycle. */
const deepest = 100

/** The scope of a module in a run; made by its place in the module that made or holds it. */
export function scopeOf(interpreter: Interpreter, run: LinenRun, module: InstanceValue, depth = 0): Scope {
  const known = run.scopes.get(module)
  if (known !== undefined) return known
  const { parent, name, holder } = moduleState(interpreter, module)
  const above = name !== null && parent !== null ? parent : (holder?.module ?? parent)
  const own = name ?? holder?.name ?? module.cls.name
  const scope =
    depth > deepest || above === null || above === module
      ? childScope(run.rootScope, own)
      : childScope(scopeOf(interpreter, run, above, depth + 1), own)
  run.scopes.set(module, scope)
  return scope
}

/** Runs `body` as a method of a module. */
export function within<T>(interpreter: Interpreter, module: InstanceValue, phase: Activation['phase'], body: () => T): T {
  const { stack } = linenState(interpreter)
  const depth = stack.length
  stack.push({ module, phase })
  try {
    return body()
  } finally {
    stack.length = depth
  }
}
