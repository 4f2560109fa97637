/**
 * What sums are made of. A tensor (or a gradient) is Σ factor·leaf; leaves are drawn independently of each other unless they are tied:
 * twins' outputs, which the same weights drew. Handles count up in the order in which things were entered.
 */
import { addPairs, isNothing, NOTHING, type Pair } from './pair'

export type Handle = number

export interface Term {
  readonly of: Handle
  readonly factor: number
}

interface Entry {
  /** Empty for a leaf. */
  readonly terms: readonly Term[]
  readonly leaves: ReadonlyMap<Handle, number>
  /** E[x²], and E[x x'] at two positions. */
  readonly own: () => Pair
  readonly crossed: Map<Handle, Pair>
  readonly ties: Map<Handle, Pair>
}

/** Leaves that a sum is taken apart into; of a longer one only the last are, which keeps very deep networks linear. */
const mostLeaves = 128

export class Ledger {
  private readonly entries: Entry[] = []

  leaf(own: () => Pair): Handle {
    const handle = this.entries.length
    this.enter([], new Map([[handle, 1]]), own)
    return handle
  }

  sum(terms: readonly Term[], own: () => Pair): Handle {
    const leaves = new Map<Handle, number>()
    for (const { of, factor } of terms)
      for (const [leaf, share] of this.entry(of).leaves) leaves.set(leaf, (leaves.get(leaf) ?? 0) + factor * share)
    this.enter(terms, leaves.size <= mostLeaves ? leaves : new Map([...leaves].slice(-mostLeaves)), own)
    return this.entries.length - 1
  }

  /** Says of two leaves what the same weights gave them in common. */
  tie(leaf: Handle, other: Handle, pair: Pair): void {
    if (isNothing(pair)) return
    this.entry(leaf).ties.set(other, pair)
    this.entry(other).ties.set(leaf, pair)
  }

  own(handle: Handle): Pair {
    return this.entry(handle).own()
  }

  /** E[x y], and E[x y'] at two positions. */
  cross(x: Handle, y: Handle): Pair {
    if (x === y) return this.own(x)
    const [later, earlier] = x > y ? [x, y] : [y, x]
    const entry = this.entry(later)
    if (entry.terms.length === 0) return this.crossOfLeaf(later, this.entry(earlier).leaves, true)
    const known = entry.crossed.get(earlier)
    if (known !== undefined) return known
    const made = entry.terms.reduce((total, { of, factor }) => addPairs(total, this.cross(of, earlier), factor), NOTHING)
    entry.crossed.set(earlier, made)
    return made
  }

  /** The same without what both hold of the very same leaves. */
  tied(x: Handle, y: Handle): Pair {
    const [a, b] = [this.entry(x).leaves, this.entry(y).leaves]
    const [few, many] = a.size < b.size ? [a, b] : [b, a]
    return [...few].reduce((total, [leaf, factor]) => addPairs(total, this.crossOfLeaf(leaf, many, false), factor), NOTHING)
  }

  private crossOfLeaf(leaf: Handle, leaves: ReadonlyMap<Handle, number>, withItself: boolean): Pair {
    const { ties, own } = this.entry(leaf)
    const itself = withItself ? leaves.get(leaf) : undefined
    let total = itself === undefined ? NOTHING : addPairs(NOTHING, own(), itself)
    for (const [other, pair] of ties) {
      const share = leaves.get(other)
      if (share !== undefined) total = addPairs(total, pair, share)
    }
    return total
  }

  private enter(terms: readonly Term[], leaves: ReadonlyMap<Handle, number>, own: () => Pair): void {
    this.entries.push({ terms, leaves, own, crossed: new Map(), ties: new Map() })
  }

  private entry(handle: Handle): Entry {
    return this.entries[handle] as Entry
  }
}
