/**
 * Files that enter what they define into a registry: `@register_model`, `@MODELS.register_module()`. None is run for that
 * alone; all that were imported are when something looks into a registry, so that a package's one model costs one file. So are
 * the program's own packages: they import such files.
 */
import type { ModuleNode, Statement } from '../ast'
import type { SourceFile } from '../host'
import type { FunctionValue, Value } from '../values'
import { isInstalled } from './installed'
import type { ModuleInfo } from './modules'

/** Characters of files that are run because they register something. */
const mostCharacters = 250_000

const registers = (name: string): boolean => /regist/i.test(name)

const definesRegistering = (statement: Statement): boolean =>
  (statement.kind === 'functionDefinition' && registers(statement.function.name)) ||
  (statement.kind === 'class' && statement.body.some(definesRegistering))

export class Registering {
  private readonly waiting = new Map<ModuleInfo, string>()
  /** Files that define a registry. */
  private readonly registries = new Set<string>()
  private characters = 0
  /** Whether a dict or a list of a file with a registry is in other hands: what looks into it is not seen. */
  private isHandedOut = false

  /** `leftOut` is told of files that are not run though something may look for what they register. */
  constructor(private readonly leftOut: (files: readonly ModuleInfo[]) => void) {}

  /** A file is imported, and not run yet. */
  wait(info: ModuleInfo, { file, text, isPackage }: SourceFile): void {
    if (hasRegisteringDecorator(text) || (isPackage && !isInstalled(file))) this.waiting.set(info, text)
  }

  /** An import has been made. */
  imported(): void {
    if (this.isHandedOut) this.runWaiting()
  }

  /** A file is about to be run. */
  enter(module: ModuleNode): void {
    if (module.body.some(definesRegistering)) this.registries.add(module.file)
  }

  /** A function is called: one that stands beside those that register, or in their class, looks for what they entered. */
  call(fn: FunctionValue): void {
    if (this.waiting.size === 0 || !this.registries.has(fn.span.file) || registers(fn.qualifiedName)) return
    const { cls } = fn.ownerClass
    if (cls === null || [...cls.attributes.keys()].some(registers)) this.runWaiting()
  }

  /** A file's name is read from another: a dict or a list beside functions that register may be what they enter into. */
  read(value: Value, file: string): void {
    if ((value.kind !== 'dict' && value.kind !== 'list' && value.kind !== 'set') || !this.registries.has(file)) return
    this.isHandedOut = true
    this.runWaiting()
  }

  private runWaiting(): void {
    const leftOut: ModuleInfo[] = []
    // A map is walked through what is added on the way as well: what those that are run import.
    for (const [info, text] of this.waiting) {
      this.waiting.delete(info)
      if (info.isRun) continue
      if (this.characters + text.length > mostCharacters) {
        leftOut.push(info)
        continue
      }
      this.characters += text.length
      info.load()
    }
    if (leftOut.length > 0) this.leftOut(leftOut)
  }
}

/** Packages have megabytes of text: only lines with the word are looked at. */
function hasRegisteringDecorator(text: string): boolean {
  for (let at = text.indexOf('egist'); at >= 0; at = text.indexOf('egist', at + 5)) {
    const line = text.slice(text.lastIndexOf('\n', at) + 1, at + 5)
    if (/^[ \t]*@[\w.]*regist$/i.test(line)) return true
  }
  return false
}
