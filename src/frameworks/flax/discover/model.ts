/** A model of the file: of linen, called with the parameters that it draws, or of NNX, which holds its own. */
import type { Interpreter } from '../../../python/host'
import { lookUp } from '../../../python/mro'
import type { ClassValue, FunctionValue, InstanceValue, Value } from '../../../python/values'
import { isModule } from '../../torch/module/registry'
import { linenModuleClass } from '../linen/module'
import { linenState, type ToldCall } from '../linen/state'
import { nnxModuleClass } from '../nnx/module'
import { nnxState } from '../nnx/state'
import { none } from '../../../python/make'
import { originalMethod } from '../wrapped'

export function isLinenClass(interpreter: Interpreter, cls: ClassValue): boolean {
  return cls.mro.includes(linenModuleClass(interpreter))
}

export function isNnxClass(interpreter: Interpreter, cls: ClassValue): boolean {
  return cls.mro.includes(nnxModuleClass(interpreter))
}

export function isFlaxModel(interpreter: Interpreter, value: Value): value is InstanceValue {
  return isModule(value) && (isLinenClass(interpreter, value.cls) || isNnxClass(interpreter, value.cls))
}

/** How the file itself calls the model, or one of its class; undefined where it does not. */
export function toldCall(interpreter: Interpreter, model: InstanceValue): ToldCall | undefined {
  const ofClass = <T>(calls: ReadonlyMap<InstanceValue, T>): T | undefined =>
    calls.get(model) ?? (model.cls.span === null ? undefined : [...calls].find(([other]) => other.cls === model.cls)?.[1])
  if (isLinenClass(interpreter, model.cls)) return ofClass(linenState(interpreter).told)
  const call = ofClass(nnxState(interpreter).told)
  return call === undefined ? undefined : { ...call, method: none, isInit: true }
}

/** The program's own method behind a call; null for a layer of Flax's. */
export function calledFunction(model: InstanceValue, method: Value): FunctionValue | null {
  if (method.kind === 'method') return originalMethod(method.fn)
  if (method.kind === 'function' || method.kind === 'builtin') return originalMethod(method)
  const name = method.kind === 'str' ? method.value : '__call__'
  return originalMethod(lookUp(model.cls, name))
}
