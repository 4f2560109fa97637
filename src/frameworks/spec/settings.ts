/** A layer's settings, read with the form that each must have. Other formats name the same settings otherwise: `naming` tells. */
import type { Span } from '../../graph'
import { plainName } from './names'
import type { Place } from './place'

/** How a format writes the name of a setting. */
export type Naming = (name: string) => string

export class Settings {
  constructor(
    readonly place: Place,
    private readonly naming: Naming = (name) => name,
    /** The layer's own entry, where its settings stand in a part of it. */
    readonly entry: Place = place,
    /** Flags that hold for another reason than a setting of this layer. */
    private readonly set: ReadonlySet<string> = new Set(),
  ) {}

  get span(): Span {
    return this.entry.span
  }

  /** The key as this document writes it. */
  key(name: string): string {
    return this.naming(name)
  }

  at(name: string): Place | null {
    const place = this.place.get(this.key(name))
    return place === null || place.scalar === null ? null : place
  }

  has(name: string): boolean {
    return this.at(name) !== null
  }

  /** A whole number above 0 (or from `least` on). */
  integer(name: string, fallback: number | null = null, least = 1): number {
    const place = this.at(name)
    if (place === null)
      return fallback ?? this.place.fail(`${this.key(name)} is missing: write a whole number, like ${this.key(name)}: 64.`)
    const value = place.scalar
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= largestSize) return value
    return place.fail(
      `${this.key(name)} must be a whole number from ${least} to 2³⁰, like ${this.key(name)}: 64; here it is ${place.shown}.`,
    )
  }

  number(name: string, fallback: number): number {
    const place = this.at(name)
    if (place === null) return fallback
    const value = place.scalar
    if (typeof value === 'number' && Number.isFinite(value)) return value
    return place.fail(`${this.key(name)} must be a number, like ${this.key(name)}: ${fallback}; here it is ${place.shown}.`)
  }

  flag(name: string, fallback: boolean): boolean {
    if (this.set.has(name)) return true
    const place = this.at(name)
    if (place === null) return fallback
    if (typeof place.scalar === 'boolean') return place.scalar
    return place.fail(`${this.key(name)} must be true or false; here it is ${place.shown}.`)
  }

  /** One of the given words. */
  word<T extends string>(name: string, words: readonly T[], fallback: T): T {
    const place = this.at(name)
    if (place === null) return fallback
    const written = typeof place.scalar === 'string' ? plainName(place.scalar) : null
    const found = words.find((word) => word === written)
    return found ?? place.fail(`${this.key(name)} must be one of ${words.join(', ')}; here it is ${place.shown}.`)
  }

  /** One whole number for each of `rank` axes; a single number stands for all. */
  sizes(name: string, rank: number, fallback: readonly number[] | null = null, least = 1): readonly number[] {
    const place = this.at(name)
    const form = `${this.key(name)} must be a whole number from ${least} on or a list of ${rank}, like ${this.key(name)}: 3`
    if (place === null) return fallback ?? this.place.fail(`${form}; it is missing.`)
    const values = place.items?.map((item) => item.scalar) ?? [place.scalar]
    const numbers = values.filter((value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= largestSize)
    const known = numbers.map(Number)
    if (known.length < values.length || (known.length !== rank && known.length !== 1))
      return place.fail(`${form}; here it is ${place.shown}.`)
    return known.length === rank ? known : new Array<number>(rank).fill(known[0] ?? least)
  }
}

const largestSize = 2 ** 30
