/** Runs a program's nodes: what a node's type means stands in the tables of expressions and statements. */
import type { Span } from '../../graph'
import type { SyntaxNode } from '../../syntax'
import type { Program } from '../parser'
import { type FunctionValue, isFunction, isUnknown, Unknown, type Value } from '../values'
import { type Completion, normal, Thrown } from './completion'
import { expressions } from './expressions'
import { BudgetError, type Meter } from './meter'
import type { Scope } from './scope'
import { statements } from './statements'

/** What a run tells besides its values. */
export interface Note {
  readonly message: string
  readonly span: Span | null
}

/** A file of the run. */
export interface ModuleRecord {
  readonly program: Program
  readonly scope: Scope
  readonly exports: Map<string, Value>
}

/** Modules that a run can import. */
export interface Modules {
  /** The namespace of a module; Unknown where there is none. */
  load(specifier: string, from: ModuleRecord, span: Span): Value
}

export class Evaluator {
  readonly notes: Note[] = []
  /** The functions that the files write, by where: the first of each that was made, and what those that ran were last given. */
  readonly written = new Map<SyntaxNode, FunctionValue>()
  readonly called = new Map<SyntaxNode, readonly Value[]>()
  /** The functions that are running, innermost last. */
  readonly running: FunctionValue[] = []
  /** What open parameters were compared to: their choices. */
  readonly choices = new Map<string, Set<string>>()

  constructor(
    readonly meter: Meter,
    readonly globals: Scope,
    readonly modules: Modules,
    /** The file that is running: functions run in that which wrote them. */
    public module: ModuleRecord,
  ) {}

  evaluate(node: SyntaxNode, scope: Scope): Value {
    this.meter.step()
    const own = expressions[node.type]
    if (own === undefined) return this.unknown(`\`${excerpt(this.text(node))}\` is not read`, node)
    return own(this, node, scope)
  }

  execute(node: SyntaxNode, scope: Scope): Completion {
    this.meter.step()
    this.meter.span = this.span(node)
    const own = statements[node.type]
    if (own !== undefined) return own(this, node, scope)
    if (expressions[node.type] !== undefined) this.evaluate(node, scope)
    return normal
  }

  executeAll(nodes: readonly SyntaxNode[], scope: Scope): Completion {
    for (const node of nodes) {
      if (!node.named) continue
      const completion = this.execute(node, scope)
      if (completion.kind !== 'normal') return completion
    }
    return normal
  }

  /** Runs a part of a program; what ends it is noted, and what it would have given is Unknown. */
  guarded(node: SyntaxNode, body: () => Value): Value {
    const { module } = this
    const { depth } = this.meter
    const running = this.running.length
    try {
      return this.meter.share(body)
    } catch (error) {
      this.module = module
      this.meter.depth = depth
      this.running.length = running
      const note = this.reasonOf(error, node)
      this.notes.push(note)
      return new Unknown(note.message, note.span)
    }
  }

  private reasonOf(error: unknown, node: SyntaxNode): Note {
    if (error instanceof BudgetError) return { message: `not read: ${error.message}`, span: error.span ?? this.span(node) }
    if (error instanceof Thrown) return { message: `it throws ${error.message}`, span: error.span ?? this.span(node) }
    if (error instanceof RangeError) return { message: 'not read: it is nested too deeply', span: this.span(node) }
    throw error
  }

  call(callee: Value, self: Value, args: readonly Value[], span: Span | null, argSpans: readonly (Span | null)[] = []): Value {
    if (isUnknown(callee)) return callee
    if (!isFunction(callee)) throw new Thrown('TypeError: this is not a function', span, 'TypeError: what is called is not a function')
    return this.nested(() => callee.invoke({ self, args, argSpans, span }), span)
  }

  construct(callee: Value, args: readonly Value[], span: Span | null, argSpans: readonly (Span | null)[] = []): Value {
    if (isUnknown(callee)) return callee
    if (!isFunction(callee)) throw new Thrown('TypeError', span, 'TypeError: what `new` makes is not a class')
    const make = callee.construct ?? callee.invoke
    return this.nested(() => make({ self: undefined, args, argSpans, span }), span)
  }

  private nested(body: () => Value, span: Span | null): Value {
    this.meter.step()
    if (this.meter.depth >= this.meter.budget.depth) throw new BudgetError('its calls are nested too deeply', span)
    this.meter.depth++
    try {
      return body()
    } finally {
      this.meter.depth--
    }
  }

  text({ start, end }: SyntaxNode): string {
    return this.module.program.text.slice(start, end)
  }

  span(node: SyntaxNode): Span {
    return this.module.program.lines.span(node.start, node.end)
  }

  unknown(reason: string, node: SyntaxNode): Unknown {
    return new Unknown(reason, this.span(node))
  }

  note(message: string, span: Span | null): void {
    if (this.notes.length < mostNotes) this.notes.push({ message, span })
  }
}

const mostNotes = 500

export function excerpt(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return line.length > 40 ? `${line.slice(0, 39)}…` : line
}
