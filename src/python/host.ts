/**
 * The seam between the interpreter and what it is embedded in: what a builtin may ask of the interpreter,
 * and what the interpreter asks of its host (source of other files, native modules, budgets).
 */
import type { Span } from '../graph'
import type { ClassNode, ParameterNode } from './ast'
import type { ClassValue, FunctionValue, InstanceValue, ModuleValue, UnknownValue, Value } from './values'

export interface CallArguments {
  readonly positional: readonly Value[]
  readonly keyword: ReadonlyMap<string, Value>
  /** The call expression. */
  readonly span: Span | null
  /** A `*args` or `**kwargs` of unknown content was passed: there may be more arguments than listed. */
  readonly unknownRest?: UnknownValue
}

/** Source that the host can hand in. `undefined`: not there yet, asked for; the host may analyze again when it is. `null`: does not exist. */
export interface SourceReader {
  /** Where `import module` (level 0) or `from ..module import` (level 2) leads, seen from a file. */
  resolve(request: ModuleRequest): SourceFile | null | undefined
}
export interface ModuleRequest {
  /** Dotted, may be empty for `from . import x`. */
  readonly module: string
  readonly level: number
  readonly fromFile: string
  /** JavaScript's imports are paths as they are written: `./model`. Python's where missing. */
  readonly language?: 'javascript'
}
export interface SourceFile {
  readonly file: string
  readonly text: string
  /** A package's `__init__.py`: relative imports start in its own folder. */
  readonly isPackage: boolean
}

export interface Budget {
  /** Statements and calls evaluated. */
  readonly steps: number
  /** Nested Python calls. */
  readonly depth: number
  /** Items in any one collection, characters in any one string. */
  readonly size: number
  readonly milliseconds: number
  /** Files followed by import. */
  readonly files: number
}

export interface InterpreterOptions {
  readonly budget?: Partial<Budget>
  readonly sources?: SourceReader
  /** Modules of ours by dotted name (`torch.nn`): made once per interpreter, when first imported. */
  readonly nativeModules?: ReadonlyMap<string, (interpreter: Interpreter) => ModuleValue>
  /**
   * Under which dotted name a module of a library that is modelled is read from its source instead, where the source is found:
   * networks that the library ships. null for all others.
   */
  readonly sourceOf?: (dotted: string) => string | null
  /**
   * Asked what a class with an unknown base derives from, as its body tells a framework: that class takes the place of what is
   * not known. undefined leaves it.
   */
  readonly assumeBase?: (node: ClassNode, namespace: ReadonlyMap<string, Value>, unknown: UnknownValue) => ClassValue | undefined
  /**
   * Asked for a value where a constructor of the program is given an Unknown: what a framework assumes in its place, by the
   * parameter's name. undefined leaves it Unknown. `self` is the instance under construction.
   */
  readonly fillUnknown?: (
    initializer: FunctionValue,
    parameter: ParameterNode,
    unknown: UnknownValue,
    self: Value | undefined,
  ) => Value | undefined
  /**
   * What the program has done so far; null where a loop is to be followed to its end. Others that train what they do not build,
   * or that go on without building anything, are left early.
   */
  readonly progress?: () => Progress | null
  /** Whether what making an instance took is given back once it is made: parts of models, of which each may take its time. */
  readonly earns?: (cls: ClassValue) => boolean
  /** Milliseconds, monotonic; the core has no clock of its own. */
  readonly now?: () => number
  /** `__name__` of the main module: `__main__` unless another name is wanted, so that what is under `if __name__ == '__main__'` is read. */
  readonly mainName?: string
  /** Dotted package that the main module's relative imports start from, where it lies in one. */
  readonly mainPackage?: string
}

/** Counts that only grow. */
export interface Progress {
  /** Parts of models that were made. */
  readonly built: number
  /** Steps of training that were taken. */
  readonly trained: number
}

/** Something a reader must be told: a stretch that was not read, or a choice that was made for them. */
export interface Note {
  readonly kind: 'unread' | 'assumption'
  readonly message: string
  readonly span: Span | null
}

export interface Frame {
  readonly functionName: string
  /** The expression in the caller. */
  readonly callSpan: Span | null
  /** First argument of a method call. */
  readonly self: Value | null
  /** A function's local variables, as they are now. */
  readonly variables?: ReadonlyMap<string, Value>
  /** Of a function of the program. */
  readonly fn?: FunctionValue
}

/** What builtins use. Every operation that meets an Unknown gives an Unknown; none throws but by `raise`. */
export interface Interpreter {
  readonly options: InterpreterOptions
  readonly notes: readonly Note[]
  /** Innermost last. */
  readonly frames: readonly Frame[]
  /** Whether the program itself may catch what is raised now: a `try` with handlers is running. */
  readonly isWithinTry: boolean
  /** Shared state of a framework for this run, made on first use. */
  state<T>(key: string, make: () => T): T

  call(callee: Value, positional: readonly Value[], keyword?: ReadonlyMap<string, Value>, span?: Span | null): Value
  callWith(callee: Value, args: CallArguments): Value
  getAttribute(object: Value, name: string, span?: Span | null): Value
  /** undefined where Python would raise AttributeError. */
  findAttribute(object: Value, name: string, span?: Span | null): Value | undefined
  /** As `object.__getattribute__` would: without a class's own `__getattribute__` and `__getattr__`. undefined where there is none. */
  findAttributeDirectly(object: Value, name: string, span?: Span | null): Value | undefined
  setAttribute(object: Value, name: string, value: Value, span?: Span | null): void
  /** As `object.__setattr__` would, without a class's own `__setattr__`. */
  setAttributeDirectly(object: Value, name: string, value: Value): void
  getItem(object: Value, key: Value, span?: Span | null): Value
  setItem(object: Value, key: Value, value: Value, span?: Span | null): void
  binary(operator: string, left: Value, right: Value, span?: Span | null): Value
  unary(operator: string, operand: Value, span?: Span | null): Value
  compare(operator: string, left: Value, right: Value, span?: Span | null): Value
  /** All items, bounded; null when the value is unknown or not iterable in a known way. */
  items(value: Value, span?: Span | null): readonly Value[] | null
  /** The same with the reason when they are not known. */
  itemsOrUnknown(value: Value, span?: Span | null): readonly Value[] | UnknownValue
  /** undefined when unknown. */
  truth(value: Value, span?: Span | null): boolean | undefined
  /** undefined when unknown. */
  equals(left: Value, right: Value): boolean | undefined
  isInstance(value: Value, cls: ClassValue): boolean | undefined
  /** type(value). */
  typeOf(value: Value): ClassValue
  str(value: Value): string
  repr(value: Value): string
  instantiate(cls: ClassValue, span: Span | null): InstanceValue
  /** What `type.__new__` does: makes the class, then `__set_name__` and `__init_subclass__`. Unknown bases leave it with unknown attributes. */
  makeClass(
    name: string,
    bases: readonly Value[],
    attributes: ReadonlyMap<string, Value>,
    metaclass: ClassValue,
    span?: Span | null,
    keywords?: ReadonlyMap<string, Value>,
  ): Value
  /** Throws a Python exception that the interpreted program may catch. */
  raise(exception: string, message: string, span?: Span | null): never
  unknown(reason: string, span?: Span | null): UnknownValue
  note(note: Note): void
  /** Counts a step and stops the run when the budget is used up. */
  step(count?: number): void
  importModule(name: string, span?: Span | null): Value
  /** One that was imported before, or the main module. */
  loadedModule(name: string): ModuleValue | undefined
}
