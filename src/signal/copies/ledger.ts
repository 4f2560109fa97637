/**
 * What sums are made of. A tensor (or a gradient) is Σ factor·leaf; leaves are drawn independently of each other, about their means, unless they
 * are tied: twins' outputs, which the same weights drew. Handles count up in the order in which things were entered.
 */
import { addPairs, isNothing, NOTHING, type Pair, scalePair, shiftPair } from './pair'

export type Handle = number

export interface Term {
  readonly of: Handle
  readonly factor: number
}

/** What two sums share, and how it lies over the classes of positions: relative, 1 where even; null where that is not known. */
export interface Shared {
  readonly pair: Pair
  readonly profile: Float64Array | null
}

/** What is entered: E[x²], and E[x x'] at two positions; E[x]; and how E[x²] lies over the classes of positions. */
export interface Held {
  own(): Pair
  mean(): number
  profile(): Float64Array
}

interface Entry {
  /** Empty for a leaf. */
  readonly terms: readonly Term[]
  readonly leaves: ReadonlyMap<Handle, number>
  readonly held: Held
  /** Covariances with others. */
  readonly crossed: Map<Handle, Pair>
  readonly ties: Map<Handle, Pair>
}

/** Leaves that a sum is taken apart into; of a longer one only the last are, which keeps very deep networks linear. */
const mostLeaves = 128

export class Ledger {
  private readonly entries: Entry[] = []

  leaf(held: Held): Handle {
    const handle = this.entries.length
    this.enter([], new Map([[handle, 1]]), held)
    return handle
  }

  sum(terms: readonly Term[], held: Held): Handle {
    const leaves = new Map<Handle, number>()
    for (const { of, factor } of terms)
      for (const [leaf, share] of this.entry(of).leaves) leaves.set(leaf, (leaves.get(leaf) ?? 0) + factor * share)
    this.enter(terms, leaves.size <= mostLeaves ? leaves : new Map([...leaves].slice(-mostLeaves)), held)
    return this.entries.length - 1
  }

  /** Says of two leaves what the same weights gave them in common: E[x y], and E[x y'] at two positions. */
  tie(leaf: Handle, other: Handle, pair: Pair): void {
    if (isNothing(pair)) return
    const covariance = shiftPair(pair, -this.mean(leaf) * this.mean(other))
    this.entry(leaf).ties.set(other, covariance)
    this.entry(other).ties.set(leaf, covariance)
  }

  own(handle: Handle): Pair {
    return this.entry(handle).held.own()
  }

  /** E[x y], and E[x y'] at two positions. */
  cross(x: Handle, y: Handle): Pair {
    return shiftPair(this.covariance(x, y), this.mean(x) * this.mean(y))
  }

  private covariance(x: Handle, y: Handle): Pair {
    if (x === y) return shiftPair(this.own(x), -(this.mean(x) ** 2))
    const [later, earlier] = x > y ? [x, y] : [y, x]
    const entry = this.entry(later)
    if (entry.terms.length === 0) return this.crossOfLeaf(later, this.entry(earlier).leaves)
    const known = entry.crossed.get(earlier)
    if (known !== undefined) return known
    const made = entry.terms.reduce((total, { of, factor }) => addPairs(total, this.covariance(of, earlier), factor), NOTHING)
    entry.crossed.set(earlier, made)
    return made
  }

  /** Their covariance without what both hold of the very same leaves. Each tie lies where both of its leaves do. */
  tied(x: Handle, y: Handle): Shared {
    const [a, b] = [this.entry(x).leaves, this.entry(y).leaves]
    const [few, many] = a.size < b.size ? [a, b] : [b, a]
    const parts: Shared[] = []
    for (const [leaf, factor] of few) {
      for (const [other, pair] of this.entry(leaf).ties) {
        const share = many.get(other)
        if (share !== undefined) parts.push({ pair: scalePair(pair, factor * share), profile: this.between(leaf, other) })
      }
    }
    return addShared(parts)
  }

  private between(leaf: Handle, other: Handle): Float64Array | null {
    const [a, b] = [this.entry(leaf).held.profile(), this.entry(other).held.profile()]
    return a.length === b.length ? a.map((value, i) => Math.sqrt(value * (b[i] as number))) : null
  }

  private crossOfLeaf(leaf: Handle, leaves: ReadonlyMap<Handle, number>): Pair {
    const { ties } = this.entry(leaf)
    const itself = leaves.get(leaf)
    let total = itself === undefined ? NOTHING : scalePair(this.covariance(leaf, leaf), itself)
    if (leaves.size < ties.size) {
      for (const [other, share] of leaves) total = addPairs(total, ties.get(other) ?? NOTHING, share)
      return total
    }
    for (const [other, pair] of ties) {
      const share = leaves.get(other)
      if (share !== undefined) total = addPairs(total, pair, share)
    }
    return total
  }

  private mean(handle: Handle): number {
    return this.entry(handle).held.mean()
  }

  private enter(terms: readonly Term[], leaves: ReadonlyMap<Handle, number>, held: Held): void {
    this.entries.push({ terms, leaves, held, crossed: new Map(), ties: new Map() })
  }

  private entry(handle: Handle): Entry {
    return this.entries[handle] as Entry
  }
}

/** The sum of what is shared: profiles weighted by what they are profiles of, even where one is not known. */
export function addShared(parts: readonly Shared[]): Shared {
  const pair = parts.reduce((sum, part) => addPairs(sum, part.pair), NOTHING)
  const [first] = parts
  const size = first?.profile?.length
  if (size === undefined || pair.same === 0 || parts.some(({ profile }) => profile?.length !== size)) return { pair, profile: null }
  const profile = new Float64Array(size)
  for (const part of parts)
    for (let i = 0; i < size; i++) profile[i] = (profile[i] as number) + (part.pair.same / pair.same) * (part.profile?.[i] as number)
  return { pair, profile }
}

export const scaleShared = ({ pair, profile }: Shared, factor: number): Shared => ({ pair: scalePair(pair, factor), profile })
