/** The enum module: members are made when a class statement ends, and the class is asked for them through its metaclass. */
import { metaclassOf } from '../builtins'
import * as classes from '../builtins/classes'
import { fromArray } from '../builtins/iterate'
import { asInteger, asString, underlying } from '../guards'
import type { Interpreter } from '../host'
import { bool, dict, int, list, none, notImplemented, str } from '../make'
import { isSubclass, lookUp } from '../mro'
import { type Bound, getter, method, named, native, nativeClass } from '../native'
import type { ClassValue, DictValue, InstanceValue, Value } from '../values'
import { libraryModule, passing } from './module'

const store = '_member_map_'

const autoClass = nativeClass({ name: 'auto', qualifiedName: 'enum.auto', attributes: named(method('__init__(self, *args)', () => none)) })

function membersOf(cls: ClassValue): DictValue | undefined {
  const found = cls.attributes.get(store)
  return found?.kind === 'dict' ? found : undefined
}

/** Members without aliases, in order. */
function distinct(cls: ClassValue): readonly Value[] {
  return [...new Set(membersOf(cls)?.entries.values() ?? [])]
}

function memberValue(member: Value): Value {
  return member.kind === 'instance' ? (member.attributes.get('_value_') ?? none) : member
}

function nameOf(member: Value): string {
  const name = member.kind === 'instance' ? member.attributes.get('_name_') : undefined
  return name?.kind === 'str' ? name.value : ''
}

function same(left: Value, right: Value, interpreter: Interpreter): boolean {
  return left === right || interpreter.equals(left, right) === true
}

function find(cls: ClassValue, value: Value, interpreter: Interpreter): Value | undefined {
  return distinct(cls).find((member) => member === value || same(memberValue(member), value, interpreter))
}

/** Combinations of flags that are no member by themselves. */
function combination(cls: ClassValue, bits: number): InstanceValue {
  const names = distinct(cls)
    .filter((member) => {
      const own = asInteger(memberValue(member)) ?? 0
      return own !== 0 && (own & bits) === own
    })
    .map(nameOf)
  const made: InstanceValue = {
    kind: 'instance',
    cls,
    attributes: new Map(),
    payload: isSubclass(cls, classes.intClass) ? int(bits) : undefined,
    span: null,
  }
  made.attributes.set('_value_', int(bits))
  made.attributes.set('_name_', names.length === 0 ? none : str(names.join('|')))
  return made
}

/** `Color(1)`. */
function byValue(cls: ClassValue, value: Value, args: Bound, interpreter: Interpreter): Value {
  if (value.kind === 'unknown') return value
  const found = find(cls, value, interpreter)
  if (found !== undefined) return found
  const bits = asInteger(value)
  if (bits !== undefined && isSubclass(cls, flagClass)) return combination(cls, bits)
  const handler = interpreter.findAttribute(cls, '_missing_', args.span)
  const handled = handler === undefined ? none : interpreter.call(handler, [value], undefined, args.span)
  if (handled.kind !== 'none') return handled
  return interpreter.raise('ValueError', `${interpreter.repr(value)} is not a valid ${cls.name}`, args.span)
}

/** `Color('RED GREEN')` on a class without members: a new class with those. */
function functional(cls: ClassValue, args: Bound, interpreter: Interpreter): Value {
  const [label, names] = args.rest('args')
  const name = asString(label ?? none)
  if (name === undefined || names === undefined)
    return args.firstUnknown() ?? interpreter.raise('TypeError', 'an Enum is made from a name and its members', args.span)
  const attributes = new Map<string, Value>()
  const text = asString(names)
  const items = text === undefined ? interpreter.items(names, args.span) : text.replaceAll(',', ' ').trim().split(/\s+/).map(str)
  if (items === null) return args.firstUnknown() ?? interpreter.unknown('the members of this Enum are not known', args.span)
  items.forEach((item, index) => {
    if (item.kind === 'tuple') attributes.set(asString(item.items[0] ?? none) ?? '', item.items[1] ?? none)
    else attributes.set(asString(item) ?? '', names.kind === 'dict' ? (names.entries.get(item) ?? none) : int(index + 1))
  })
  return interpreter.makeClass(name, [cls], attributes, metaclassOf(cls), args.span)
}

function ofClass(signature: string, body: (cls: ClassValue, args: Bound, interpreter: Interpreter) => Value): [string, Value] {
  const made = method(signature, (args, interpreter) => {
    const cls = args.value('cls')
    return cls.kind === 'class' ? body(cls, args, interpreter) : cls
  })
  return [made.name, made]
}

export const enumMeta: ClassValue = nativeClass({
  name: 'EnumType',
  qualifiedName: 'enum.EnumType',
  bases: [classes.typeClass],
  attributes: [
    ofClass('__call__(cls, /, *args, **kwargs)', (cls, args, interpreter) => {
      const [value, ...more] = args.rest('args')
      if (distinct(cls).length === 0) return functional(cls, args, interpreter)
      const given = value ?? args.keywords('kwargs').get('value')
      if (given === undefined) return args.unknownRest ?? interpreter.raise('TypeError', `${cls.name}() is missing a value`, args.span)
      return byValue(cls, more.length === 0 ? given : { kind: 'tuple', items: [given, ...more] }, args, interpreter)
    }),
    ofClass('__iter__(cls, /)', (cls) => fromArray('iterator', distinct(cls))),
    ofClass('__reversed__(cls, /)', (cls) => fromArray('iterator', [...distinct(cls)].reverse())),
    ofClass('__len__(cls, /)', (cls) => int(distinct(cls).length)),
    ofClass('__bool__(cls, /)', () => bool(true)),
    ofClass('__getitem__(cls, name, /)', (cls, args, interpreter) => {
      const name = args.value('name')
      if (name.kind === 'unknown') return name
      return membersOf(cls)?.entries.get(name) ?? interpreter.raise('KeyError', interpreter.str(name), args.span)
    }),
    ofClass('__contains__(cls, value, /)', (cls, args, interpreter) => {
      const value = args.value('value')
      return value.kind === 'unknown' ? value : bool(find(cls, value, interpreter) !== undefined)
    }),
    ['__members__', getter('__members__', (cls) => (cls.kind === 'class' ? (membersOf(cls) ?? dict()) : cls))],
  ],
})

/** Attributes of a class body that are no members: methods, descriptors, names with underscores at both ends. */
function isMember(name: string, value: Value): boolean {
  if (/^_.*_$/.test(name) || /^_\w+__/.test(name)) return false
  switch (value.kind) {
    case 'function':
    case 'builtin':
    case 'method':
    case 'property':
    case 'staticMethod':
    case 'classMethod':
      return false
    case 'instance':
      return lookUp(value.cls, '__get__') === undefined
    default:
      return true
  }
}

function nextValue(cls: ClassValue, name: string, before: readonly Value[], interpreter: Interpreter): Value {
  const own = lookUp(cls, '_generate_next_value_')
  if (own !== undefined) {
    const fn = own.kind === 'staticMethod' ? own.fn : own
    return interpreter.call(fn, [str(name), int(1), int(before.length), list([...before])])
  }
  if (isSubclass(cls, strEnum)) return str(name.toLowerCase())
  const numbers = before.flatMap((each) => asInteger(each) ?? [])
  const largest = Math.max(0, ...numbers)
  return int(isSubclass(cls, flagClass) ? (largest === 0 ? 1 : 2 ** (Math.floor(Math.log2(largest)) + 1)) : largest + 1)
}

/** The builtin class whose values the members are too: `class Mode(str, Enum)`. */
function mixedIn(cls: ClassValue): ClassValue | undefined {
  return [classes.strClass, classes.intClass, classes.floatClass, classes.tupleClass].find((each) => cls.mro.includes(each))
}

function isOurs(cls: ClassValue, name: string): boolean {
  const owner = cls.mro.find((each) => each.attributes.has(name))
  return owner === undefined || owner.span === null
}

function makeMember(cls: ClassValue, name: string, value: Value, interpreter: Interpreter): InstanceValue {
  const args = value.kind === 'tuple' ? value.items : [value]
  const mixin = mixedIn(cls)
  const create = lookUp(cls, '__new__')
  const custom = create !== undefined && !isOurs(cls, '__new__')
  const made = custom
    ? interpreter.call(create.kind === 'staticMethod' ? create.fn : create, [cls, ...args], undefined, cls.span)
    : interpreter.instantiate(cls, cls.span)
  const member = made.kind === 'instance' ? made : interpreter.instantiate(cls, cls.span)
  if (!custom && mixin !== undefined) member.payload = interpreter.call(mixin, args, undefined, cls.span)
  if (!member.attributes.has('_value_')) {
    member.attributes.set(
      '_value_',
      mixin !== undefined && mixin !== classes.tupleClass && underlying(member) !== member ? underlying(member) : value,
    )
  }
  member.attributes.set('_name_', str(name))
  member.attributes.set('__objclass__', cls)
  const initialize = lookUp(cls, '__init__')
  // A dataclass mixed in has its __init__ from us, made for a class of the user's.
  const owner = cls.mro.find((each) => each.attributes.has('__init__'))
  if (initialize !== undefined && owner !== undefined && owner.span !== null)
    interpreter.call(initialize, [member, ...args], undefined, cls.span)
  return member
}

function becomeEnum(cls: ClassValue, interpreter: Interpreter): void {
  const members = dict()
  const values: Value[] = []
  for (const [name, written] of [...cls.attributes]) {
    if (!isMember(name, written)) continue
    const value =
      written.kind === 'instance' && isSubclass(written.cls, autoClass)
        ? nextValue(cls, name, values, interpreter)
        : written === autoClass
          ? nextValue(cls, name, values, interpreter)
          : written
    const known = [...members.entries.values()].find((member) => same(memberValue(member), value, interpreter))
    const member = known ?? makeMember(cls, name, value, interpreter)
    if (known === undefined) values.push(memberValue(member))
    members.entries.set(str(name), member)
    cls.attributes.set(name, member)
  }
  cls.attributes.set(store, members)
  cls.attributes.set('_member_names_', list(distinct(cls).map((member) => str(nameOf(member)))))
  const own = enumClass.attributes
  // What a mixed-in str or int would say is not what a member says.
  for (const name of ['__repr__', '__str__']) {
    const found = own.get(name)
    const keepsOwn = isSubclass(cls, strEnum) || isSubclass(cls, intEnum)
    if (found !== undefined && mixedIn(cls) !== undefined && isOurs(cls, name) && !(keepsOwn && name === '__str__'))
      cls.attributes.set(name, found)
  }
}

export const enumClass: ClassValue = nativeClass({
  name: 'Enum',
  qualifiedName: 'enum.Enum',
  metaclass: enumMeta,
  attributes: [
    ['name', getter('name', (self) => (self.kind === 'instance' ? (self.attributes.get('_name_') ?? none) : self))],
    ['value', getter('value', memberValue)],
    ['_missing_', { kind: 'classMethod', fn: method('_missing_(cls, value, /)', () => none) }],
    [
      '__init_subclass__',
      {
        kind: 'classMethod',
        fn: method('__init_subclass__(cls, /, **kwargs)', (args, interpreter) => {
          const cls = args.value('cls')
          if (cls.kind === 'class') becomeEnum(cls, interpreter)
          return none
        }),
      },
    ],
    ...named(
      method('__repr__(self, /)', (args, interpreter) => {
        const self = args.value('self')
        return str(`<${interpreter.typeOf(self).name}.${nameOf(self)}: ${interpreter.repr(memberValue(self))}>`)
      }),
      method('__str__(self, /)', (args, interpreter) =>
        str(`${interpreter.typeOf(args.value('self')).name}.${nameOf(args.value('self'))}`),
      ),
      method('__deepcopy__(self, memo, /)', (args) => args.value('self')),
      method('__copy__(self, /)', (args) => args.value('self')),
    ),
  ],
})

export const intEnum = nativeClass({
  name: 'IntEnum',
  qualifiedName: 'enum.IntEnum',
  bases: [classes.intClass, enumClass],
  metaclass: enumMeta,
  attributes: named(method('__str__(self, /)', (args, interpreter) => str(interpreter.str(memberValue(args.value('self')))))),
})
export const strEnum = nativeClass({
  name: 'StrEnum',
  qualifiedName: 'enum.StrEnum',
  bases: [classes.strClass, enumClass],
  metaclass: enumMeta,
  attributes: named(method('__str__(self, /)', (args) => memberValue(args.value('self')))),
})

function flagOperation(name: string, combine: (left: number, right: number) => number): [string, Value] {
  return [
    name,
    method(`${name}(self, other, /)`, (args, interpreter) => {
      const self = args.value('self')
      const [left, right] = [asInteger(memberValue(self)), asInteger(memberValue(args.value('other')))]
      const cls = interpreter.typeOf(self)
      if (left === undefined || right === undefined) return notImplemented
      const bits = combine(left, right)
      return find(cls, int(bits), interpreter) ?? combination(cls, bits)
    }),
  ]
}

const flagAttributes: readonly (readonly [string, Value])[] = [
  flagOperation('__or__', (left, right) => left | right),
  flagOperation('__and__', (left, right) => left & right),
  flagOperation('__xor__', (left, right) => left ^ right),
  flagOperation('__ror__', (left, right) => left | right),
  ...named(
    method('__invert__(self, /)', (args, interpreter) => {
      const cls = interpreter.typeOf(args.value('self'))
      const all = distinct(cls).reduce((bits, member) => bits | (asInteger(memberValue(member)) ?? 0), 0)
      return combination(cls, all & ~(asInteger(memberValue(args.value('self'))) ?? 0))
    }),
    method('__contains__(self, other, /)', (args) => {
      const [self, other] = [asInteger(memberValue(args.value('self'))) ?? 0, asInteger(memberValue(args.value('other'))) ?? 0]
      return bool((self & other) === other)
    }),
    method('__bool__(self, /)', (args) => bool((asInteger(memberValue(args.value('self'))) ?? 0) !== 0)),
    method('__eq__(self, other, /)', (args) => {
      const [self, other] = [args.value('self'), args.value('other')]
      return bool(
        self === other ||
          (self.kind === 'instance' &&
            other.kind === 'instance' &&
            self.cls === other.cls &&
            asInteger(memberValue(self)) === asInteger(memberValue(other))),
      )
    }),
  ),
]

export const flagClass: ClassValue = nativeClass({
  name: 'Flag',
  qualifiedName: 'enum.Flag',
  bases: [enumClass],
  metaclass: enumMeta,
  attributes: flagAttributes,
})
const intFlag = nativeClass({
  name: 'IntFlag',
  qualifiedName: 'enum.IntFlag',
  bases: [classes.intClass, flagClass],
  metaclass: enumMeta,
  attributes: flagAttributes,
})

export const enumModule = libraryModule('enum', [
  ['EnumMeta', enumMeta],
  ['EnumType', enumMeta],
  ['auto', autoClass],
  ...[enumClass, intEnum, strEnum, flagClass, intFlag].map((cls): [string, Value] => [cls.name, cls]),
  ...named(
    passing('unique'),
    passing('verify'),
    passing('global_enum'),
    native('member(value, /)', (args) => args.value('value')),
    native('nonmember(value, /)', (args) => ({ kind: 'staticMethod', fn: args.value('value') })),
    native('property(fget, /)', (args) => ({ kind: 'property', getter: args.value('fget'), setter: null, cached: false })),
  ),
])
