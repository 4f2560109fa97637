/**
 * What a Python expression evaluates to. Everything that a framework brings (modules, tensors, layers, initializers)
 * is made of the same kinds: classes with builtin methods, instances with a `payload`.
 * Identity (`is`) is object identity. None, True, False are singletons.
 */
import type { Span } from '../graph'
import type { FunctionNode } from './ast'
import type { CallArguments, Interpreter } from './host'
import type { Scope } from './scope'

export type Value =
  | NoneValue
  | BoolValue
  | IntValue
  | FloatValue
  | ComplexValue
  | StrValue
  | BytesValue
  | EllipsisValue
  | NotImplementedValue
  | ListValue
  | TupleValue
  | DictValue
  | SetValue
  | SliceValue
  | RangeValue
  | IteratorValue
  | FunctionValue
  | MethodValue
  | BuiltinValue
  | ClassValue
  | InstanceValue
  | ModuleValue
  | PropertyValue
  | StaticMethodValue
  | ClassMethodValue
  | SuperValue
  | UnknownValue

export type ValueKind = Value['kind']

export interface NoneValue {
  readonly kind: 'none'
}
export interface EllipsisValue {
  readonly kind: 'ellipsis'
}
export interface NotImplementedValue {
  readonly kind: 'notImplemented'
}
export interface BoolValue {
  readonly kind: 'bool'
  readonly value: boolean
}
/** A safe integer as a number, a larger one as a bigint (bounded in size). */
export interface IntValue {
  readonly kind: 'int'
  readonly value: number | bigint
}
export interface FloatValue {
  readonly kind: 'float'
  readonly value: number
}
export interface ComplexValue {
  readonly kind: 'complex'
  readonly real: number
  readonly imaginary: number
}
export interface StrValue {
  readonly kind: 'str'
  readonly value: string
}
export interface BytesValue {
  readonly kind: 'bytes'
  readonly value: string
}
export interface ListValue {
  readonly kind: 'list'
  items: Value[]
}
export interface TupleValue {
  readonly kind: 'tuple'
  readonly items: readonly Value[] /** namedtuple classes. */
  readonly cls?: ClassValue
}
/** Insertion-ordered; keys by Python equality (see dict.ts). */
export interface DictValue {
  readonly kind: 'dict'
  readonly entries: DictEntries /** OrderedDict, defaultdict, Counter, user subclasses. */
  readonly cls?: ClassValue
  readonly defaultFactory?: Value
}
export interface SetValue {
  readonly kind: 'set'
  readonly entries: DictEntries
  readonly frozen: boolean
}
export interface SliceValue {
  readonly kind: 'slice'
  readonly start: Value
  readonly stop: Value
  readonly step: Value
}
export interface RangeValue {
  readonly kind: 'range'
  readonly start: number
  readonly stop: number
  readonly step: number
}
/** A lazily advanced iterator: generators, map, zip, enumerate, … `next` gives undefined at the end. */
export interface IteratorValue {
  readonly kind: 'iterator'
  readonly name: string
  next(): Value | undefined
  /** Generators: `generator.send(value)`. */
  send?(value: Value): Value | undefined
  /** Generators: `generator.throw(exception)`; what the generator does not handle is thrown on. */
  throw?(exception: Value): Value | undefined
  /** Generators: what they returned, once at their end. */
  result?(): Value
}

/** A user's `def` or `lambda`. */
export interface FunctionValue {
  readonly kind: 'function'
  readonly name: string
  readonly qualifiedName: string
  readonly node: FunctionNode
  readonly closure: Scope
  /** Evaluated at definition: by parameter name. */
  readonly defaults: ReadonlyMap<string, Value>
  /** For zero-argument super(). */
  readonly ownerClass: { cls: ClassValue | null }
  readonly attributes: Map<string, Value>
  readonly span: Span
}
export interface MethodValue {
  readonly kind: 'method'
  readonly self: Value
  readonly fn: Value
}
/** Implemented by us. `bindsSelf`: behaves like a function when found on a class (receives the instance first). */
export interface BuiltinValue {
  readonly kind: 'builtin'
  readonly name: string
  readonly bindsSelf: boolean
  call(args: CallArguments, interpreter: Interpreter): Value
}
export interface ClassValue {
  readonly kind: 'class'
  readonly name: string
  /** `torch.nn.modules.conv.Conv2d` as people would import it: `torch.nn.Conv2d`. User classes: `module.Name`. */
  readonly qualifiedName: string
  readonly bases: readonly ClassValue[]
  /** C3 linearization, itself first, `object` last. */
  readonly mro: readonly ClassValue[]
  readonly attributes: Map<string, Value>
  /** null for classes of ours. */
  readonly span: Span | null
  /** An unknown base: attributes not found here are Unknown rather than an AttributeError. */
  readonly unknownBase: UnknownValue | null
  /** Its own; a class without one has that of the first class in its `mro` that does, else `type`. */
  readonly metaclass?: ClassValue
  /** A metaclass that is not known: it may do more than `type` where the class is made or called. */
  readonly unknownMetaclass?: UnknownValue
}
export interface InstanceValue {
  readonly kind: 'instance'
  readonly cls: ClassValue
  readonly attributes: Map<string, Value>
  /** What a framework keeps on the instance (a tensor's id and shape, a module's registry). Narrow it with the framework's own guard. */
  payload: unknown
  /** The call expression that constructed it. */
  readonly span: Span | null
}
export interface ModuleValue {
  readonly kind: 'module'
  readonly name: string
  readonly attributes: Map<string, Value> /** Attributes made on first use. */
  readonly lookup?: (name: string) => Value | undefined
  readonly file: string | null
}
export interface PropertyValue {
  readonly kind: 'property'
  readonly getter: Value | null
  readonly setter: Value | null
  readonly cached: boolean
}
export interface StaticMethodValue {
  readonly kind: 'staticMethod'
  readonly fn: Value
}
export interface ClassMethodValue {
  readonly kind: 'classMethod'
  readonly fn: Value
}
export interface SuperValue {
  readonly kind: 'super'
  readonly after: ClassValue
  readonly self: Value
}
/** Not known, for `reason`, since `span`. Whatever is computed from it is Unknown with the same reason. */
export interface UnknownValue {
  readonly kind: 'unknown'
  /** A clause for people: "`cfg.width` is not known", "torch.hub.load is not read". */
  readonly reason: string
  readonly span: Span | null
  /** Guess at what kind of thing it is when something says so (an annotation, a parameter's name). */
  readonly hint?: string
  /** Given by an iterator: stands for all items from here on, of which not even the number is known. */
  readonly isRest?: true
}

/** Insertion-ordered map under Python's equality and hashing. */
export interface DictEntries {
  readonly size: number
  get(key: Value): Value | undefined
  set(key: Value, value: Value): void
  has(key: Value): boolean
  delete(key: Value): boolean
  keys(): Iterable<Value>
  values(): Iterable<Value>
  entries(): Iterable<readonly [Value, Value]>
  clear(): void
}
