/** The abstract classes of collections.abc and numbers: `isinstance` asks what a value can do. */
import { isCallable } from '../builtins'
import * as classes from '../builtins/classes'
import { typeOf } from '../builtins/typeOf'
import { isHashable } from '../dict'
import { bool } from '../make'
import { isSubclass, lookUp } from '../mro'
import { method, named, nativeClass } from '../native'
import type { ClassValue, Value } from '../values'
import { mappingMixin, mutableMappingMixin } from './mappings'

/** `class X(metaclass=ABCMeta)`. */
export const abcMeta: ClassValue = nativeClass({
  name: 'ABCMeta',
  qualifiedName: 'abc.ABCMeta',
  bases: [classes.typeClass],
  attributes: named(
    method('register(cls, subclass, /)', (args) => {
      const [cls, subclass] = [args.value('cls'), args.value('subclass')]
      if (cls.kind === 'class' && subclass.kind === 'class') {
        const known = registered.get(cls) ?? new WeakSet<ClassValue>()
        known.add(subclass)
        registered.set(cls, known)
      }
      return subclass
    }),
    method('__instancecheck__(cls, instance, /)', (args, interpreter) => {
      const [cls, instance] = [args.value('cls'), args.value('instance')]
      if (cls.kind !== 'class') return cls
      if (registeredFor(cls, typeOf(instance))) return bool(true)
      const answer = interpreter.isInstance(instance, cls)
      return answer === undefined ? interpreter.unknown(`whether this is a ${cls.name} is not known`, args.span) : bool(answer)
    }),
    method('__subclasscheck__(cls, subclass, /)', (args) => {
      const [cls, subclass] = [args.value('cls'), args.value('subclass')]
      if (cls.kind !== 'class' || subclass.kind !== 'class') return bool(false)
      return bool(isSubclass(subclass, cls) || registeredFor(cls, subclass))
    }),
  ),
})

const registered = new WeakMap<ClassValue, WeakSet<ClassValue>>()

function registeredFor(cls: ClassValue, subclass: ClassValue): boolean {
  const known = registered.get(cls)
  return known !== undefined && subclass.mro.some((each) => known.has(each))
}

type Test = (value: Value, cls: ClassValue) => boolean | undefined

/** Structural checks of the classes below, of a value or of a class alone. */
const tests = new WeakMap<ClassValue, Test>()

const structuralMeta: ClassValue = nativeClass({
  name: 'ABCMeta',
  qualifiedName: 'abc.ABCMeta',
  bases: [abcMeta],
  attributes: named(
    method('__instancecheck__(cls, instance, /)', (args, interpreter) => {
      const [cls, instance] = [args.value('cls'), args.value('instance')]
      if (cls.kind !== 'class' || instance.kind === 'unknown') return instance
      const of = typeOf(instance)
      if (isSubclass(of, cls) || registeredFor(cls, of)) return bool(true)
      const answer = tests.get(cls)?.(instance, of) ?? false
      return answer || of.mro.every((each) => each.unknownBase === null)
        ? bool(answer)
        : interpreter.unknown(`whether this is a ${cls.name} is not known`, args.span)
    }),
    method('__subclasscheck__(cls, subclass, /)', (args) => {
      const [cls, subclass] = [args.value('cls'), args.value('subclass')]
      if (cls.kind !== 'class' || subclass.kind !== 'class') return bool(false)
      return bool(isSubclass(subclass, cls) || registeredFor(cls, subclass) || structuralSubclass(cls, subclass))
    }),
  ),
})

function structuralSubclass(cls: ClassValue, subclass: ClassValue): boolean {
  const needed = requirements.get(cls)
  return needed?.every((name) => lookUp(subclass, name) !== undefined) === true
}

const requirements = new Map<ClassValue, readonly string[]>()
const { listClass, tupleClass, strClass, bytesClass, rangeClass, dictClass, setClass, frozensetClass, iteratorClass } = classes

/** Builtin classes that count as these. */
const builtin: Readonly<Record<string, readonly ClassValue[]>> = {
  Sequence: [listClass, tupleClass, strClass, bytesClass, rangeClass],
  MutableSequence: [listClass],
  Mapping: [dictClass],
  MutableMapping: [dictClass],
  Set: [setClass, frozensetClass],
  MutableSet: [setClass],
  Reversible: [listClass, tupleClass, dictClass, rangeClass],
  Generator: [iteratorClass],
}

/** Methods that make a class one of these, where having them is enough. */
const byMethods: Readonly<Record<string, readonly string[]>> = {
  Iterable: ['__iter__'],
  Iterator: ['__iter__', '__next__'],
  Sized: ['__len__'],
  Container: ['__contains__'],
  Collection: ['__len__', '__iter__', '__contains__'],
}

const parents: readonly (readonly [name: string, ...bases: string[]])[] = [
  ['Hashable'],
  ['Iterable'],
  ['Iterator', 'Iterable'],
  ['Generator', 'Iterator'],
  ['Reversible', 'Iterable'],
  ['Sized'],
  ['Container'],
  ['Callable'],
  ['Collection', 'Sized', 'Iterable', 'Container'],
  ['Sequence', 'Reversible', 'Collection'],
  ['MutableSequence', 'Sequence'],
  ['Set', 'Collection'],
  ['MutableSet', 'Set'],
  ['Mapping', 'Collection'],
  ['MutableMapping', 'Mapping'],
  ['MappingView', 'Sized'],
  ['KeysView', 'MappingView', 'Set'],
  ['ItemsView', 'MappingView', 'Set'],
  ['ValuesView', 'MappingView', 'Collection'],
  ['Awaitable'],
  ['Coroutine', 'Awaitable'],
  ['AsyncIterable'],
  ['AsyncIterator', 'AsyncIterable'],
  ['AsyncGenerator', 'AsyncIterator'],
  ['ByteString', 'Sequence'],
]

/** Methods that a subclass need not write itself. */
const mixins: Readonly<Record<string, readonly (readonly [string, Value])[]>> = {
  Mapping: mappingMixin,
  MutableMapping: mutableMappingMixin,
}

const itself: Value = { kind: 'classMethod', fn: method('__class_getitem__(cls, item, /)', (args) => args.value('cls')) }
const made = new Map<string, ClassValue>()

for (const [name, ...bases] of parents) {
  const above = bases.flatMap((base) => made.get(base) ?? [])
  const cls = nativeClass({
    name,
    qualifiedName: `collections.abc.${name}`,
    ...(above.length === 0 ? {} : { bases: above }),
    attributes: [['__class_getitem__', itself], ...(mixins[name] ?? [])],
    metaclass: structuralMeta,
  })
  made.set(name, cls)
  const needed = byMethods[name]
  if (needed !== undefined) requirements.set(cls, needed)
  if (needed !== undefined) tests.set(cls, (_, of) => needed.every((each) => lookUp(of, each) !== undefined))
  const listed = builtin[name]
  if (listed !== undefined) registered.set(cls, new WeakSet(listed))
}

const callable = made.get('Callable')
if (callable !== undefined) tests.set(callable, isCallable)
const hashable = made.get('Hashable')
if (hashable !== undefined) tests.set(hashable, isHashable)

/** collections.abc, by name. */
export const abstractClasses: ReadonlyMap<string, ClassValue> = made

function numberClass(name: string, base: ClassValue | undefined, ...of: readonly ClassValue[]): ClassValue {
  const cls = nativeClass({
    name,
    qualifiedName: `numbers.${name}`,
    ...(base === undefined ? {} : { bases: [base] }),
    metaclass: structuralMeta,
  })
  tests.set(cls, (_, found) => of.some((each) => isSubclass(found, each)))
  const known = new WeakSet<ClassValue>(of)
  registered.set(cls, known)
  return cls
}

const { intClass, floatClass, complexClass } = classes
const number = numberClass('Number', undefined, intClass, floatClass, complexClass)
const complexNumber = numberClass('Complex', number, intClass, floatClass, complexClass)
const realNumber = numberClass('Real', complexNumber, intClass, floatClass)
const rational = numberClass('Rational', realNumber, intClass)

/** The numbers module, by name. */
export const numberClasses: readonly ClassValue[] = [
  number,
  complexNumber,
  realNumber,
  rational,
  numberClass('Integral', rational, intClass),
]
