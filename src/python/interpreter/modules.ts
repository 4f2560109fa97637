/**
 * Modules read from source, run when something is first asked of them. Inside an imported module, `from x import a` and
 * `from x import *` wait likewise until the name is used, so that importing one model of a large package reads a few files.
 */
import { asString } from '../guards'
import type { SourceFile } from '../host'
import { none, str } from '../make'
import { Scope } from '../scope'
import type { ModuleValue, UnknownValue, Value } from '../values'
import type { Evaluator } from './evaluator'

/** What all scopes of one file share, and what of it is still waiting. */
export class ModuleInfo {
  readonly scope: Scope
  readonly module: ModuleValue
  /** Set by a star import of something not known: names that are not found may have come from there. */
  hiddenNames: UnknownValue | null = null
  /** Of a package: its modules that were imported. What it binds to their names goes before them. */
  private readonly submodules = new Map<string, ModuleValue>()
  private readonly deferred = new Map<string, () => Value>()
  private readonly stars: ModuleInfo[] = []
  private readonly absent = new Set<string>()
  private readonly mentioned = new Map<string, boolean>()
  private readonly searching = new Set<string>()
  /** Whether this is the file that is run, not one that it imports. */
  readonly isMain: boolean

  constructor(
    /** Dotted, `__main__` for the file that is run. */
    readonly name: string,
    readonly file: string,
    /** Dotted name of the package that relative imports start from. */
    readonly packageName: string,
    /** Not yet run; null afterwards, and for the main module. */
    private source: SourceFile | null,
    private readonly evaluator: Evaluator,
  ) {
    this.isMain = source === null
    const attributes = new Map<string, Value>([
      ['__name__', str(name)],
      ['__file__', str(file)],
      ['__package__', str(packageName)],
      ['__doc__', none],
      ['__spec__', none],
    ])
    this.scope = new Scope('module', attributes, null, this)
    this.module = { kind: 'module', name, attributes, file, lookup: (wanted) => this.attribute(wanted) }
  }

  /** A name of the module's own, as code in it sees it. */
  find(name: string): Value | undefined {
    const own = this.scope.variables.get(name)
    if (own !== undefined) return own
    if (this.absent.has(name)) return undefined
    const waiting = this.deferred.get(name)
    if (waiting !== undefined) {
      this.deferred.delete(name)
      const value = waiting()
      this.scope.variables.set(name, value)
      return value
    }
    const found = this.fromStars(name)
    const submodule = this.submodules.get(name)
    // While files are being run, what is missing now may come yet.
    if (found !== undefined) this.scope.variables.set(name, found)
    else if (submodule === undefined && this.evaluator.registry.running === 0) this.absent.add(name)
    return found ?? submodule
  }

  addSubmodule(name: string, module: ModuleValue): void {
    this.submodules.set(name, module)
    this.absent.delete(name)
  }

  /** What `module.name` gives: the module is run first. */
  attribute(name: string): Value | undefined {
    this.load()
    return this.find(name)
  }

  /** Every name, whatever waits included. */
  names(): readonly string[] {
    this.load()
    const names = new Set(this.scope.variables.keys())
    for (const name of this.deferred.keys()) names.add(name)
    for (const name of this.submodules.keys()) names.add(name)
    for (const star of this.stars) for (const name of star.exported()) names.add(name)
    return [...names]
  }

  /** What `from module import *` binds. */
  exported(): readonly string[] {
    if (this.searching.has('*')) return []
    this.searching.add('*')
    try {
      return this.listed() ?? this.names().filter((name) => !name.startsWith('_'))
    } finally {
      this.searching.delete('*')
    }
  }

  defer(name: string, make: () => Value): void {
    this.scope.variables.delete(name)
    this.deferred.set(name, make)
    this.absent.clear()
  }

  importStar(from: ModuleInfo): void {
    if (from === this) return
    this.stars.push(from)
    this.absent.clear()
  }

  /** Why a name that is not found may be there all the same: a star import of something not known, here or in a module that all is imported from. */
  hidden(): UnknownValue | null {
    if (this.hiddenNames !== null || this.searching.has('?')) return this.hiddenNames
    this.searching.add('?')
    try {
      for (const star of this.stars) {
        const found = star.hidden()
        if (found !== null) return found
      }
      return null
    } finally {
      this.searching.delete('?')
    }
  }

  /** Run, or in the middle of it. */
  get isRun(): boolean {
    return this.source === null
  }

  /** Runs the source, once. A cycle sees the module as far as it has come. */
  load(): void {
    const { source } = this
    if (source === null) return
    this.source = null
    this.evaluator.registry.run(source, this)
  }

  /** Later star imports win over earlier ones. One that is being searched for the name, and asks back, is passed over. */
  private fromStars(name: string): Value | undefined {
    for (let index = this.stars.length - 1; index >= 0; index--) {
      const star = this.stars[index]
      const question = `${index} ${name}`
      if (star === undefined || this.searching.has(question)) continue
      this.searching.add(question)
      try {
        const found = star.mayExport(name) ? star.attribute(name) : undefined
        if (found !== undefined) return found
      } finally {
        this.searching.delete(question)
      }
    }
    return undefined
  }

  /** A file that was not run need not be when its text does not have the name. */
  private mayExport(name: string): boolean {
    if (this.source !== null && !this.mentions(this.source, name)) return false
    this.load()
    const listed = this.listed()
    return listed === null ? !name.startsWith('_') : listed.includes(name)
  }

  private mentions(source: SourceFile, name: string): boolean {
    const known = this.mentioned.get(name)
    if (known !== undefined) return known
    const result = source.text.includes(name) || /import\s*\*/.test(source.text)
    this.mentioned.set(name, result)
    return result
  }

  /** `__all__`, where the module has one that is known. */
  private listed(): readonly string[] | null {
    this.load()
    const all = this.scope.variables.get('__all__')
    const items = all === undefined || all.kind === 'unknown' ? null : this.evaluator.items(all)
    return items === null ? null : items.flatMap((item) => asString(item) ?? [])
  }
}
