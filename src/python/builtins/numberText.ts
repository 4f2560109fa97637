/** Numbers from text and from each other, as `int()` and `float()` make them; rounding. */
import { int } from '../make'
import type { Value } from '../values'
import { fixed } from './floatText'

/** `int(text, base)`; undefined: not a number of that base. */
export function parseInteger(text: string, base: number): Value | undefined {
  const match = /^([+-]?)(?:0([xXoObB]))?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/.exec(text.trim())
  if (match === null) return undefined
  const [, sign, letter, written = ''] = match
  const named = letter === undefined ? undefined : { x: 16, o: 8, b: 2 }[letter.toLowerCase()]
  // In base 16, 0b1 is a number and no prefix.
  const prefixed = named !== undefined && (base === 0 || base === named)
  if (letter !== undefined && !prefixed && base <= 11) return undefined
  const digits = (letter === undefined || prefixed ? written : `0${letter}${written}`).replaceAll('_', '').toLowerCase()
  const radix = prefixed ? named : base === 0 ? 10 : base
  if (digits.length > 4300 || (base === 0 && !prefixed && /^0+[1-9]/.test(digits))) return undefined
  let value = 0n
  for (const digit of digits) {
    const worth = Number.parseInt(digit, 36)
    if (worth >= radix) return undefined
    value = value * BigInt(radix) + BigInt(worth)
  }
  return int(sign === '-' ? -value : value)
}

/** `float(text)`; undefined: not a number. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase()
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(trimmed)
  if (special !== null) {
    if (special[2] === 'nan') return Number.NaN
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!/^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/.test(trimmed)) return undefined
  return Number(trimmed.replaceAll('_', ''))
}

/** A finite float's whole part. */
export function truncated(value: number): Value {
  return int(Number.isSafeInteger(Math.trunc(value)) ? Math.trunc(value) : BigInt(Math.trunc(value)))
}

/** `round(value, places)`: exact, ties to even. Finite values. */
export function rounded(value: number, places: number): number {
  if (places > 300 || value === 0) return value
  if (places >= 0) return Math.abs(value) >= 2 ** 53 ? value : Math.sign(value) * Number(fixed(value, places))
  const magnitude = Math.abs(value)
  // A fraction tips what would be a tie.
  const doubled = BigInt(Math.trunc(magnitude)) * 2n + (Number.isInteger(magnitude) ? 0n : 1n)
  return Math.sign(value) * Number(roundedInteger(doubled, -places, 2n) / 2n)
}

/** `round(value, -places)` of an int, exact, ties to even; of so many parts of a whole when `parts` says so. */
export function roundedInteger(value: number | bigint, places: number, parts = 1n): bigint {
  const scale = 10n ** BigInt(Math.min(400, places)) * parts
  const exact = BigInt(value)
  const magnitude = exact < 0n ? -exact : exact
  const [whole, rest] = [magnitude / scale, magnitude % scale]
  const up = rest * 2n > scale || (rest * 2n === scale && whole % 2n === 1n)
  const result = (whole + (up ? 1n : 0n)) * scale
  return exact < 0n ? -result : result
}
