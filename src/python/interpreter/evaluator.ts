/** The interpreter of one run: what the themed files of this folder work on, and what builtins see of it. */
import type { Span } from '../../graph'
import type { Expression, ModuleNode, Statement } from '../ast'
import { convert as toText } from '../builtins/format'
import { reprOf, strOf } from '../builtins/repr'
import { typeOf } from '../builtins/typeOf'
import type { CallArguments, Frame, Interpreter, InterpreterOptions, Note, SourceFile } from '../host'
import { libraryModules, moduleSubstitutes } from '../library'
import { unknown as makeUnknown, none, str } from '../make'
import { isSubclass } from '../mro'
import { parseCached } from '../parser/cache'
import type { Scope } from '../scope'
import type { ClassValue, InstanceValue, ModuleValue, UnknownValue, Value } from '../values'
import { deleteAttribute, findAttribute, findDirectly, getAttribute, setAttribute, setDirectly } from './attributes'
import { bindUnknown } from './branches'
import { callValue } from './calls'
import { type ClassDescription, makeClassOf } from './classes'
import { compare, equals, truth } from './comparison'
import type { Completion } from './completion'
import { BudgetError, PythonError } from './errors'
import { evaluate } from './expressions'
import { importAbsolute } from './imports'
import { items, iterate, mapping, type Next } from './iteration'
import { Meter } from './meter'
import { ModuleEntries } from './moduleEntries'
import { ModuleInfo } from './modules'
import { binary, unary } from './operators'
import { unknownBaseOf } from './special'
import { decorate, executeStatement } from './statements'
import { deleteItem, getItem, setItem } from './subscripts'

/** Of files read because they register something. */
const eagerCharacters = 250_000

/** Of the budget that is left, for one statement of an imported file: an import within an import within an import still gets something. */
const importedPart = 7 / 8

/** What a cut-off statement is said to have done. */
export function reasonOf(error: BudgetError | RangeError): string {
  if (error instanceof BudgetError) return error.message
  return error.message.includes('call stack') ? 'it is nested too deeply' : 'it makes something too large to be kept'
}

const noKeywords: ReadonlyMap<string, Value> = new Map()

export class Evaluator implements Interpreter {
  readonly meter: Meter
  readonly notes: Note[] = []
  readonly frames: Frame[] = []
  /** Exceptions whose handlers are running, innermost last. */
  readonly handled: PythonError[] = []
  /** Modules read from source, by dotted name. */
  readonly modules = new Map<string, ModuleValue>()
  /** How many `try` statements with handlers are running: whether a missing import is waited for. */
  importsMayFail = 0
  /** How many modules are in the middle of being run. */
  modulesRunning = 0
  /** The class whose metaclass is being called. */
  pendingClass: ClassDescription | null = null
  /** Takes any arguments and does nothing. */
  readonly ignoring: Value = { kind: 'builtin', name: 'ignored', bindsSelf: false, call: () => none }
  private readonly states = new Map<string, unknown>()
  private readonly natives = new Map<string, ModuleValue>()
  private readonly infos = new Map<ModuleValue, ModuleInfo>()
  /** One module a file, under whatever name it is imported; a package that imports the main file back gets that. */
  private readonly byFile = new Map<string, ModuleValue>()
  private charactersRead = 0
  private readonly importSpans = new Map<ModuleValue, Span | null>()
  private readonly told = new Set<string>()
  /** How many handlers or alternatives wait for an exception. */
  private attempts = 0

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
    if (scope.kind === 'module' && this.attempts === 0) return this.executeEach(statements, scope)
    for (const statement of statements) {
      const completion = executeStatement(statement, scope, this)
      if (completion !== null) return completion
    }
    return null
  }

  /**
   * Statements of a file: one that raises is left out, and what it would have bound is Unknown.
   * Where `endsBlock` says so, the block ends with the exception instead.
   */
  executeEach(statements: readonly Statement[], scope: Scope, endsBlock?: (error: PythonError) => boolean): Completion {
    for (const statement of statements) {
      try {
        const run = (): Completion => executeStatement(statement, scope, this)
        const completion = endsBlock === undefined ? run() : this.attempt(run)
        if (completion !== null) return completion
      } catch (error) {
        if (!(error instanceof PythonError) || this.attempts > 0) throw error
        if (endsBlock?.(error) === true) return null
        this.leaveOut(statement, error.message, error.span, scope)
      }
    }
    return null
  }

  private leaveOut(statement: Statement, message: string, span: Span | null, scope: Scope): void {
    this.note({ kind: 'unread', message, span: span ?? statement.span })
    try {
      bindUnknown([statement], makeUnknown(message, span ?? statement.span), scope)
    } catch (error) {
      // A statement nested too deeply to run is nested too deeply to be searched for names as well.
      if (!(error instanceof RangeError)) throw error
    }
  }

  /** Runs a file's statements, each on its share of the budget. Nothing is thrown. */
  runStatements(module: ModuleNode, scope: Scope): void {
    for (const [index, statement] of module.body.entries()) {
      if ((index & 63) === 63 && this.meter.isLate()) {
        this.runDefinitions(module.body.slice(index), scope)
        return
      }
      this.runStatement(statement, scope)
    }
  }

  private runStatement(statement: Statement, scope: Scope): void {
    try {
      this.meter.share(() => this.executeEach([statement], scope), scope.module.isMain ? undefined : importedPart)
    } catch (error) {
      if (!(error instanceof BudgetError || error instanceof RangeError)) throw error
      const span = error instanceof BudgetError ? error.span : statement.span
      this.leaveOut(statement, `not read: ${reasonOf(error)}`, span, scope)
      this.recover()
    }
  }

  /** When the time is over: what later reading needs most and costs least. */
  private runDefinitions(statements: readonly Statement[], scope: Scope): void {
    const cheap = new Set<Statement['kind']>(['functionDefinition', 'class', 'import', 'importFrom'])
    const first = statements.find((statement) => !cheap.has(statement.kind))
    if (first !== undefined) {
      this.note({
        kind: 'unread',
        message: 'not read from here on, but for definitions: reading takes longer than is given to it',
        span: first.span,
      })
    }
    for (const statement of statements) {
      if (cheap.has(statement.kind)) this.runStatement(statement, scope)
      else bindUnknown([statement], makeUnknown('reading takes longer than is given to it', statement.span), scope)
    }
  }

  /** After a statement was cut off in the middle of calls. */
  private recover(): void {
    this.frames.length = 0
    this.handled.length = 0
    this.attempts = 0
    this.importsMayFail = 0
    this.meter.depth = 0
  }

  /** Runs what a handler or an alternative waits for: exceptions pass through statements of the file's own level too. */
  attempt<T>(body: () => T): T {
    this.attempts++
    try {
      return body()
    } finally {
      this.attempts--
    }
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

  /** A module from source, not yet run. */
  sourceModule(source: SourceFile, name: string, span: Span | null): ModuleValue | UnknownValue {
    const loaded = this.modules.get(name) ?? this.byFile.get(source.file)
    if (loaded !== undefined) return loaded
    const { module } = this.makeModule(
      name,
      source.file,
      source.isPackage ? name : name.slice(0, Math.max(0, name.lastIndexOf('.'))),
      source,
    )
    this.modules.set(name, module)
    this.importSpans.set(module, span)
    return module
  }

  /** Runs an imported file. What is not read of it is noted; names that it would have had are Unknown. */
  runImported(source: SourceFile, info: ModuleInfo): void {
    this.meter.files++
    const refusal =
      this.meter.files > this.meter.budget.files
        ? 'more files are imported than are followed'
        : this.meter.isLate()
          ? 'reading takes longer than is given to it'
          : null
    if (refusal !== null) {
      const hidden = makeUnknown(`\`${info.name}\` is not read: ${refusal}`, this.importSpans.get(info.module) ?? null)
      this.note({ kind: 'unread', message: hidden.reason, span: hidden.span })
      info.hiddenNames = hidden
      return
    }
    const { attempts, importsMayFail } = this
    this.attempts = 0
    this.importsMayFail = 0
    this.modulesRunning++
    try {
      this.runStatements(parseCached(source.file, source.text).module, info.scope)
    } finally {
      this.attempts = attempts
      this.importsMayFail = importsMayFail
      this.modulesRunning--
    }
  }

  makeModule(name: string, file: string, packageName: string, source: SourceFile | null = null): ModuleInfo {
    const info = new ModuleInfo(name, file, packageName, source, this)
    this.infos.set(info.module, info)
    this.byFile.set(file, info.module)
    return info
  }

  /** Whether there is room to read a file that nothing has asked for yet. */
  importsEagerly(source: SourceFile): boolean {
    if (this.charactersRead + source.text.length > eagerCharacters) return false
    this.charactersRead += source.text.length
    return true
  }

  moduleOfFile(file: string): ModuleInfo | undefined {
    const module = this.byFile.get(file)
    return module === undefined ? undefined : this.infos.get(module)
  }

  moduleInfo(module: ModuleValue): ModuleInfo | undefined {
    return this.infos.get(module)
  }

  /** A module of ours, made when first asked for. */
  nativeModule(name: string): ModuleValue | undefined {
    const known = this.natives.get(name)
    if (known !== undefined) return known
    const made = (this.options.nativeModules?.get(name) ?? libraryModules.get(name))?.(this)
    if (made !== undefined) this.natives.set(name, made)
    return made
  }

  moduleAttribute(module: ModuleValue, name: string, span: Span | null): Value | undefined {
    const info = this.infos.get(module)
    if (info !== undefined) {
      const found = info.attribute(name)
      if (found !== undefined) return found
      if (name === '__dict__') return { kind: 'dict', entries: new ModuleEntries(info) }
      const substitute = moduleSubstitutes(this).get(module.name)
      const replaced = substitute === undefined || substitute === module ? undefined : this.findAttribute(substitute, name, span)
      if (replaced !== undefined) return replaced
      const fallback = info.find('__getattr__')
      return fallback === undefined ? (info.hiddenNames ?? undefined) : this.call(fallback, [str(name)], noKeywords, span)
    }
    const own = module.attributes.get(name)
    if (own !== undefined) return own
    const looked = module.lookup?.(name)
    if (looked !== undefined) {
      module.attributes.set(name, looked)
      return looked
    }
    return name === '__name__' ? str(module.name) : this.nativeModule(`${module.name}.${name}`)
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
    return items(value, span, this)
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
    if (this.told.has(key)) return
    this.told.add(key)
    this.notes.push(note)
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
