/** What classes, functions and properties tell of themselves: `__name__`, `__mro__`, `__defaults__`, … undefined: nothing under that name. */
import { metaclassOf } from '../builtins/typeOf'
import { dict, none, str, stringDict, tuple } from '../make'
import type { ClassValue, FunctionValue, PropertyValue, Value } from '../values'
import type { Evaluator } from './evaluator'

export function describeClass(cls: ClassValue, name: string): Value | undefined {
  switch (name) {
    case '__name__':
      return str(cls.name)
    case '__qualname__':
      return cls.attributes.get('__qualname__') ?? str(cls.name)
    case '__module__':
      return str(cls.qualifiedName.includes('.') ? cls.qualifiedName.slice(0, cls.qualifiedName.lastIndexOf('.')) : 'builtins')
    case '__class__':
      return metaclassOf(cls)
    case '__dict__':
      return stringDict(cls.attributes)
    case '__mro__':
      return tuple(cls.mro)
    case '__bases__':
      return tuple(cls.bases)
    case '__base__':
      return cls.bases[0] ?? none
    case '__annotations__': {
      const made = dict()
      cls.attributes.set('__annotations__', made)
      return made
    }
    case '__doc__':
      return none
    default:
      return undefined
  }
}

export function describeFunction(fn: FunctionValue, name: string, evaluator: Evaluator): Value | undefined {
  switch (name) {
    case '__name__':
      return str(fn.name)
    case '__qualname__':
      return str(fn.qualifiedName)
    case '__module__':
      return str(fn.closure.module.name)
    case '__dict__':
      return stringDict(fn.attributes)
    case '__doc__': {
      const first = fn.node.body[0]
      return first?.kind === 'expression' && first.value.kind === 'string' ? str(first.value.value) : none
    }
    case '__defaults__': {
      const values = fn.node.parameters
        .filter((parameter) => parameter.kind !== 'keywordOnly')
        .flatMap((parameter) => fn.defaults.get(parameter.name) ?? [])
      return values.length === 0 ? none : tuple(values)
    }
    case '__annotations__': {
      const made = dict()
      for (const parameter of fn.node.parameters) {
        if (parameter.annotation !== null) made.entries.set(str(parameter.name), evaluator.annotation(parameter.annotation, fn.closure))
      }
      if (fn.node.returns !== null) made.entries.set(str('return'), evaluator.annotation(fn.node.returns, fn.closure))
      fn.attributes.set('__annotations__', made)
      return made
    }
    case '__kwdefaults__': {
      const values = fn.node.parameters.filter((parameter) => parameter.kind === 'keywordOnly' && fn.defaults.has(parameter.name))
      return values.length === 0 ? none : stringDict(values.map((parameter) => [parameter.name, fn.defaults.get(parameter.name) ?? none]))
    }
    case '__code__':
    case '__closure__':
    case '__globals__':
      return evaluator.unknown(`\`${name}\` of a function is not read`, fn.span)
    default:
      return undefined
  }
}

export function describeProperty(property: PropertyValue, name: string): Value | undefined {
  if (name === 'fget') return property.getter ?? none
  if (name === 'fset') return property.setter ?? none
  const change = name === 'setter' ? 'setter' : name === 'getter' ? 'getter' : name === 'deleter' ? 'deleter' : undefined
  if (change === undefined) return undefined
  return {
    kind: 'builtin',
    name,
    bindsSelf: false,
    call: (args) => (change === 'deleter' ? property : { ...property, [change]: args.positional[0] ?? null }),
  }
}
