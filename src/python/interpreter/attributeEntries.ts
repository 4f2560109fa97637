/** `instance.__dict__`: the attributes themselves, so that writing an entry sets an attribute. */
import { asString } from '../guards'
import { str } from '../make'
import type { DictEntries, Value } from '../values'

export class AttributeEntries implements DictEntries {
  constructor(private readonly attributes: Map<string, Value>) {}

  get size(): number {
    return this.attributes.size
  }

  get(key: Value): Value | undefined {
    const name = asString(key)
    return name === undefined ? undefined : this.attributes.get(name)
  }

  /** Attributes have names: an entry under another key is not kept. */
  set(key: Value, value: Value): void {
    const name = asString(key)
    if (name !== undefined) this.attributes.set(name, value)
  }

  has(key: Value): boolean {
    return this.get(key) !== undefined
  }

  delete(key: Value): boolean {
    const name = asString(key)
    return name !== undefined && this.attributes.delete(name)
  }

  keys(): Iterable<Value> {
    return Array.from(this.attributes.keys(), str)
  }

  values(): Iterable<Value> {
    return [...this.attributes.values()]
  }

  entries(): Iterable<readonly [Value, Value]> {
    return Array.from(this.attributes, ([name, value]): [Value, Value] => [str(name), value])
  }

  clear(): void {
    this.attributes.clear()
  }
}
