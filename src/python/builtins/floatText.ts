/** Floats as text, digit for digit as Python writes them. */

interface Decimal {
  readonly negative: boolean
  /** Without a point; the first digit is not 0 unless the number is. */
  readonly digits: string
  /** The number is 0.d₁d₂… · 10^point. */
  readonly point: number
}

function fromExponential(text: string): Decimal {
  const [mantissa = '0', exponent = '0'] = text.split('e')
  const negative = mantissa.startsWith('-')
  return { negative, digits: mantissa.replace(/[-.]/g, ''), point: Number(exponent) + 1 }
}

export function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  return value < 0 ? '-inf' : 'inf'
}

/** Python's exponents have a sign and at least two digits. */
export function exponentText(exponent: number, letter = 'e'): string {
  return `${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function plain({ digits, point }: Decimal): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return digits.padEnd(point, '0')
  return `${digits.slice(0, point)}.${digits.slice(point)}`
}

function scientific({ digits, point }: Decimal, letter = 'e'): string {
  const rest = digits.slice(1)
  return `${digits[0]}${rest === '' ? '' : `.${rest}`}${exponentText(point - 1, letter)}`
}

/** `repr(x)`: the shortest digits that give back the number; exponents from 1e16 and below 1e-4. */
export function floatRepr(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value)
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const decimal = fromExponential(value.toExponential())
  const sign = decimal.negative ? '-' : ''
  if (decimal.point > 16 || decimal.point < -3) return sign + scientific(decimal)
  const text = plain(decimal)
  return sign + (text.includes('.') ? text : `${text}.0`)
}

/** Rounds |value| to `places` decimals exactly, ties to even; for |value| < 1e21 and up to 99 places. */
function roundedDigits(value: number, places: number): string {
  const magnitude = Math.abs(value)
  const text = magnitude.toFixed(places)
  // A tie is a number whose exact expansion ends in 5, one place further.
  const exact = magnitude.toFixed(100)
  const tail = exact.slice(exact.indexOf('.') + 1 + places)
  if (!/^50*$/.test(tail)) return text
  const down = places === 0 ? exact.slice(0, exact.indexOf('.')) : exact.slice(0, exact.indexOf('.') + 1 + places)
  return Number(down.at(-1)) % 2 === 0 ? down : text
}

/** `%.{places}f`, without the sign. Finite values. */
export function fixed(value: number, places: number): string {
  const magnitude = Math.abs(value)
  if (magnitude >= 1e21) return BigInt(magnitude).toString() + (places > 0 ? `.${'0'.repeat(places)}` : '')
  const reach = Math.min(places, 99)
  return roundedDigits(value, reach) + '0'.repeat(places - reach)
}

/** `toExponential` with ties to even. Finite values, up to 99 places. */
function roundedExponential(value: number, places: number): Decimal {
  const magnitude = Math.abs(value)
  const exact = fromExponential(magnitude.toExponential(100))
  const isTie = /^50*$/.test(exact.digits.slice(places + 1))
  const isEven = Number(exact.digits[places]) % 2 === 0
  return isTie && isEven ? { ...exact, digits: exact.digits.slice(0, places + 1) } : fromExponential(magnitude.toExponential(places))
}

/** `%.{places}e`, without the sign. Finite values. */
export function exponential(value: number, places: number, letter = 'e'): string {
  const reach = Math.min(places, 99)
  const decimal = roundedExponential(value, reach)
  return scientific({ ...decimal, digits: decimal.digits.padEnd(places + 1, '0') }, letter)
}

/** `%.{precision}g`, without the sign: significant digits, trailing zeros dropped unless `keepZeros`. Finite values. */
export function general(value: number, precision: number, keepZeros = false, letter = 'e'): string {
  const significant = Math.max(1, precision)
  const decimal = roundedExponential(value, Math.min(significant - 1, 99))
  const digits = keepZeros ? decimal.digits.padEnd(significant, '0') : decimal.digits.replace(/0+$/, '') || '0'
  const exponent = value === 0 ? 0 : decimal.point - 1
  const trimmed = { ...decimal, digits, point: exponent + 1 }
  return exponent < -4 || exponent >= significant ? scientific(trimmed, letter) : plain(trimmed)
}
