/**
 * Files that enter what they define into a registry: `@register_model`, `@MODELS.register_module()`. None is run for that
 * alone; all that were imported are when something looks into a registry, so that a package's one model costs one file.
 */
import type { ModuleNode, Statement } from '../ast'
import type { FunctionValue, Value } from '../values'
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

  /** An imported file that was not run yet waits if its text has a line like `@register_model`. */
  wait(info: ModuleInfo, text: string): void {
    if (hasRegisteringDecorator(text)) this.waiting.set(info, text)
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
    if (this.waiting.size === 0 || !this.registries.has(file)) return
    if (value.kind === 'dict' || value.kind === 'list' || value.kind === 'set') this.runWaiting()
  }

  private runWaiting(): void {
    const waiting = [...this.waiting]
    this.waiting.clear()
    for (const [info, text] of waiting) {
      if (this.characters + text.length > mostCharacters) continue
      this.characters += text.length
      info.load()
    }
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
