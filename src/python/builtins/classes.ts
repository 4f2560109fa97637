/** The classes of Python's own values. Their attributes are filled in by the file named for each. */
import { nativeClass } from '../native'
import type { ClassValue } from '../values'
import { objectClass } from './root'

export { objectClass }

function builtinClass(name: string, ...bases: readonly ClassValue[]): ClassValue {
  return nativeClass(bases.length === 0 ? { name } : { name, bases })
}

export const typeClass = builtinClass('type')
export const noneClass = builtinClass('NoneType')
export const ellipsisClass = builtinClass('ellipsis')
export const notImplementedClass = builtinClass('NotImplementedType')
export const intClass = builtinClass('int')
export const boolClass = builtinClass('bool', intClass)
export const floatClass = builtinClass('float')
export const complexClass = builtinClass('complex')
export const strClass = builtinClass('str')
export const bytesClass = builtinClass('bytes')
export const listClass = builtinClass('list')
export const tupleClass = builtinClass('tuple')
export const dictClass = builtinClass('dict')
export const setClass = builtinClass('set')
export const frozensetClass = builtinClass('frozenset')
export const rangeClass = builtinClass('range')
export const sliceClass = builtinClass('slice')
export const iteratorClass = builtinClass('iterator')
export const functionClass = builtinClass('function')
export const methodClass = builtinClass('method')
export const builtinFunctionClass = builtinClass('builtin_function_or_method')
export const moduleClass = builtinClass('module')
export const propertyClass = builtinClass('property')
export const staticMethodClass = builtinClass('staticmethod')
export const classMethodClass = builtinClass('classmethod')
export const superClass = builtinClass('super')
