/** The typing and typing_extensions modules: enough for code that names types, and for the little that looks into them. */
import * as classes from '../builtins/classes'
import { membersOf, union } from '../builtins/union'
import { bool, none, str, tuple } from '../make'
import { getter, method, named, native, nativeClass } from '../native'
import type { ClassValue, InstanceValue, Value } from '../values'
import { abstractClasses } from './abstract'
import { counter, defaultDict, orderedDict } from './collections'
import { deque } from './deque'
import { libraryModule, type ModuleFactory, passing, unread } from './module'
import { namedTupleClass } from './namedtuple'

/** `Literal['a', 'b']`, `ClassVar[int]`, …: a form and what stands in its brackets. */
class Form {
  constructor(
    readonly name: string,
    readonly args: readonly Value[],
  ) {}
}

/** The form's name and arguments; undefined for anything else. */
export function formOf(value: Value): { readonly name: string; readonly args: readonly Value[] } | undefined {
  return value.kind === 'instance' && value.payload instanceof Form ? value.payload : undefined
}

function subscript(name: string, key: Value): Value {
  const given = key.kind === 'tuple' ? key.items : [key]
  if (name === 'Optional') return union([...given, none])
  if (name === 'Union') return given.length === 1 ? (given[0] as Value) : union(given)
  // What these annotate is the type itself.
  if ((name === 'Annotated' || name === 'Required' || name === 'NotRequired' || name === 'ReadOnly') && given[0] !== undefined)
    return given[0]
  return form(name, given)
}

const formClass: ClassValue = nativeClass({
  name: '_SpecialForm',
  qualifiedName: 'typing._SpecialForm',
  attributes: [
    ['__args__', getter('__args__', (self) => tuple(formOf(self)?.args ?? []))],
    ['__origin__', getter('__origin__', (self) => ((formOf(self)?.args.length ?? 0) > 0 ? form(formOf(self)?.name ?? '', []) : none))],
    ['__name__', getter('__name__', (self) => str(formOf(self)?.name ?? ''))],
    ...named(
      method('__getitem__(self, key, /)', (args) => subscript(formOf(args.value('self'))?.name ?? '', args.value('key'))),
      method('__or__(self, other, /)', (args) => union([args.value('self'), args.value('other')])),
      method('__ror__(self, other, /)', (args) => union([args.value('other'), args.value('self')])),
      method('__repr__(self, /)', (args) => str(`typing.${formOf(args.value('self'))?.name}`)),
      method('__call__(self, /, *args, **kwargs)', (args) => args.value('self')),
      method('__eq__(self, other, /)', (args, interpreter) => {
        const [left, right] = [formOf(args.value('self')), formOf(args.value('other'))]
        return bool(
          left?.name === right?.name &&
            left?.args.length === right?.args.length &&
            left?.args.every((each, index) => interpreter.equals(each, right?.args[index] ?? none) === true) === true,
        )
      }),
    ),
  ],
})

function form(name: string, args: readonly Value[]): InstanceValue {
  return { kind: 'instance', cls: formClass, attributes: new Map(), payload: new Form(name, args), span: null }
}

const itself: Value = { kind: 'classMethod', fn: method('__class_getitem__(cls, item, /)', (args) => args.value('cls')) }

function marker(name: string, bases?: readonly ClassValue[]): ClassValue {
  return nativeClass({
    name,
    qualifiedName: `typing.${name}`,
    ...(bases === undefined ? {} : { bases }),
    attributes: [['__class_getitem__', itself]],
  })
}

const generic = marker('Generic')
const protocol = marker('Protocol', [generic])
const typedDict = marker('TypedDict', [classes.dictClass])

const typeVariable = nativeClass({
  name: 'TypeVar',
  qualifiedName: 'typing.TypeVar',
  attributes: named(
    method('__init__(self, name, *args, **kwargs)', (args) => {
      const self = args.value('self')
      if (self.kind === 'instance') self.attributes.set('__name__', args.value('name'))
      return none
    }),
    method('__or__(self, other, /)', (args) => union([args.value('self'), args.value('other')])),
    method('__ror__(self, other, /)', (args) => union([args.value('other'), args.value('self')])),
    method('__getitem__(self, key, /)', (args) => args.value('self')),
    method('__iter__(self, /)', (args, interpreter) =>
      interpreter.call(interpreter.getAttribute(tuple([args.value('self')]), '__iter__'), []),
    ),
  ),
})

const forms = [
  'Any',
  'Union',
  'Optional',
  'Literal',
  'ClassVar',
  'Final',
  'Annotated',
  'NoReturn',
  'Never',
  'Self',
  'LiteralString',
  'TypeAlias',
  'Concatenate',
  'TypeGuard',
  'TypeIs',
  'Unpack',
  'Required',
  'NotRequired',
  'ReadOnly',
]

/** Names of typing that stand for classes found elsewhere. */
const aliases: readonly (readonly [string, Value | undefined])[] = [
  ['List', classes.listClass],
  ['Dict', classes.dictClass],
  ['Tuple', classes.tupleClass],
  ['Set', classes.setClass],
  ['FrozenSet', classes.frozensetClass],
  ['Type', classes.typeClass],
  ['Text', classes.strClass],
  ['AnyStr', classes.strClass],
  ['OrderedDict', orderedDict],
  ['DefaultDict', defaultDict],
  ['Counter', counter],
  ['Deque', deque],
  ['AbstractSet', abstractClasses.get('Set')],
]

const withTheSameName = [
  'Hashable',
  'Iterable',
  'Iterator',
  'Generator',
  'Reversible',
  'Sized',
  'Container',
  'Callable',
  'Collection',
  'Sequence',
  'MutableSequence',
  'MutableSet',
  'Mapping',
  'MutableMapping',
  'MappingView',
  'KeysView',
  'ItemsView',
  'ValuesView',
  'Awaitable',
  'Coroutine',
  'AsyncIterable',
  'AsyncIterator',
  'AsyncGenerator',
  'ByteString',
]

const supports = ['SupportsInt', 'SupportsFloat', 'SupportsIndex', 'SupportsAbs', 'SupportsRound', 'SupportsBytes', 'SupportsComplex']
const files = ['IO', 'TextIO', 'BinaryIO', 'Pattern', 'Match', 'ContextManager', 'AsyncContextManager', 'ForwardRef']

const attributes: readonly (readonly [string, Value])[] = [
  ['TYPE_CHECKING', bool(false)],
  ...forms.map((name): [string, Value] => [name, form(name, [])]),
  ...[...aliases, ...withTheSameName.map((name) => [name, abstractClasses.get(name)] as const)].flatMap(
    ([name, value]): [string, Value][] => (value === undefined ? [] : [[name, value]]),
  ),
  ...[...supports, ...files].map((name): [string, Value] => [name, marker(name)]),
  ['Generic', generic],
  ['Protocol', protocol],
  ['NamedTuple', namedTupleClass],
  ['TypedDict', typedDict],
  ['TypeVar', typeVariable],
  ['ParamSpec', typeVariable],
  ['TypeVarTuple', typeVariable],
  ...named(
    native('cast(typ, val)', (args) => args.value('val')),
    native('NewType(name, tp)', (args) => args.value('tp')),
    ...['overload', 'final', 'no_type_check', 'runtime_checkable', 'runtime', 'override', 'dataclass_transform', 'deprecated'].map(passing),
    native('assert_type(val, typ, /)', (args) => args.value('val')),
    native('reveal_type(obj, /)', (args) => args.value('obj')),
    native('assert_never(arg, /)', (args, interpreter) =>
      interpreter.raise('AssertionError', 'Expected code to be unreachable', args.span),
    ),
    unread('get_type_hints(obj, *args, **kwargs)', 'types are not followed'),
    native('get_args(tp)', (args) => tuple(membersOf(args.value('tp')) ?? formOf(args.value('tp'))?.args ?? [])),
    native('get_origin(tp)', (args) => {
      const type = args.value('tp')
      if (type.kind === 'unknown') return type
      const found = membersOf(type) === undefined ? formOf(type) : { name: 'Union', args: [none] }
      return found === undefined || found.args.length === 0 ? none : form(found.name, [])
    }),
  ),
]

export const typing: ModuleFactory = libraryModule('typing', attributes)
export const typingExtensions: ModuleFactory = libraryModule('typing_extensions', attributes)
