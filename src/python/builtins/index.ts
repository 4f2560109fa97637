/**
 * Python's builtins. What they rely on, and what relies on them:
 * - An attribute of a value that is no instance is looked up on `typeOf(value)`, and bound like any other.
 * - `cls(…)` is `cls.__new__(cls, …)` and then, when that gave an instance of cls, `__init__`, both found through the mro.
 *   The constructors of int, str, list, … are their `__new__`; made for a user's subclass they give an instance whose payload
 *   is the builtin value (`underlying` in guards.ts). Mutable ones are filled by `__new__`; their `__init__` fills such instances.
 * - Operators on builtin kinds are the interpreter's. The operator methods here serve subclasses and explicit calls, and give
 *   NotImplemented for kinds that do not go together. So asking them about an instance never comes back to the same question.
 * - `type(cls)` decides what iterating, indexing, `len` and `in` do to a class (`metaclassOf`).
 * - A class statement ends with `__set_name__` of its attributes and `__init_subclass__` of the parent: enum and NamedTuple classes are finished there.
 */
import { bool, ellipsis, none, notImplemented } from '../make'
import { method } from '../native'
import type { ClassValue, Value } from '../values'
import * as classes from './classes'
import { exceptions } from './exceptions'
import { attributeFunctions } from './functions/attributes'
import { classFunctions } from './functions/classes'
import { iterationFunctions } from './functions/iteration'
import { reductionFunctions } from './functions/reduction'
import { textFunctions } from './functions/text'
import './descriptors'
import './dict'
import './list'
import './numbers'
import './object'
import './set'
import './simple'
import './str'
import './tuple'
import './type'

export * from './classes'
export { exceptionClass, exceptions } from './exceptions'
export { convert, formatTemplate, formatValue } from './format'
export { isCallable } from './functions/attributes'
export { isInstanceOf } from './functions/classes'
export { isItems, itemsOf, iterate } from './iterate'
export { lengthOf } from './length'
export { formatPercent } from './percent'
export { reprOf, strOf } from './repr'
export { metaclassOf, typeOf } from './typeOf'
export { membersOf, union } from './union'

// list[int] is list: what is in the brackets is for type checkers.
for (const cls of [classes.listClass, classes.dictClass, classes.tupleClass, classes.setClass, classes.frozensetClass, classes.typeClass]) {
  cls.attributes.set('__class_getitem__', {
    kind: 'classMethod',
    fn: method('__class_getitem__(cls, item, /)', (args) => args.value('cls')),
  })
}

const named: readonly ClassValue[] = [
  classes.objectClass,
  classes.typeClass,
  classes.intClass,
  classes.boolClass,
  classes.floatClass,
  classes.complexClass,
  classes.strClass,
  classes.bytesClass,
  classes.listClass,
  classes.tupleClass,
  classes.dictClass,
  classes.setClass,
  classes.frozensetClass,
  classes.rangeClass,
  classes.sliceClass,
  classes.propertyClass,
  classes.staticMethodClass,
  classes.classMethodClass,
  classes.superClass,
]

const namespace: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...named.map((cls): [string, Value] => [cls.name, cls]),
  ...exceptions,
  ...[...attributeFunctions, ...classFunctions, ...iterationFunctions, ...reductionFunctions, ...textFunctions].map(
    (each): [string, Value] => [each.name, each],
  ),
  ['bytearray', classes.bytesClass],
  ['None', none],
  ['True', bool(true)],
  ['False', bool(false)],
  ['Ellipsis', ellipsis],
  ['NotImplemented', notImplemented],
  ['__debug__', bool(true)],
])

/** The names that every module sees. Shared by all interpreters: nothing of a run may be stored on the classes in it. */
export function builtinNamespace(): ReadonlyMap<string, Value> {
  return namespace
}
