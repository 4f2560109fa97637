/** The order in which a class's bases are searched. */
import type { ClassValue, Value } from './values'

/**
 * C3 linearization of a class's bases, without the class itself: merge of the bases' own orders and of the bases.
 * undefined when no order respects them all ("Cannot create a consistent method resolution order").
 */
export function linearize(bases: readonly ClassValue[]): readonly ClassValue[] | undefined {
  const waiting = [...bases.map((base) => [...base.mro]), [...bases]].filter((order) => order.length > 0)
  const merged: ClassValue[] = []
  while (waiting.length > 0) {
    const next = waiting.map((order) => order[0]).find((head) => waiting.every((order) => order.indexOf(head as ClassValue) <= 0))
    if (next === undefined) return undefined
    merged.push(next)
    for (let index = waiting.length - 1; index >= 0; index--) {
      const order = waiting[index] as ClassValue[]
      if (order[0] === next) order.shift()
      if (order.length === 0) waiting.splice(index, 1)
    }
  }
  return merged
}

/** The attribute of the first class in the order that has it, as it is stored. */
export function lookUp(cls: ClassValue, name: string): Value | undefined {
  for (const candidate of cls.mro) {
    const found = candidate.attributes.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

export function isSubclass(cls: ClassValue, of: ClassValue): boolean {
  return cls === of || cls.mro.includes(of)
}
