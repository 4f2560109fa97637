/** How `nn.Module` stores attributes: parameters, buffers and children in registries, all else on the instance. */
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { lookUp } from '../../../python/mro'
import { type Bound, method } from '../../../python/native'
import type { BuiltinValue, InstanceValue, Value } from '../../../python/values'
import { isTensor } from '../tensor'
import { tensorClasses } from '../tensor/classes'
import { beginModule } from './instances'
import { isModule, type Registry, register, registered, registryOf, unregister } from './registry'

/** The module that a method of ours was called on; raises as Python does for another object. */
export function selfModule(args: Bound, interpreter: Interpreter): InstanceValue {
  const self = args.value('self')
  if (isModule(self)) return self
  return interpreter.raise(
    'TypeError',
    `descriptor requires a 'torch.nn.Module' object but received '${interpreter.typeOf(self).name}'`,
    args.span,
  )
}

export function isParameter(value: Value, interpreter: Interpreter): value is InstanceValue {
  return isTensor(value) && value.cls.mro.includes(tensorClasses(interpreter).parameter)
}

function isBuffer(value: Value, interpreter: Interpreter): boolean {
  return isTensor(value) && value.cls.mro.includes(tensorClasses(interpreter).buffer)
}

/** Which registry an assigned value goes to; null for a plain attribute. */
function registryFor(module: InstanceValue, name: string, value: Value, interpreter: Interpreter): Registry | null {
  if (isParameter(value, interpreter)) return '_parameters'
  if (isModule(value)) return '_modules'
  if (isBuffer(value, interpreter)) return '_buffers'
  // A tensor or None under a name that is registered already keeps its place there.
  const held = (['_parameters', '_modules', '_buffers'] as const).find((each) => hasName(module, each, name))
  if (held === undefined) return null
  return value.kind === 'none' || value.kind === 'unknown' || (held === '_buffers' && isTensor(value)) ? held : null
}

function hasName(module: InstanceValue, registry: Registry, name: string): boolean {
  return registryOf(module, registry)?.entries.has({ kind: 'str', value: name }) ?? false
}

/**
 * Whether `Module.__init__` was called. A metaclass that is not known may have called it before the class's own `__init__`, as
 * fastai's does: it has, then.
 */
function hasBegun(module: InstanceValue, registry: Registry, interpreter: Interpreter): boolean {
  if (registryOf(module, registry) !== undefined) return true
  if (!module.cls.mro.some(({ unknownMetaclass }) => unknownMetaclass !== undefined)) return false
  beginModule(interpreter, module)
  return true
}

/** `Module.__setattr__`: parameters, modules and buffers go where `state_dict` finds them. */
export function setAttribute(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const name = args.string('name')
  if (name === undefined) return none
  const value = args.value('value')
  const registry = registryFor(module, name, value, interpreter)
  if (registry === null) {
    if (isTensor(value) && hasName(module, '_parameters', name)) {
      interpreter.raise(
        'TypeError',
        `cannot assign '${interpreter.typeOf(value).qualifiedName}' as parameter '${name}' (torch.nn.Parameter or None expected)`,
        args.span,
      )
    }
    interpreter.setAttributeDirectly(module, name, value)
    return none
  }
  if (!hasBegun(module, registry, interpreter)) {
    const what = registry === '_parameters' ? 'parameters' : 'module'
    interpreter.raise('AttributeError', `cannot assign ${what} before Module.__init__() call`, args.span)
  }
  register(module, registry, name, value)
  return none
}

const parametersToCome: ReadonlySet<string> = new Set(['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'])

function getAttribute(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const name = args.string('name') ?? ''
  const found = registered(module, name)
  if (found !== undefined) return found
  if (parametersToCome.has(name) && lookUp(module.cls, '_infer_parameters') !== undefined)
    return interpreter.unknown(`\`${name}\` of a lazy layer is made when the layer is first called`, args.span)
  return interpreter.raise('AttributeError', `'${module.cls.name}' object has no attribute '${name}'`, args.span)
}

function deleteAttribute(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const name = args.string('name') ?? ''
  if (!unregister(module, name) && !module.attributes.delete(name)) {
    interpreter.raise('AttributeError', `'${module.cls.name}' object has no attribute '${name}'`, args.span)
  }
  return none
}

function initialize(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  beginModule(interpreter, module)
  return none
}

function registerInto(registry: Registry, parameter: string): (args: Bound, interpreter: Interpreter) => Value {
  return (args, interpreter) => {
    const module = selfModule(args, interpreter)
    const name = args.string('name')
    const value = args.value(parameter)
    if (name === undefined) return none
    if (!hasBegun(module, registry, interpreter)) {
      interpreter.raise('AttributeError', `cannot assign ${parameter} before Module.__init__() call`, args.span)
    }
    if (name.includes('.')) interpreter.raise('KeyError', `${parameter} name can't contain "."`, args.span)
    if (name === '') interpreter.raise('KeyError', `${parameter} name can't be empty string ""`, args.span)
    register(module, registry, name, value)
    return none
  }
}

export const attributeMethods: readonly BuiltinValue[] = [
  method('__init__(self, *args, **kwargs)', initialize),
  method('__setattr__(self, name, value)', setAttribute),
  method('__getattr__(self, name)', getAttribute),
  method('__delattr__(self, name)', deleteAttribute),
  method('register_buffer(self, name, tensor, persistent=True)', registerInto('_buffers', 'tensor')),
  method('register_parameter(self, name, param)', registerInto('_parameters', 'param')),
  method('register_module(self, name, module)', registerInto('_modules', 'module')),
  method('add_module(self, name, module)', registerInto('_modules', 'module')),
]
