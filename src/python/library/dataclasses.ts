/** The dataclasses module. */
import { bind } from '../bound'
import { typeClass } from '../builtins/classes'
import { asBoolean } from '../guards'
import type { Interpreter } from '../host'
import { bool, dict, list, none, notImplemented, str, stringDict, tuple } from '../make'
import { type Bound, method, named, native, nativeClass } from '../native'
import type { Parameter, Signature } from '../signature'
import type { BuiltinValue, ClassValue, InstanceValue, Value } from '../values'
import { deepCopy } from './copy'
import { libraryModule } from './module'
import { annotationsOf } from './namedtuple'
import { formOf } from './typing'

class Field {
  name = ''
  type: Value = none
  /** Not kept on the instance: passed on to `__post_init__`. */
  initOnly = false
  constructor(
    readonly initial: Value | undefined,
    readonly factory: Value | undefined,
    readonly init: boolean,
    readonly shown: boolean,
    readonly compared: boolean,
    public keywordOnly: boolean | undefined,
  ) {}
}

const missingClass = nativeClass({ name: '_MISSING_TYPE', qualifiedName: 'dataclasses._MISSING_TYPE' })
const missing: InstanceValue = { kind: 'instance', cls: missingClass, attributes: new Map(), payload: null, span: null }
const keywordOnlyClass = nativeClass({ name: 'KW_ONLY', qualifiedName: 'dataclasses.KW_ONLY' })
const initVarClass = nativeClass({
  name: 'InitVar',
  qualifiedName: 'dataclasses.InitVar',
  attributes: [['__class_getitem__', { kind: 'classMethod', fn: method('__class_getitem__(cls, item, /)', (args) => args.value('cls')) }]],
})

const fieldClass = nativeClass({ name: 'Field', qualifiedName: 'dataclasses.Field' })

function fieldOf(value: Value | undefined): Field | undefined {
  return value?.kind === 'instance' && value.payload instanceof Field ? value.payload : undefined
}

function makeField(field: Field): InstanceValue {
  return { kind: 'instance', cls: fieldClass, attributes: new Map(), payload: field, span: null }
}

function flag(args: Bound, name: string, otherwise: boolean): boolean {
  return asBoolean(args.value(name)) ?? otherwise
}

const field = native(
  'field(*, default=None, default_factory=None, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=None, doc=None)',
  (args) => {
    const given = (name: string): Value | undefined => (args.passed(name) && args.value(name) !== missing ? args.value(name) : undefined)
    const made = makeField(
      new Field(
        given('default'),
        given('default_factory'),
        flag(args, 'init', true),
        flag(args, 'repr', true),
        flag(args, 'compare', true),
        asBoolean(args.value('kw_only')),
      ),
    )
    made.attributes.set('metadata', args.value('metadata').kind === 'none' ? dict() : args.value('metadata'))
    return made
  },
)

/** An annotation is a value, or text under `from __future__ import annotations`. */
function isAnnotated(annotation: Value, name: string, cls?: ClassValue): boolean {
  if (annotation.kind === 'str') return new RegExp(`^(\\w+\\.)?${name}\\b`).test(annotation.value)
  return annotation === cls || formOf(annotation)?.name === name
}

interface Options {
  readonly init: boolean
  readonly repr: boolean
  readonly eq: boolean
  readonly order: boolean
  readonly frozen: boolean
  readonly keywordOnly: boolean
}

const store = '__dataclass_fields__'

function ownFields(cls: ClassValue, options: Options): Field[] {
  let keywordOnly = options.keywordOnly
  const fields: Field[] = []
  for (const [name, annotation] of annotationsOf(cls)) {
    if (isAnnotated(annotation, 'ClassVar')) continue
    if (isAnnotated(annotation, 'KW_ONLY', keywordOnlyClass)) {
      keywordOnly = true
      continue
    }
    const stored = cls.attributes.get(name)
    const made = fieldOf(stored) ?? new Field(stored, undefined, true, true, true, undefined)
    made.name = name
    made.type = annotation
    made.keywordOnly ??= keywordOnly
    made.initOnly = isAnnotated(annotation, 'InitVar', initVarClass)
    if (made.initial !== undefined) cls.attributes.set(name, made.initial)
    else if (stored !== undefined) cls.attributes.delete(name)
    fields.push(made)
  }
  return fields
}

/** A dataclass's fields, its bases' first; undefined for another class. */
function fieldsOf(cls: ClassValue): readonly Field[] | undefined {
  for (const each of cls.mro) {
    const stored = each.attributes.get(store)
    if (stored?.kind === 'dict') return [...stored.entries.values()].flatMap((value) => fieldOf(value) ?? [])
  }
  return undefined
}

function signatureOf(cls: ClassValue, fields: readonly Field[]): Signature {
  const given = fields.filter((each) => each.init)
  const ordered = [...given.filter((each) => each.keywordOnly !== true), ...given.filter((each) => each.keywordOnly === true)]
  const parameters: Parameter[] = [{ name: 'self', kind: 'either', initial: undefined }]
  for (const { name, keywordOnly, initial, factory } of ordered) {
    parameters.push({
      name,
      kind: keywordOnly === true ? 'keyword' : 'either',
      initial: initial ?? (factory === undefined ? undefined : missing),
    })
  }
  // A base that is not read may have fields of its own.
  const open = cls.mro.some((each) => each.unknownBase !== null)
  if (open) parameters.push({ name: '*', kind: 'rest', initial: undefined }, { name: '**', kind: 'keywords', initial: undefined })
  return {
    name: `${cls.name}.__init__`,
    parameters,
    indexes: new Map(parameters.map((each, index) => [each.name, index])),
    positionalCount: parameters.filter(({ kind }) => kind === 'either').length,
    restIndex: open ? parameters.length - 2 : -1,
    keywordsIndex: open ? parameters.length - 1 : -1,
  }
}

function initializer(cls: ClassValue, fields: readonly Field[], frozen: boolean): BuiltinValue {
  const signature = signatureOf(cls, fields)
  return {
    kind: 'builtin',
    name: '__init__',
    bindsSelf: true,
    call(args, interpreter) {
      const bound = bind(signature, args, interpreter)
      const self = bound.value('self')
      const passedOn: Value[] = []
      for (const each of fields) {
        const given = each.init ? bound.value(each.name) : (each.initial ?? (each.factory === undefined ? undefined : missing))
        if (given === undefined) continue
        const value = given === missing && each.factory !== undefined ? interpreter.call(each.factory, [], undefined, args.span) : given
        if (each.initOnly) passedOn.push(value)
        else if (frozen) interpreter.setAttributeDirectly(self, each.name, value)
        else interpreter.setAttribute(self, each.name, value, args.span)
      }
      for (const [name, value] of signature.keywordsIndex < 0 ? [] : bound.keywords('**'))
        interpreter.setAttribute(self, name, value, args.span)
      const after = interpreter.findAttribute(self, '__post_init__', args.span)
      if (after !== undefined && after.kind !== 'unknown') interpreter.call(after, passedOn, undefined, args.span)
      return none
    },
  }
}

function valuesOf(self: Value, fields: readonly Field[], interpreter: Interpreter): Value {
  return tuple(fields.filter((each) => each.compared && !each.initOnly).map((each) => interpreter.getAttribute(self, each.name)))
}

function comparison(name: string, operator: string, fields: readonly Field[]): BuiltinValue {
  return method(`${name}(self, other, /)`, (args, interpreter) => {
    const [self, other] = [args.value('self'), args.value('other')]
    if (other.kind === 'unknown') return other
    if (interpreter.typeOf(self) !== interpreter.typeOf(other)) return notImplemented
    return interpreter.compare(operator, valuesOf(self, fields, interpreter), valuesOf(other, fields, interpreter), args.span)
  })
}

/** Turns a class into a dataclass, in place. A method that its body defines is kept. */
function process(cls: ClassValue, options: Options): ClassValue {
  const fields = new Map<string, Field>()
  for (const base of [...cls.mro.slice(1)].reverse()) {
    const inherited = base.attributes.has(store) ? (fieldsOf(base) ?? []) : []
    for (const each of inherited) fields.set(each.name, each)
  }
  for (const each of ownFields(cls, options)) fields.set(each.name, each)
  const all = [...fields.values()]
  cls.attributes.set(store, stringDict(all.map((each): [string, Value] => [each.name, makeField(each)])))
  const add = (name: string, value: Value): void => {
    if (!cls.attributes.has(name)) cls.attributes.set(name, value)
  }
  if (options.init) add('__init__', initializer(cls, all, options.frozen))
  if (options.repr)
    add(
      '__repr__',
      method('__repr__(self, /)', (args, interpreter) => {
        const shown = all
          .filter((each) => each.shown && !each.initOnly)
          .map((each) => `${each.name}=${interpreter.repr(interpreter.getAttribute(args.value('self'), each.name))}`)
        return str(`${interpreter.typeOf(args.value('self')).name}(${shown.join(', ')})`)
      }),
    )
  if (options.eq) add('__eq__', comparison('__eq__', '==', all))
  if (options.order)
    for (const [name, operator] of [
      ['__lt__', '<'],
      ['__le__', '<='],
      ['__gt__', '>'],
      ['__ge__', '>='],
    ] as const)
      add(name, comparison(name, operator, all))
  if (options.frozen)
    add(
      '__setattr__',
      method('__setattr__(self, name, value, /)', (args, interpreter) =>
        interpreter.raise('AttributeError', `cannot assign to field '${args.string('name')}'`, args.span),
      ),
    )
  add('__match_args__', tuple(all.filter((each) => each.init && each.keywordOnly !== true).map((each) => str(each.name))))
  return cls
}

const dataclass = native(
  'dataclass(cls=None, /, *, init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, match_args=True, kw_only=False, slots=False, weakref_slot=False)',
  (args) => {
    const options: Options = {
      init: flag(args, 'init', true),
      repr: flag(args, 'repr', true),
      eq: flag(args, 'eq', true),
      order: flag(args, 'order', false),
      frozen: flag(args, 'frozen', false),
      keywordOnly: flag(args, 'kw_only', false),
    }
    const apply = (cls: Value): Value => (cls.kind === 'class' ? process(cls, options) : cls)
    return args.passed('cls') && args.value('cls').kind !== 'none'
      ? apply(args.value('cls'))
      : native('dataclass(cls, /)', (inner) => apply(inner.value('cls')))
  },
)

function classOf(value: Value): ClassValue | undefined {
  return value.kind === 'class' ? value : value.kind === 'instance' ? value.cls : undefined
}

/** A field as `fields()` lists it. */
function described(each: Field): Value {
  const made = makeField(each)
  made.attributes.set('name', str(each.name))
  made.attributes.set('type', each.type)
  made.attributes.set('default', each.initial ?? missing)
  made.attributes.set('default_factory', each.factory ?? missing)
  made.attributes.set('init', bool(each.init))
  made.attributes.set('repr', bool(each.shown))
  if (!made.attributes.has('metadata')) made.attributes.set('metadata', dict())
  return made
}

function plainValue(value: Value, interpreter: Interpreter, asTuple: boolean): Value {
  const inner = (item: Value): Value => plainValue(item, interpreter, asTuple)
  switch (value.kind) {
    case 'list':
      return list(value.items.map(inner))
    case 'tuple':
      return { ...value, items: value.items.map(inner) }
    case 'dict':
      return {
        ...dict(Array.from(value.entries.entries(), ([key, item]) => [inner(key), inner(item)] as const)),
        ...(value.cls ? { cls: value.cls } : {}),
      }
    case 'instance': {
      const fields = fieldsOf(value.cls)?.filter((each) => !each.initOnly)
      if (fields === undefined) return deepCopy(value, interpreter)
      const pairs = fields.map((each): [string, Value] => [each.name, inner(interpreter.getAttribute(value, each.name))])
      return asTuple ? tuple(pairs.map(([, item]) => item)) : stringDict(pairs)
    }
    default:
      return value
  }
}

function conversion(name: string, asTuple: boolean): BuiltinValue {
  return native(`${name}(obj, *, dict_factory=None, tuple_factory=None)`, (args, interpreter) => {
    const object = args.value('obj')
    if (object.kind === 'unknown') return object
    if (object.kind !== 'instance' || fieldsOf(object.cls) === undefined) {
      return interpreter.raise('TypeError', `${name}() should be called on dataclass instances`, args.span)
    }
    return plainValue(object, interpreter, asTuple)
  })
}

const functions: readonly BuiltinValue[] = [
  dataclass,
  field,
  conversion('asdict', false),
  conversion('astuple', true),
  native('fields(class_or_instance)', (args, interpreter) => {
    const target = args.value('class_or_instance')
    if (target.kind === 'unknown') return target
    const cls = classOf(target)
    const found = cls === undefined ? undefined : fieldsOf(cls)
    if (found === undefined) return interpreter.raise('TypeError', 'must be called with a dataclass type or instance', args.span)
    return tuple(found.filter((each) => !each.initOnly).map(described))
  }),
  native('is_dataclass(obj)', (args) => {
    const target = args.value('obj')
    if (target.kind === 'unknown') return target
    const cls = classOf(target)
    return bool(cls !== undefined && fieldsOf(cls) !== undefined)
  }),
  native('replace(obj, /, **changes)', (args, interpreter) => {
    const object = args.value('obj')
    if (object.kind === 'unknown') return object
    const found = object.kind === 'instance' ? fieldsOf(object.cls) : undefined
    if (object.kind !== 'instance' || found === undefined)
      return interpreter.raise('TypeError', 'replace() should be called on dataclass instances', args.span)
    const changed = new Map(args.keywords('changes'))
    for (const each of found) {
      if (each.init && !each.initOnly && !changed.has(each.name))
        changed.set(each.name, interpreter.getAttribute(object, each.name, args.span))
    }
    return interpreter.call(object.cls, [], changed, args.span)
  }),
  native('make_dataclass(cls_name, fields, *, bases=(), namespace=None, **kwargs)', (args, interpreter) => {
    const name = args.string('cls_name')
    const fields = interpreter.items(args.value('fields'), args.span)
    const bases = args.value('bases')
    if (name === undefined || fields === null || bases.kind !== 'tuple') {
      return args.firstUnknown() ?? interpreter.unknown('the fields of this dataclass are not known', args.span)
    }
    const annotations = dict()
    const namespace = args.value('namespace')
    const attributes = new Map<string, Value>([['__annotations__', annotations]])
    if (namespace.kind === 'dict') for (const [key, value] of namespace.entries.entries()) attributes.set(interpreter.str(key), value)
    for (const item of fields) {
      const [key, type, initial] = item.kind === 'tuple' || item.kind === 'list' ? item.items : [item]
      if (key !== undefined) annotations.entries.set(key, type ?? none)
      if (key?.kind === 'str' && initial !== undefined) attributes.set(key.value, initial)
    }
    const cls = interpreter.makeClass(name, bases.items, attributes, typeClass, args.span)
    return interpreter.call(interpreter.call(dataclass, [], args.keywords('kwargs'), args.span), [cls], undefined, args.span)
  }),
]

export const dataclasses = libraryModule('dataclasses', [
  ['MISSING', missing],
  ['KW_ONLY', keywordOnlyClass],
  ['InitVar', initVarClass],
  ['Field', fieldClass],
  ...named(...functions),
])
