/** The functools module. */
import { iterate, typeOf } from '../builtins'
import type { Interpreter } from '../host'
import { int, list, none, notImplemented, stringDict, tuple } from '../make'
import { type Bound, getter, method, named, native, nativeClass } from '../native'
import type { BuiltinValue, ClassValue, FunctionValue, InstanceValue, Value } from '../values'
import { libraryModule } from './module'

class Partial {
  constructor(
    readonly fn: Value,
    readonly positional: readonly Value[],
    readonly keyword: ReadonlyMap<string, Value>,
  ) {}
}

function partialOf(value: Value): Partial | undefined {
  return value.kind === 'instance' && value.payload instanceof Partial ? value.payload : undefined
}

function merged(first: ReadonlyMap<string, Value>, second: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return second.size === 0 ? first : new Map([...first, ...second])
}

function makePartial(cls: Value, args: Bound, interpreter: Interpreter): Value {
  const fn = args.value('fn')
  if (fn.kind === 'unknown') return fn
  if (args.unknownRest !== undefined) return args.unknownRest
  const inner = partialOf(fn)
  const made = interpreter.instantiate(cls as ClassValue, args.span)
  made.payload =
    inner === undefined
      ? new Partial(fn, args.rest('args'), args.keywords('kwargs'))
      : new Partial(inner.fn, [...inner.positional, ...args.rest('args')], merged(inner.keyword, args.keywords('kwargs')))
  return made
}

/** `functools.partial`: what `callee` is when the arguments it was given are put back; for readers of constructor calls. */
export function partialTarget(callee: Value): { fn: Value; positional: readonly Value[]; keyword: ReadonlyMap<string, Value> } | undefined {
  return partialOf(callee)
}

export const partialClass: ClassValue = nativeClass({
  name: 'partial',
  qualifiedName: 'functools.partial',
  attributes: [
    ...named(
      native('__new__(cls, fn, /, *args, **kwargs)', (args, interpreter) => makePartial(args.value('cls'), args, interpreter)),
      method('__init__(self, /, *args, **kwargs)', () => none),
      method('__call__(self, /, *args, **kwargs)', (args, interpreter) => {
        const partial = partialOf(args.value('self'))
        if (partial === undefined) return args.value('self')
        return interpreter.callWith(partial.fn, {
          positional: [...partial.positional, ...args.rest('args')],
          keyword: merged(partial.keyword, args.keywords('kwargs')),
          span: args.span,
          ...(args.unknownRest === undefined ? {} : { unknownRest: args.unknownRest }),
        })
      }),
    ),
    ['func', getter('func', (self) => partialOf(self)?.fn ?? none)],
    ['args', getter('args', (self) => tuple(partialOf(self)?.positional ?? []))],
    ['keywords', getter('keywords', (self) => stringDict(partialOf(self)?.keyword ?? []))],
  ],
})

/** Found on an instance, a partialmethod puts that first. */
const partialMethodClass: ClassValue = nativeClass({
  name: 'partialmethod',
  qualifiedName: 'functools.partialmethod',
  attributes: named(
    native('__new__(cls, fn, /, *args, **kwargs)', (args, interpreter) => makePartial(args.value('cls'), args, interpreter)),
    method('__init__(self, /, *args, **kwargs)', () => none),
    method('__get__(self, instance, owner=None, /)', (outer, interpreter) => {
      const partial = partialOf(outer.value('self'))
      const instance = outer.value('instance')
      if (partial === undefined) return outer.value('self')
      const bound = instance.kind === 'none' ? partial.fn : ({ kind: 'method', self: instance, fn: partial.fn } as const)
      const made = interpreter.instantiate(partialClass, outer.span)
      made.payload = new Partial(bound, partial.positional, partial.keyword)
      return made
    }),
  ),
})

function attributesOf(value: Value): Map<string, Value> | undefined {
  return value.kind === 'function' || value.kind === 'instance' || value.kind === 'class' ? value.attributes : undefined
}

/** Results are not kept: a pure function gives the same again. */
function remembering(fn: Value): Value {
  if (fn.kind === 'function') {
    fn.attributes.set(
      'cache_clear',
      native('cache_clear()', () => none),
    )
    fn.attributes.set(
      'cache_info',
      native('cache_info()', (args, interpreter) => interpreter.unknown('caches are not kept', args.span)),
    )
    fn.attributes.set('__wrapped__', fn)
  }
  return fn
}

const wrapperNames = ['__module__', '__name__', '__qualname__', '__doc__']

function wrap(wrapper: Value, wrapped: Value, interpreter: Interpreter): Value {
  const attributes = attributesOf(wrapper)
  if (attributes === undefined || wrapper.kind === 'class') return wrapper
  for (const name of wrapperNames) {
    const value = interpreter.findAttribute(wrapped, name)
    if (value !== undefined && value.kind !== 'unknown') attributes.set(name, value)
  }
  for (const [name, value] of wrapped.kind === 'function' ? wrapped.attributes : []) if (!attributes.has(name)) attributes.set(name, value)
  attributes.set('__wrapped__', wrapped)
  return wrapper
}

const reduce = native('reduce(function, iterable, initial=None, /)', (args, interpreter) => {
  const source = iterate(args.value('iterable'), interpreter, args.span)
  if (source.kind === 'unknown') return source
  let result = args.passed('initial') ? args.value('initial') : source.next()
  if (result === undefined) return interpreter.raise('TypeError', 'reduce() of empty iterable with no initial value', args.span)
  for (let item = source.next(); item !== undefined; item = source.next()) {
    interpreter.step()
    result = interpreter.call(args.value('function'), [result, item], undefined, args.span)
  }
  return result
})

class Dispatch {
  readonly byClass = new Map<ClassValue, Value>()
  constructor(readonly fallback: Value) {}
}

function dispatchOf(value: Value): Dispatch | undefined {
  return value.kind === 'instance' && value.payload instanceof Dispatch ? value.payload : undefined
}

/** The class that the first parameter is annotated with. */
function annotated(fn: FunctionValue, interpreter: Interpreter): Value {
  const annotations = interpreter.findAttribute(fn, '__annotations__')
  const [first] = annotations?.kind === 'dict' ? annotations.entries.values() : []
  return first ?? none
}

const dispatchClass: ClassValue = nativeClass({
  name: 'singledispatch',
  qualifiedName: 'functools.singledispatch',
  attributes: named(
    native('__new__(cls, fn, /)', (args, interpreter) => {
      const made = interpreter.instantiate(args.value('cls') as ClassValue, args.span)
      made.payload = new Dispatch(args.value('fn'))
      return made
    }),
    method('__init__(self, /, *args)', () => none),
    method('register(self, cls, fn=None, /)', (args, interpreter) => {
      const dispatch = dispatchOf(args.value('self'))
      const target = args.value('cls')
      const register = (cls: Value, fn: Value): Value => {
        if (cls.kind === 'class') dispatch?.byClass.set(cls, fn)
        return fn
      }
      if (args.passed('fn')) return register(target, args.value('fn'))
      if (target.kind === 'function') return register(annotated(target, interpreter), target)
      return native('register(fn, /)', (inner) => register(target, inner.value('fn')))
    }),
    method('__call__(self, /, *args, **kwargs)', (args, interpreter) => {
      const dispatch = dispatchOf(args.value('self'))
      const [first] = args.rest('args')
      if (first?.kind === 'unknown' || dispatch === undefined) return first ?? args.value('self')
      const cls = first === undefined ? undefined : typeOf(first).mro.find((each) => dispatch.byClass.has(each))
      const fn = cls === undefined ? dispatch.fallback : (dispatch.byClass.get(cls) ?? dispatch.fallback)
      return interpreter.call(fn, args.rest('args'), args.keywords('kwargs'), args.span)
    }),
  ),
})

/** How the other comparisons follow from the one that a class defines, and from `==`. */
function ordered(cls: ClassValue): void {
  const has = (name: string): boolean => cls.mro.slice(0, -1).some((each) => each.attributes.has(name))
  const root = ['__lt__', '__gt__', '__le__', '__ge__'].find(has)
  if (root === undefined) return
  const strict = root === '__lt__' || root === '__gt__'
  const less = root === '__lt__' || root === '__le__'
  const derive = (name: string, mirrored: boolean, negated: boolean): void => {
    if (has(name)) return
    cls.attributes.set(
      name,
      method(`${name}(self, other, /)`, (args, interpreter) => {
        const [left, right] = mirrored ? [args.value('other'), args.value('self')] : [args.value('self'), args.value('other')]
        const answer = interpreter.call(interpreter.getAttribute(left, root, args.span), [right], undefined, args.span)
        if (!negated || answer === notImplemented || answer.kind === 'unknown') return answer
        return interpreter.unary('not', answer, args.span)
      }),
    )
  }
  // a < b ⇔ b > a ⇔ not b ≤ a ⇔ not a ≥ b
  derive(less ? (strict ? '__gt__' : '__ge__') : strict ? '__lt__' : '__le__', true, false)
  derive(strict ? (less ? '__ge__' : '__le__') : less ? '__gt__' : '__lt__', false, true)
  derive(strict ? (less ? '__le__' : '__ge__') : less ? '__lt__' : '__gt__', true, true)
}

const keyClass = nativeClass({
  name: 'K',
  attributes: named(
    method('__lt__(self, other, /)', (args, interpreter) => {
      const [self, other] = [args.value('self'), args.value('other')] as [InstanceValue, InstanceValue]
      const answer = interpreter.call(self.attributes.get('compare') ?? none, [
        self.attributes.get('obj') ?? none,
        other.attributes.get('obj') ?? none,
      ])
      return interpreter.compare('<', answer, int(0), args.span)
    }),
  ),
})

function decorating(name: string): BuiltinValue {
  return native(`${name}(maxsize=128, typed=False)`, (args) => {
    const given = args.value('maxsize')
    return given.kind === 'int' || given.kind === 'none'
      ? native(`${name}(fn, /)`, (inner) => remembering(inner.value('fn')))
      : remembering(given)
  })
}

export const functools = libraryModule('functools', [
  ['partial', partialClass],
  ['partialmethod', partialMethodClass],
  ['singledispatch', dispatchClass],
  ['singledispatchmethod', dispatchClass],
  ['WRAPPER_ASSIGNMENTS', list()],
  ...named(
    reduce,
    decorating('lru_cache'),
    native('cache(fn, /)', (args) => remembering(args.value('fn'))),
    native('cached_property(fn)', (args) => ({ kind: 'property', getter: args.value('fn'), setter: null, cached: true })),
    native('wraps(wrapped, *args, **kwargs)', (args) =>
      native('wraps(wrapper, /)', (inner, interpreter) => wrap(inner.value('wrapper'), args.value('wrapped'), interpreter)),
    ),
    native('update_wrapper(wrapper, wrapped, *args, **kwargs)', (args, interpreter) =>
      wrap(args.value('wrapper'), args.value('wrapped'), interpreter),
    ),
    native('total_ordering(cls, /)', (args) => {
      const cls = args.value('cls')
      if (cls.kind === 'class') ordered(cls)
      return cls
    }),
    native('cmp_to_key(mycmp)', (args) =>
      native('K(obj)', (inner, interpreter) => {
        const made = interpreter.instantiate(keyClass, inner.span)
        made.attributes.set('compare', args.value('mycmp'))
        made.attributes.set('obj', inner.value('obj'))
        return made
      }),
    ),
  ),
])
