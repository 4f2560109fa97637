/** The façade of the interpreter: modules run, expressions evaluated in them. */
import type { Span } from '../graph'
import type { Expression } from './ast'
import { builtinNamespace } from './builtins'
import type { InterpreterOptions } from './host'
import { BudgetError } from './interpreter/errors'
import { Evaluator } from './interpreter/evaluator'
import { reasonOf } from './interpreter/program'
import { unknown } from './make'
import { type ParsedModule, parse } from './parser/parse'
import type { ModuleValue, Value } from './values'

/** An interpreter for one run, with what its user asks of it beside what builtins do. */
export class PythonInterpreter extends Evaluator {
  constructor(options: InterpreterOptions) {
    super(options, builtinNamespace())
  }

  /**
   * Runs a file as the main module. Never throws for what the file does: what is not read is in `notes`, what was bound
   * before stays, what could not be bound is Unknown. `name` is what `__name__` says.
   */
  runModule(file: string, text: string, name = this.options.mainName ?? '__main__'): ModuleValue {
    return this.runParsed(parse(file, text), name)
  }

  /** The same for a file that is parsed already. */
  runParsed(parsed: ParsedModule, name = this.options.mainName ?? '__main__'): ModuleValue {
    for (const { message, span } of parsed.errors) this.note({ kind: 'unread', message, span })
    const info = this.registry.make(name, parsed.module.file, this.options.mainPackage ?? packageOf(parsed.module.file))
    this.registry.registering.enter(parsed.module)
    this.meter.reading(() => this.program.runStatements(parsed.module, info.scope))
    return info.module
  }

  /**
   * An expression in a module's namespace. Throws PythonError for what Python would raise; a used-up budget and text that is
   * not an expression give Unknown.
   */
  evaluateIn(expression: string, module: ModuleValue): Value {
    const info = this.moduleInfo(module)
    if (info === undefined) return unknown(`\`${module.name}\` is not a module of this run`)
    const parsed = parse('<expression>', expression)
    const [error] = parsed.errors
    if (error !== undefined) return unknown(error.message, error.span)
    const [only] = parsed.module.body
    if (only === undefined || only.kind !== 'expression' || parsed.module.body.length > 1)
      return unknown('this is not one expression', parsed.module.span)
    return this.evaluateNode(only.value, module)
  }

  /** The same for an expression of the module's own tree. */
  evaluateNode(expression: Expression, module: ModuleValue): Value {
    const info = this.moduleInfo(module)
    if (info === undefined) return unknown(`\`${module.name}\` is not a module of this run`)
    return this.guard(expression.span, () => this.meter.share(() => this.evaluate(expression, info.scope)))
  }

  /** Runs `body` so that a used-up budget gives an Unknown instead of ending the caller. PythonErrors pass. */
  guard(span: Span | null, body: () => Value): Value {
    return this.bounded(body, (reason, at) => this.unknown(`not read: ${reason}`, at ?? span))
  }

  /** What `body` gives, or, where a budget is used up on the way, what `instead` makes of the reason. PythonErrors pass. */
  bounded<T>(body: () => T, instead: (reason: string, span: Span | null) => T): T {
    const { depth } = this.meter
    const frames = this.frames.length
    try {
      return body()
    } catch (error) {
      if (!(error instanceof BudgetError || error instanceof RangeError)) throw error
      this.meter.depth = depth
      this.frames.length = frames
      return instead(reasonOf(error), error instanceof BudgetError ? error.span : null)
    }
  }
}

/** Stands for the package of a file whose package is not told: its folders, so that what is imported relatively from two places has two names. */
function packageOf(file: string): string {
  const folders = file.split(/[/\\]+/).slice(0, -1)
  return folders
    .filter((folder) => folder !== '' && folder !== '.')
    .map((folder) => folder.replaceAll('.', '_'))
    .join('.')
}

/** An interpreter for one run. `initParser()` must have resolved. */
export function createInterpreter(options: InterpreterOptions = {}): PythonInterpreter {
  return new PythonInterpreter(options)
}
