/** The interpreter of one run: what the themed files of this folder work on, and what builtins see of it. */
import type { Span } from '../../graph'
import type { Expression, Statement } from '../ast'
import { convert as toText } from '../builtins/format'
import { reprOf, strOf } from '../builtins/repr'
import { typeOf } from '../builtins/typeOf'
import type { CallArguments, Frame, Interpreter, InterpreterOptions, Note } from '../host'
import { unknown as makeUnknown, none, str } from '../make'
import { isSubclass } from '../mro'
import type { Scope } from '../scope'
import type { ClassValue, InstanceValue, ModuleValue, UnknownValue, Value } from '../values'
import { deleteAttribute, findAttribute, findDirectly, getAttribute, setAttribute, setDirectly } from './attributes'
import { callValue } from './calls'
import { type ClassDescription, makeClassOf } from './classes'
import { compare } from './comparison'
import type { Completion } from './completion'
import { equals } from './equality'
import { BudgetError, PythonError } from './errors'
import { evaluate } from './expressions'
import { importAbsolute } from './imports'
import { itemsOrUnknown, iterate, mapping, type Next } from './iteration'
import { Meter } from './meter'
import type { ModuleInfo } from './modules'
import { binary, unary } from './operators'
import { Program } from './program'
import { ModuleRegistry } from './registry'
import { unknownBaseOf } from './special'
import { decorate, executeStatement } from './statements'
import { deleteItem, getItem, setItem } from './subscripts'
import { truth } from './truth'

/** Notes kept of one run. */
const mostNotes = 1000

const noKeywords: ReadonlyMap<string, Value> = new Map()

export class Evaluator implements Interpreter {
  readonly meter: Meter
  readonly notes: Note[] = []
  readonly frames: Frame[] = []
  readonly program = new Program(this)

  get isWithinTry(): boolean {
    return this.program.importsMayFail > 0
  }

  readonly registry = new ModuleRegistry(this)
  /** The class whose metaclass is being called. */
  pendingClass: ClassDescription | null = null
  /** Takes any arguments and does nothing. */
  readonly ignoring: Value = { kind: 'builtin', name: 'ignored', bindsSelf: false, call: () => none }
  private readonly states = new Map<string, unknown>()
  private readonly told = new Set<string>()

  constructor(
    readonly options: InterpreterOptions,
    readonly builtins: ReadonlyMap<string, Value>,
  ) {
    this.meter = new Meter(options.budget ?? {}, options.now)
  }

  // Running

  evaluate(node: Expression, scope: Scope): Value {
    return evaluate(node, scope, this)
  }

  execute(statements: readonly Statement[], scope: Scope): Completion {
    if (scope.kind === 'module' && !this.program.isAwaited) return this.program.executeEach(statements, scope)
    for (const statement of statements) {
      const completion = executeStatement(statement, scope, this)
      if (completion !== null) return completion
    }
    return null
  }

  /** Runs a function's body in its frame. */
  within<T>(frame: Frame, body: () => T): T {
    if (this.meter.depth >= this.meter.budget.depth)
      throw new BudgetError(`calls nested more than ${this.meter.budget.depth} deep`, this.meter.span)
    this.meter.depth++
    this.frames.push(frame)
    try {
      return body()
    } finally {
      this.frames.pop()
      this.meter.depth--
    }
  }

  decorate(value: Value, decorators: readonly Value[], span: Span): Value {
    return decorators.length === 0 ? value : decorate(value, decorators, span, this)
  }

  /** What an annotation evaluates to, Unknown where it cannot be. */
  annotation(node: Expression, scope: Scope): Value {
    try {
      return this.evaluate(node, scope)
    } catch (error) {
      if (error instanceof PythonError) return makeUnknown(error.message, node.span)
      throw error
    }
  }

  // Modules

  moduleInfo(module: ModuleValue): ModuleInfo | undefined {
    return this.registry.info(module)
  }

  moduleAttribute(module: ModuleValue, name: string, span: Span | null): Value | undefined {
    return this.registry.attribute(module, name, span)
  }

  loadedModule(name: string): ModuleValue | undefined {
    return this.registry.loaded(name)
  }

  importModule(name: string, span: Span | null = null): Value {
    return importAbsolute(name, null, span, this)
  }

  // Calls

  call(
    callee: Value,
    positional: readonly Value[],
    keyword: ReadonlyMap<string, Value> = noKeywords,
    span: Span | null = null,
    unknownRest?: UnknownValue,
  ): Value {
    return callValue(callee, unknownRest === undefined ? { positional, keyword, span } : { positional, keyword, span, unknownRest }, this)
  }

  callWith(callee: Value, args: CallArguments): Value {
    return callValue(callee, args, this)
  }

  instantiate(cls: ClassValue, span: Span | null): InstanceValue {
    return { kind: 'instance', cls, attributes: new Map(), payload: null, span }
  }

  makeClass(
    name: string,
    bases: readonly Value[],
    attributes: ReadonlyMap<string, Value>,
    metaclass: ClassValue,
    span: Span | null = null,
    keywords: ReadonlyMap<string, Value> = noKeywords,
  ): Value {
    return makeClassOf(name, bases, attributes, metaclass, span, keywords, this)
  }

  // Operations

  getAttribute(object: Value, name: string, span: Span | null = null): Value {
    return getAttribute(object, name, span, this)
  }

  findAttribute(object: Value, name: string, span: Span | null = null): Value | undefined {
    try {
      return findAttribute(object, name, span, this)
    } catch (error) {
      if (error instanceof PythonError && this.isException(error.value, 'AttributeError')) return undefined
      throw error
    }
  }

  setAttribute(object: Value, name: string, value: Value, span: Span | null = null): void {
    setAttribute(object, name, value, span, this)
  }

  findAttributeDirectly(object: Value, name: string, span: Span | null = null): Value | undefined {
    return object.kind === 'instance' ? findDirectly(object, name, span, this) : this.findAttribute(object, name, span)
  }

  setAttributeDirectly(object: Value, name: string, value: Value): void {
    setDirectly(object, name, value, null, this)
  }

  deleteAttribute(object: Value, name: string, span: Span | null = null): void {
    deleteAttribute(object, name, span, this)
  }

  getItem(object: Value, key: Value, span: Span | null = null): Value {
    return getItem(object, key, span, this)
  }

  setItem(object: Value, key: Value, value: Value, span: Span | null = null): void {
    setItem(object, key, value, span, this)
  }

  deleteItem(object: Value, key: Value, span: Span | null = null): void {
    deleteItem(object, key, span, this)
  }

  binary(operator: string, left: Value, right: Value, span: Span | null = null): Value {
    return binary(operator, left, right, span, this)
  }

  unary(operator: string, operand: Value, span: Span | null = null): Value {
    return unary(operator, operand, span, this)
  }

  compare(operator: string, left: Value, right: Value, span: Span | null = null): Value {
    return compare(operator, left, right, span, this)
  }

  iterate(value: Value, span: Span | null = null): Next | null {
    return iterate(value, span, this)
  }

  items(value: Value, span: Span | null = null): readonly Value[] | null {
    const found = itemsOrUnknown(value, span, this)
    return 'kind' in found ? null : found
  }

  itemsOrUnknown(value: Value, span: Span | null = null): readonly Value[] | UnknownValue {
    return itemsOrUnknown(value, span, this)
  }

  mapping(value: Value, span: Span | null = null): (readonly [Value, Value])[] | UnknownValue {
    return mapping(value, span, this)
  }

  truth(value: Value, span: Span | null = null): boolean | undefined {
    return truth(value, span, this)
  }

  equals(left: Value, right: Value): boolean | undefined {
    return equals(left, right, this)
  }

  isInstance(value: Value, cls: ClassValue): boolean | undefined {
    if (value.kind === 'unknown') return undefined
    const own = typeOf(value)
    if (isSubclass(own, cls)) return true
    return unknownBaseOf(own) === undefined ? false : undefined
  }

  typeOf(value: Value): ClassValue {
    return typeOf(value)
  }

  str(value: Value): string {
    return strOf(value, this)
  }

  repr(value: Value): string {
    return reprOf(value, this)
  }

  // Exceptions, notes, budgets

  raise(exception: string, message: string, span: Span | null = null): never {
    return this.raiseWith(exception, [str(message)], span)
  }

  raiseWith(exception: string, args: readonly Value[], span: Span | null): never {
    const cls = this.builtins.get(exception)
    const value =
      cls?.kind === 'class'
        ? this.call(cls, args, noKeywords, span)
        : makeUnknown(`${exception}: ${args.map((each) => this.str(each)).join(', ')}`, span)
    throw this.exception(value, span)
  }

  /** What is thrown for a raised value. */
  exception(value: Value, span: Span | null): PythonError {
    return new PythonError(value, span, () => {
      if (value.kind === 'unknown') return value.reason
      const text = toText(value, 's', this)
      const said = text.kind === 'str' ? text.value : ''
      return said === '' ? typeOf(value).name : `${typeOf(value).name}: ${said}`
    })
  }

  isException(value: Value, name: string): boolean {
    const cls = this.builtins.get(name)
    return cls?.kind === 'class' && this.isInstance(value, cls) === true
  }

  unknown(reason: string, span: Span | null = null): UnknownValue {
    return makeUnknown(reason, span)
  }

  note(note: Note): void {
    const key = `${note.kind}\0${note.message}\0${note.span?.file}\0${note.span?.start}`
    if (this.told.has(key) || this.notes.length > mostNotes) return
    this.told.add(key)
    const isLast = this.notes.length === mostNotes
    this.notes.push(
      isLast
        ? { kind: 'unread', message: `more than ${mostNotes} things are not read or assumed; the rest is not listed`, span: note.span }
        : note,
    )
  }

  noteChoice(span: Span, message: string): void {
    this.note({ kind: 'assumption', message, span })
  }

  step(count = 1): void {
    this.meter.step(count)
  }

  /** Ends the statement where a collection or text grows past what is kept. */
  checkSize(size: number, span: Span | null): void {
    if (size > this.meter.budget.size)
      throw new BudgetError(`it makes a collection or text of more than ${this.meter.budget.size} items`, span ?? this.meter.span)
  }

  state<T>(key: string, make: () => T): T {
    const known = this.states.get(key)
    if (known !== undefined) return known as T
    const made = make()
    this.states.set(key, made)
    return made
  }
}
