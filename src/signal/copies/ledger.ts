/**
 * What sums are made of. A tensor (or a gradient) is Σ factor·leaf; leaves are drawn independently of each other unless they are tied:
 * twins' outputs, which the same weights drew.
 */
import { addPairs, isNothing, NOTHING, type Pair } from './pair'

export class Ledger<Leaf> {
  private readonly ties = new Map<Leaf, Map<Leaf, Pair>>()

  /** `own`: E[x²] of a leaf, and E[x x'] at two positions. */
  constructor(private readonly own: (leaf: Leaf) => Pair) {}

  tie(leaf: Leaf, other: Leaf, pair: Pair): void {
    if (isNothing(pair)) return
    const known = this.ties.get(leaf) ?? new Map<Leaf, Pair>()
    known.set(other, pair)
    this.ties.set(leaf, known)
  }

  /** E[x y] of two sums. `tiedOnly` leaves out what both hold of the very same leaf. */
  cross(x: ReadonlyMap<Leaf, number>, y: ReadonlyMap<Leaf, number>, tiedOnly = false): Pair {
    let sum = NOTHING
    for (const [leaf, factor] of x) {
      const shared = y.get(leaf)
      if (shared !== undefined && !tiedOnly) sum = addPairs(sum, this.own(leaf), factor * shared)
      for (const [other, pair] of this.ties.get(leaf) ?? []) {
        const held = y.get(other)
        if (held !== undefined) sum = addPairs(sum, pair, factor * held)
      }
    }
    for (const [leaf, factor] of y)
      for (const [other, pair] of this.ties.get(leaf) ?? []) {
        const held = x.get(other)
        if (held !== undefined) sum = addPairs(sum, pair, factor * held)
      }
    return sum
  }
}

export function scaled<Leaf>(terms: ReadonlyMap<Leaf, number>, by: number): ReadonlyMap<Leaf, number> {
  return new Map([...terms].map(([leaf, factor]) => [leaf, factor * by]))
}

export function summed<Leaf>(parts: readonly ReadonlyMap<Leaf, number>[]): ReadonlyMap<Leaf, number> {
  const sum = new Map<Leaf, number>()
  for (const part of parts) for (const [leaf, factor] of part) sum.set(leaf, (sum.get(leaf) ?? 0) + factor)
  return sum
}
