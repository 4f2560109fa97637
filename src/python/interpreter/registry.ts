/** The modules of a run: ours, made when first asked for, and those from source, one a file. */
import type { Span } from '../../graph'
import type { SourceFile } from '../host'
import { libraryModules, moduleSubstitutes } from '../library'
import { str, unknown } from '../make'
import { parseCached } from '../parser/cache'
import type { ModuleValue, UnknownValue, Value } from '../values'
import type { Evaluator } from './evaluator'
import { ModuleEntries } from './moduleEntries'
import { ModuleInfo } from './modules'
import { Registering } from './registering'

export class ModuleRegistry {
  /** How many modules are in the middle of being run. */
  running = 0
  readonly registering = new Registering((files) => this.noteLeftOut(files))
  private readonly natives = new Map<string, ModuleValue>()
  private readonly byName = new Map<string, ModuleValue>()
  /** One module a file, under whatever name it is imported; a package that imports the main file back gets that. */
  private readonly byFile = new Map<string, ModuleValue>()
  private readonly infos = new Map<ModuleValue, ModuleInfo>()
  private readonly importSpans = new Map<ModuleValue, Span | null>()

  constructor(private readonly evaluator: Evaluator) {}

  /** Read from source, under its dotted name; `__main__` is the file that is run. */
  named(name: string): ModuleValue | undefined {
    return this.byName.get(name)
  }

  /** Imported so far. */
  loaded(name: string): ModuleValue | undefined {
    return this.byName.get(name) ?? this.natives.get(name)
  }

  info(module: ModuleValue): ModuleInfo | undefined {
    return this.infos.get(module)
  }

  /** A module of ours. */
  native(name: string): ModuleValue | undefined {
    const known = this.natives.get(name)
    if (known !== undefined) return known
    const made = (this.evaluator.options.nativeModules?.get(name) ?? libraryModules.get(name))?.(this.evaluator)
    if (made !== undefined) this.natives.set(name, made)
    return made
  }

  /** A module from source, not yet run. */
  fromSource(source: SourceFile, name: string, span: Span | null): ModuleValue | UnknownValue {
    const loaded = this.byName.get(name) ?? this.byFile.get(source.file)
    if (loaded !== undefined) return loaded
    const packageName = source.isPackage ? name : name.slice(0, Math.max(0, name.lastIndexOf('.')))
    const info = this.make(name, source.file, packageName, source)
    this.byName.set(name, info.module)
    this.importSpans.set(info.module, span)
    this.registering.wait(info, source)
    return info.module
  }

  make(name: string, file: string, packageName: string, source: SourceFile | null = null): ModuleInfo {
    const info = new ModuleInfo(name, file, packageName, source, this.evaluator)
    this.infos.set(info.module, info)
    this.byFile.set(file, info.module)
    if (source === null) this.byName.set(name, info.module)
    return info
  }

  /** Runs an imported file. What is not read of it is noted; names that it would have had are Unknown. */
  run(source: SourceFile, info: ModuleInfo): void {
    const refusal = this.refusal()
    if (refusal !== null) {
      const hidden = unknown(`\`${info.name}\` is not read: ${refusal}`, this.importSpans.get(info.module) ?? null)
      this.evaluator.note({ kind: 'unread', message: hidden.reason, span: hidden.span })
      info.hiddenNames = hidden
      return
    }
    this.running++
    const { module } = this.evaluator.meter.earning(
      () => parseCached(source.file, source.text),
      () => true,
    )
    this.registering.enter(module)
    // A file is run in no function's frame, whichever imports it.
    const around = this.evaluator.frames.splice(0)
    this.evaluator.program.apart(() => this.evaluator.program.runStatements(module, info.scope))
    this.evaluator.frames.splice(0, Number.POSITIVE_INFINITY, ...around)
    this.running--
  }

  /** `module.name`; undefined where Python would raise AttributeError. */
  attribute(module: ModuleValue, name: string, span: Span | null): Value | undefined {
    const info = this.infos.get(module)
    if (info !== undefined) {
      const value = info.attribute(name) ?? this.lastResort(info, name, span)
      if (value !== undefined) this.registering.read(value, info.file)
      return value
    }
    const own = module.attributes.get(name)
    if (own !== undefined) return own
    const looked = module.lookup?.(name)
    if (looked !== undefined) {
      module.attributes.set(name, looked)
      return looked
    }
    return name === '__name__' ? str(module.name) : this.native(`${module.name}.${name}`)
  }

  private lastResort(info: ModuleInfo, name: string, span: Span | null): Value | undefined {
    if (name === '__dict__') return { kind: 'dict', entries: new ModuleEntries(info) }
    const substitute = moduleSubstitutes(this.evaluator).get(info.module.name)
    const replaced =
      substitute === undefined || substitute === info.module ? undefined : this.evaluator.findAttribute(substitute, name, span)
    if (replaced !== undefined) return replaced
    const fallback = info.find('__getattr__')
    return fallback === undefined ? (info.hidden() ?? undefined) : this.evaluator.call(fallback, [str(name)], undefined, span)
  }

  private noteLeftOut(files: readonly ModuleInfo[]): void {
    const [first] = files
    if (first === undefined) return
    const which = files.length === 1 ? `\`${first.name}\` is` : `\`${first.name}\` and ${files.length - 1} more are`
    const message = `${which} not read for what they register: together such files are longer than what is followed`
    this.evaluator.note({ kind: 'unread', message, span: this.importSpans.get(first.module) ?? null })
  }

  private refusal(): string | null {
    const { meter } = this.evaluator
    meter.files++
    if (meter.files > meter.budget.files) return 'more files are imported than are followed'
    return meter.isLate() ? 'reading takes longer than is given to it' : null
  }
}
