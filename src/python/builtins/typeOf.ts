import type { ClassValue, Value } from '../values'
import * as classes from './classes'

/** A class's class: the metaclass of the first class in its order that has one, else `type`. */
export function metaclassOf(cls: ClassValue): ClassValue {
  for (const candidate of cls.mro) {
    if (candidate.metaclass !== undefined) return candidate.metaclass
  }
  return classes.typeClass
}

/** `type(value)`; `object` for an Unknown, of which nothing more can be said. */
export function typeOf(value: Value): ClassValue {
  switch (value.kind) {
    case 'none':
      return classes.noneClass
    case 'bool':
      return classes.boolClass
    case 'int':
      return classes.intClass
    case 'float':
      return classes.floatClass
    case 'complex':
      return classes.complexClass
    case 'str':
      return classes.strClass
    case 'bytes':
      return classes.bytesClass
    case 'ellipsis':
      return classes.ellipsisClass
    case 'notImplemented':
      return classes.notImplementedClass
    case 'list':
      return classes.listClass
    case 'tuple':
      return value.cls ?? classes.tupleClass
    case 'dict':
      return value.cls ?? classes.dictClass
    case 'set':
      return value.frozen ? classes.frozensetClass : classes.setClass
    case 'slice':
      return classes.sliceClass
    case 'range':
      return classes.rangeClass
    case 'iterator':
      return classes.iteratorClass
    case 'function':
      return classes.functionClass
    case 'method':
      return classes.methodClass
    case 'builtin':
      return classes.builtinFunctionClass
    case 'class':
      return metaclassOf(value)
    case 'instance':
      return value.cls
    case 'module':
      return classes.moduleClass
    case 'property':
      return classes.propertyClass
    case 'staticMethod':
      return classes.staticMethodClass
    case 'classMethod':
      return classes.classMethodClass
    case 'super':
      return classes.superClass
    case 'unknown':
      return classes.objectClass
    default: {
      const never: never = value
      return never
    }
  }
}
