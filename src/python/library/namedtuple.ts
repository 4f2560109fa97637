/** Classes of named tuples: `collections.namedtuple` and `typing.NamedTuple`. */

import { bind } from '../bound'
import { tupleClass } from '../builtins'
import type { Interpreter } from '../host'
import { none, str, stringDict, tuple } from '../make'
import { getter, method, named, native, nativeClass } from '../native'
import type { Parameter, Signature } from '../signature'
import type { ClassValue, Value } from '../values'

function signatureOf(name: string, fields: readonly string[], defaults: ReadonlyMap<string, Value>): Signature {
  const parameters: Parameter[] = ['_cls', ...fields].map((field) => ({ name: field, kind: 'either', initial: defaults.get(field) }))
  const indexes = new Map(parameters.map((each, index) => [each.name, index]))
  return { name, parameters, indexes, positionalCount: parameters.length, restIndex: -1, keywordsIndex: -1 }
}

/** A field of the tuple, by its name. */
function field(name: string, index: number): [string, Value] {
  return [name, getter(name, (self) => (self.kind === 'tuple' ? (self.items[index] ?? none) : self))]
}

/** What makes a class one of named tuples; its values are tuples with that class. */
export function namedTupleAttributes(name: string, fields: readonly string[], defaults: ReadonlyMap<string, Value>): [string, Value][] {
  const signature = signatureOf(`${name}.__new__`, fields, defaults)
  const make = (cls: Value, items: readonly Value[]): Value => ({ kind: 'tuple', items, cls: cls as ClassValue })
  const create: Value = {
    kind: 'builtin',
    name: '__new__',
    bindsSelf: false,
    call(args, interpreter) {
      const bound = bind(signature, args, interpreter)
      return make(
        bound.value('_cls'),
        fields.map((each) => bound.value(each)),
      )
    },
  }
  return [
    ['__new__', create],
    ['_fields', tuple(fields.map(str))],
    ['__match_args__', tuple(fields.map(str))],
    ['_field_defaults', stringDict(defaults)],
    ...fields.map(field),
    ...named(
      method('__init__(self, /, *args, **kwargs)', () => none),
      method('_asdict(self, /)', (args) => {
        const self = args.value('self')
        return self.kind === 'tuple' ? stringDict(fields.map((each, index): [string, Value] => [each, self.items[index] ?? none])) : self
      }),
      method('_replace(self, /, **kwargs)', (args, interpreter) => {
        const self = args.value('self')
        if (self.kind !== 'tuple') return self
        const changes = args.keywords('kwargs')
        const strange = [...changes.keys()].find((each) => !fields.includes(each))
        if (strange !== undefined) return interpreter.raise('ValueError', `Got unexpected field names: ['${strange}']`, args.span)
        return { ...self, items: fields.map((each, index) => changes.get(each) ?? self.items[index] ?? none) }
      }),
      method('__repr__(self, /)', (args, interpreter) => {
        const self = args.value('self')
        if (self.kind !== 'tuple') return str('')
        const shown = fields.map((each, index) => `${each}=${interpreter.repr(self.items[index] ?? none)}`)
        return str(`${interpreter.typeOf(self).name}(${shown.join(', ')})`)
      }),
    ),
    [
      '_make',
      {
        kind: 'classMethod',
        fn: method('_make(cls, iterable, /)', (args, interpreter) => {
          const items = interpreter.items(args.value('iterable'), args.span)
          return items === null
            ? (args.firstUnknown() ?? interpreter.unknown('these fields are not known', args.span))
            : make(args.value('cls'), items)
        }),
      },
    ],
  ]
}

function fieldNames(value: Value, interpreter: Interpreter): readonly string[] | undefined {
  if (value.kind === 'str')
    return value.value
      .replaceAll(',', ' ')
      .split(/\s+/)
      .filter((each) => each !== '')
  const items = value.kind === 'unknown' ? null : interpreter.items(value)
  const names = items?.map((item) => (item.kind === 'str' ? item.value : undefined))
  return names?.every((each) => each !== undefined) ? names : undefined
}

export const namedtuple = native('namedtuple(typename, field_names, *, rename=False, defaults=None, module=None)', (args, interpreter) => {
  const name = args.string('typename')
  const fields = fieldNames(args.value('field_names'), interpreter)
  if (name === undefined || fields === undefined)
    return args.firstUnknown() ?? interpreter.unknown('the fields of this namedtuple are not known', args.span)
  const given = args.value('defaults').kind === 'none' ? [] : (interpreter.items(args.value('defaults'), args.span) ?? [])
  const defaults = new Map(given.map((value, index): [string, Value] => [fields[fields.length - given.length + index] ?? '', value]))
  return nativeClass({ name, bases: [tupleClass], attributes: namedTupleAttributes(name, fields, defaults) })
})

/** Annotations of a class body, in order. */
export function annotationsOf(cls: ClassValue): readonly (readonly [name: string, annotation: Value])[] {
  const found = cls.attributes.get('__annotations__')
  if (found?.kind !== 'dict') return []
  return Array.from(found.entries.entries(), ([key, value]): [string, Value] => [key.kind === 'str' ? key.value : '', value])
}

/** `class Point(NamedTuple): x: int; y: int = 0`. Also called as `NamedTuple('Point', [('x', int)])`. */
export const namedTupleClass: ClassValue = nativeClass({
  name: 'NamedTuple',
  qualifiedName: 'typing.NamedTuple',
  bases: [tupleClass],
  attributes: [
    [
      '__new__',
      native('__new__(cls, typename, fields=(), /, **kwargs)', (args, interpreter) => {
        const name = args.string('typename')
        const pairs = interpreter.items(args.value('fields'), args.span)
        if (name === undefined || pairs === null)
          return args.firstUnknown() ?? interpreter.unknown('the fields of this NamedTuple are not known', args.span)
        const fields = pairs.flatMap((pair) => (pair.kind === 'tuple' && pair.items[0]?.kind === 'str' ? [pair.items[0].value] : []))
        return nativeClass({
          name,
          bases: [tupleClass],
          attributes: namedTupleAttributes(name, [...fields, ...args.keywords('kwargs').keys()], new Map()),
        })
      }),
    ],
    [
      '__init_subclass__',
      {
        kind: 'classMethod',
        fn: method('__init_subclass__(cls, /, **kwargs)', (args) => {
          const cls = args.value('cls')
          // A class below a class of named tuples adds methods only.
          if (cls.kind !== 'class' || !cls.bases.includes(namedTupleClass)) return none
          const fields = annotationsOf(cls).map(([name]) => name)
          const defaults = new Map(
            fields.flatMap((name): [string, Value][] => {
              const value = cls.attributes.get(name)
              return value === undefined ? [] : [[name, value]]
            }),
          )
          for (const [name, value] of namedTupleAttributes(cls.name, fields, defaults)) {
            if (!cls.attributes.has(name) || fields.includes(name)) cls.attributes.set(name, value)
          }
          return none
        }),
      },
    ],
  ],
})
