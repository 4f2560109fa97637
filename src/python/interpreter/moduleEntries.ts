/** `module.__dict__`: looking one name up reads no more files than it must; listing the names reads them all. */
import { asString } from '../guards'
import { str } from '../make'
import type { DictEntries, Value } from '../values'
import type { ModuleInfo } from './modules'

export class ModuleEntries implements DictEntries {
  constructor(private readonly info: ModuleInfo) {}

  get size(): number {
    return this.info.names().length
  }

  get(key: Value): Value | undefined {
    const name = asString(key)
    return name === undefined ? undefined : this.info.attribute(name)
  }

  set(key: Value, value: Value): void {
    const name = asString(key)
    if (name !== undefined) this.info.scope.variables.set(name, value)
  }

  has(key: Value): boolean {
    return this.get(key) !== undefined
  }

  delete(key: Value): boolean {
    const name = asString(key)
    return name !== undefined && this.info.scope.variables.delete(name)
  }

  keys(): Iterable<Value> {
    return this.info.names().map(str)
  }

  values(): Iterable<Value> {
    return Array.from(this.entries(), ([, value]) => value)
  }

  entries(): Iterable<readonly [Value, Value]> {
    return this.info.names().flatMap((name): [Value, Value][] => {
      const value = this.info.attribute(name)
      return value === undefined ? [] : [[str(name), value]]
    })
  }

  clear(): void {
    this.info.scope.variables.clear()
  }
}
