/** Which models a file makes: those that running it gives, and those of functions that nothing in it calls. */
import type { Assumption, Remark } from '../../analysis'
import {
  type Evaluator,
  type FunctionValue,
  isArray,
  isFunction,
  isObject,
  isPrimitive,
  isUnknown,
  type ModuleRecord,
  openNames,
  ObjectValue,
  parametersOf,
  parse,
  PromiseValue,
  type Value,
} from '../../javascript'
import type { SyntaxNode } from '../../syntax'
import type { Builder } from './constructors'
import { inputVariants, Placeholders, type Sizes } from './placeholders'
import { LayerValue, ModelValue, type State } from './values'

export interface Candidate {
  readonly name: string
  readonly model: ModelValue
  readonly assumptions: readonly Assumption[]
}

/** Functions that are called with placeholders. */
const mostBuilders = 40
/** Choices of one parameter that are tried. */
const mostChoices = 6

interface Found {
  readonly candidates: Candidate[]
  readonly failures: Remark[]
}

/** The class whose method a function is; null for others. */
function homeOf(run: Evaluator, node: SyntaxNode): FunctionValue | null {
  for (const fn of run.written.values()) {
    const { cls } = fn
    if (cls === null) continue
    if ([...cls.methods.values()].some((method) => method.node === node)) return fn
  }
  return null
}

/** Values for a function's parameters; what has a default, or is taken apart, is left to it. */
function argumentsFor(
  run: Evaluator,
  fn: FunctionValue,
  placeholders: Placeholders,
  choices: ReadonlyMap<string, string>,
  given: readonly Value[] = [],
): readonly Value[] {
  if (fn.node === null) return []
  return parametersOf(fn.node).flatMap(({ pattern, fallback }, index): readonly Value[] => {
    if (pattern.type === 'rest_pattern') return []
    if (isTelling(given[index])) return [given[index]]
    if (fallback !== null) return [undefined]
    const span = run.span(pattern)
    if (pattern.type === 'identifier') {
      const name = run.text(pattern)
      return [placeholders.parameter(name, span, choices.get(name))]
    }
    const taken = new ObjectValue(null, null)
    for (const name of openNames(run, pattern))
      taken.properties.set(name, { value: placeholders.parameter(name, span, choices.get(name)), span: null })
    return [taken]
  })
}

/** Lists that nobody filled, and their lengths, say nothing. */
function isTelling(value: Value): boolean {
  if (value === undefined || value === null || isUnknown(value)) return false
  return isPrimitive(value) ? Boolean(value) : !isArray(value) || value.items.every(isTelling)
}

export class Discovery {
  private readonly found: Found = { candidates: [], failures: [] }
  private readonly retried = new Set<SyntaxNode>()
  /** Which of the usual inputs stands for one that is not given. */
  private variant = 0
  /** What the program gave to the function that is tried. */
  private given: readonly Value[] = []

  constructor(
    private readonly run: Evaluator,
    private readonly state: State,
    private readonly sizes: Sizes,
    /** Whether a model can be read to its end. */
    private readonly isReadable: (model: ModelValue) => boolean,
  ) {}

  /** The models that the file made when it ran. */
  made(from: number, assumptions: readonly Assumption[] = [], given: string | null = null): number {
    const models = this.state.models.slice(from)
    for (const model of models) this.found.candidates.push({ name: this.nameOf(model, given), model, assumptions })
    return models.length
  }

  private nameOf(model: ModelValue, given: string | null): string {
    if (given !== null) return given
    if (model.isNamed) return model.name
    if (model.maker !== null) return `${model.maker.name}()`
    for (const [name, value] of this.run.module.scope.names) if (value === model) return name
    return model.name
  }

  /** Calls functions that make layers and were not called, outermost first. */
  callBuilders(builders: readonly Builder[]): void {
    const making = builders.filter(({ makes }) => makes)
    const names = new Set(making.flatMap(({ node }) => this.run.written.get(node)?.name ?? []))
    const callers = builders.filter(({ makes, mentions }) => !makes && [...mentions].some((name) => names.has(name)))
    // What calls others mostly stands below them.
    for (const { node } of [...callers.reverse(), ...making].slice(0, mostBuilders)) if (!this.run.called.has(node)) this.tryBuilder(node)
    this.tryAgain()
  }

  /** Functions that were called with what is not known, and made no model that can be read: with placeholders instead. */
  private tryAgain(): void {
    const { found } = this
    const readable = new Set(found.candidates.filter(({ model }) => this.isReadable(model)).map(({ model }) => model.maker))
    const failed = new Set(found.candidates.map(({ model }) => model.maker).filter((maker) => maker !== null && !readable.has(maker)))
    for (const maker of failed) {
      if (maker?.node === null || maker === null || this.retried.has(maker.node)) continue
      const before = [...found.candidates]
      // What the program itself gave is kept where it says something.
      this.given = this.run.called.get(maker.node) ?? []
      this.tryBuilder(maker.node)
      this.given = []
      const made = found.candidates.slice(before.length)
      const isBetter = made.some(({ model }) => this.isReadable(model))
      const kept = isBetter ? before.filter(({ model }) => model.maker !== maker) : before
      found.candidates.splice(0, found.candidates.length, ...kept, ...(isBetter ? made : []))
    }
  }

  /** With each usual input in turn, until a model can be read. */
  private tryBuilder(node: SyntaxNode): void {
    const fn = this.run.written.get(node)
    if (fn === undefined) return
    this.retried.add(node)
    const { candidates } = this.found
    const before = candidates.length
    let first: readonly Candidate[] = []
    for (let variant = 0; variant < inputVariants; variant++) {
      this.variant = variant
      this.tryOnce(fn)
      const made = candidates.slice(before)
      if (variant === 0) first = made
      if (made.length === 0 || made.some(({ model }) => this.isReadable(model))) return
      candidates.length = before
    }
    candidates.push(...first)
  }

  private tryOnce(fn: FunctionValue): void {
    const { run } = this
    const { candidates } = this.found
    const [made, noted] = [candidates.length, run.notes.length]
    run.choices.clear()
    this.callOnce(fn, new Map())
    const [first] = run.choices
    if (first === undefined) return
    // What an open choice led to is no model of anybody's.
    candidates.length = made
    run.notes.length = noted
    const [parameter, values] = first
    for (const value of [...values].slice(0, mostChoices)) this.callOnce(fn, new Map([[parameter, value]]))
  }

  private callOnce(fn: FunctionValue, choices: ReadonlyMap<string, string>): number {
    const { run, state } = this
    if (fn.node === null) return 0
    const before = state.models.length
    const notes = run.notes.length
    const placeholders = new Placeholders(this.sizes, this.variant)
    const home = homeOf(run, fn.node)
    // Each is named as the first of its page.
    state.names.clear()
    run.guarded(fn.node, () => {
      const args = argumentsFor(run, fn, placeholders, choices, this.given)
      if (home === null) return run.call(fn, undefined, args, fn.span)
      const own = home.cls?.initialize ?? null
      const instance = run.construct(home, own === null ? [] : argumentsFor(run, own, placeholders, choices), fn.span)
      return isObject(instance) && instance.host instanceof LayerValue ? undefined : run.call(fn, instance, args, fn.span)
    })
    const assumed = run.notes.slice(notes).map(({ message, span }): Assumption => ({ message, span, setting: null }))
    const given = [...choices.values()].map((choice) => `'${choice}'`).join(', ')
    return this.made(before, [...placeholders.assumptions, ...assumed], given === '' ? null : `${fn.name}(${given})`)
  }

  /** What an expression in the file's namespace gives: a model, or a function that makes one. */
  fromExpression(module: ModuleRecord, expression: string): void {
    const program = parse('<expression>', `(${expression})`)
    const [statement] = program.root.children
    const [written] = statement?.children ?? []
    this.state.names.clear()
    const before = this.state.models.length
    const { run } = this
    const fail = (message: string): void => {
      this.found.failures.push({ message: `${expression} ${message}`, span: null })
    }
    if (written === undefined || program.errors.length > 0) {
      fail('is not an expression')
      return
    }
    const around = run.module
    run.module = { ...module, program }
    const given = run.guarded(written, () => run.evaluate(written, module.scope))
    run.module = around
    const value = given instanceof PromiseValue ? given.value : given
    if (isFunction(value)) this.callOnce(value, new Map())
    else if (value instanceof ModelValue) this.found.candidates.push({ name: expression, model: value, assumptions: [] })
    else if (isUnknown(value)) fail(`is not known: ${value.reason}`)
    else if (this.made(before) === 0) fail('is no model')
  }

  get result(): Found {
    return this.found
  }
}
