/** One run: a file and the modules that it imports. */
import type { Span } from '../graph'
import { named } from '../syntax'
import { declareGlobals } from './builtins/globals'
import type { RunOptions } from './host'
import { Evaluator, type ModuleRecord } from './interpreter/evaluator'
import { hoist } from './interpreter/hoist'
import { defaultBudget, Meter } from './interpreter/meter'
import { Scope } from './interpreter/scope'
import { argparse } from './library/argparse'
import { type Program, parse } from './parser'
import { native, ObjectValue, Unknown, type Value } from './values'

const own: Readonly<Record<string, () => Value>> = { argparse }

export class JavaScriptRun {
  readonly evaluator: Evaluator
  private readonly loaded = new Map<string, Value>()
  /** Imports of the program's own files that the host had not loaded yet. */
  pending = false

  constructor(
    program: Program,
    private readonly options: RunOptions,
  ) {
    const globals = new Scope(null)
    const meter = new Meter({ ...defaultBudget, ...options.budget }, options.now)
    const modules = { load: (specifier: string, from: ModuleRecord, span: Span) => this.load(specifier, from, span) }
    this.evaluator = new Evaluator(meter, globals, modules, recordOf(program))
    declareGlobals(this.evaluator, globals)
    for (const [name, value] of Object.entries(options.globals ?? {})) globals.declare(name, value)
  }

  /** Runs the file. What cannot be read costs what depends on it. */
  main(): ModuleRecord {
    const record = this.evaluator.module
    this.execute(record)
    return record
  }

  /** Runs a module's statements, and gives what it exports. */
  private execute(record: ModuleRecord): Value {
    const { evaluator } = this
    const before = evaluator.module
    evaluator.module = record
    const { scope } = record
    const module = new ObjectValue(null, null)
    const exports = new ObjectValue(null, null)
    module.properties.set('exports', { value: exports, span: null })
    scope.declare('module', module)
    scope.declare('exports', exports)
    scope.declare(
      'require',
      native('require', ([specifier], { span }) =>
        typeof specifier === 'string' && span !== null
          ? this.load(specifier, record, span)
          : new Unknown('what is required is not known', span),
      ),
    )
    const statements = named(record.program.root)
    hoist(evaluator, statements, scope)
    for (const statement of statements) {
      evaluator.guarded(statement, () => {
        evaluator.execute(statement, scope)
        return undefined
      })
    }
    evaluator.module = before
    const given = module.value('exports')
    if (given !== exports) return given
    for (const [name, value] of record.exports) exports.properties.set(name, { value, span: null })
    return exports
  }

  private load(specifier: string, from: ModuleRecord, span: Span): Value {
    const known = this.options.library(specifier) ?? own[specifier]?.()
    if (known !== undefined) return known
    const absent = (reason: string): Value => this.options.absent?.(specifier, span) ?? new Unknown(reason, span)
    if (!/^\.{0,2}\//.test(specifier)) return absent(`${specifier} is not read`)
    const source = this.options.source(specifier, from.program.file)
    if (source === undefined) this.pending = true
    if (source === undefined || source === null) return absent(`${specifier} is not found`)
    const loaded = this.loaded.get(source.file)
    if (loaded !== undefined) return loaded
    const { meter } = this.evaluator
    if (meter.files >= meter.budget.files) return new Unknown('more files are imported than are read', span)
    meter.files++
    // Files that import each other see what is exported so far.
    this.loaded.set(source.file, new Unknown(`${specifier} imports itself`, span))
    const namespace = this.execute(recordOf(parse(source.file, source.text)))
    this.loaded.set(source.file, namespace)
    return namespace
  }
}

function recordOf(program: Program): ModuleRecord {
  return { program, scope: new Scope(null), exports: new Map() }
}
