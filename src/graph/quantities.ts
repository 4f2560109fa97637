/** How quantities are written for people, the same in messages, hover, panel, tables and terminal. */

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** 10¹², 10⁻⁴⁰. */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join('')
  return `10${exponent < 0 ? '⁻' : ''}${digits}`
}

function grouped(integer: string): string {
  return integer.replace(/\B(?=(\d{3})+$)/g, ',')
}

/**
 * A value with `digits` significant digits: `0.331`, `2.4e-7`, `1,800`, `0`. Trailing zeros go.
 * Plain from `plainFrom` up to 1e5, else with an exponent. A value beyond a double reads `overflow`, NaN `?`.
 */
export function formatNumber(value: number, digits = 3, plainFrom = 1e-4): string {
  if (Number.isNaN(value)) return '?'
  if (!Number.isFinite(value)) return value > 0 ? 'overflow' : '−overflow'
  if (value === 0) return '0'
  const sign = value < 0 ? '−' : ''
  const rounded = Number(Math.abs(value).toPrecision(digits))
  if (rounded < plainFrom || rounded >= 1e5) {
    const [mantissa = '', exponent = ''] = rounded.toExponential(digits - 1).split('e')
    return `${sign}${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}e${Number(exponent)}`
  }
  const plain = rounded >= 10 ** (digits - 1) ? String(rounded) : rounded.toPrecision(digits)
  const [integer = '', fraction = ''] = plain.split('.')
  const kept = fraction.replace(/0+$/, '')
  return `${sign}${grouped(integer)}${kept === '' ? '' : `.${kept}`}`
}

/**
 * How many times larger or smaller, for a ratio or its inverse: `1,800-fold`, `2.5-fold`, `10¹²-fold`.
 * Two significant digits; a power of ten from 1e9 on.
 */
export function formatFold(ratio: number): string {
  if (!Number.isFinite(ratio) || ratio === 0) return 'beyond measure'
  const fold = ratio < 1 ? 1 / ratio : ratio
  if (!Number.isFinite(fold) || fold >= 1e9) return `${powerOfTen(Math.round(Math.abs(Math.log10(ratio))))}-fold`
  return `${fold < 10 ? formatNumber(fold, 2) : grouped(String(Number(fold.toPrecision(2))))}-fold`
}

/** `64×55×55`. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('×')
}

/** `1 layer`, `7 layers`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(String(number))} ${number === 1 ? one : many}`
}

/** A change as a factor, shrinking written as its inverse: `×1/1,800`, `×3.2`, `×1`. */
export function formatFactor(ratio: number): string {
  if (!Number.isFinite(ratio)) return '×∞'
  if (ratio <= 0) return '×0'
  const fold = formatFold(ratio).replace(/-fold$/, '')
  return ratio < 1 && fold !== '1' ? `×1/${fold}` : `×${fold}`
}
