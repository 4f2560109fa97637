import type { InputSpec } from '../analysis'
import type { InputDistribution } from '../graph'
import { formatNumber, formatShape } from './numbers'

/** Largest tensor that is taken for an input: 2³¹ elements. */
const MAX_ELEMENTS = 2 ** 31

export type ParsedInput =
  | { readonly ok: true; readonly input: readonly InputSpec[] }
  /** One sentence that says which part and what is expected. */
  | { readonly ok: false; readonly message: string }

const number = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`
const pair = new RegExp(String.raw`^([a-z]+)?\(?\s*(${number})\s*[,;/ ]\s*(${number})\s*\)?$`, 'i')

function parseDistribution(text: string): InputDistribution | null {
  const name = text.trim().toLowerCase()
  if (name === '' || name === 'normal' || name === 'n') return { kind: 'normal', mean: 0, std: 1 }
  if (name === 'uniform' || name === 'u') return { kind: 'uniform', low: 0, high: 1 }
  const integers = /^(?:int|tokens)\s*\(?(\d+)\)?$/.exec(name)
  if (integers !== null) return Number(integers[1]) > 0 ? { kind: 'tokens', below: Number(integers[1]) } : null
  const classes = /^onehot\s*\(?(\d+)\)?$/.exec(name)
  if (classes !== null) return Number(classes[1]) > 0 ? { kind: 'oneHot', classes: Number(classes[1]) } : null
  const numbers = pair.exec(name)
  if (numbers === null) return null
  const [first, second] = [Number(numbers[2]), Number(numbers[3])]
  switch (numbers[1] ?? 'normal') {
    // N(μ, σ²) as textbooks write it; normal(mean, std) as frameworks' functions take it.
    case 'n':
      return second >= 0 ? { kind: 'normal', mean: first, std: Math.sqrt(second) } : null
    case 'normal':
      return second >= 0 ? { kind: 'normal', mean: first, std: second } : null
    case 'u':
    case 'uniform':
      return second > first ? { kind: 'uniform', low: first, high: second } : null
    default:
      return null
  }
}

/** Splits at commas outside parentheses. */
function inputs(text: string): readonly string[] {
  const parts: string[] = ['']
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map((part) => part.trim())
}

/**
 * Reads the terminal's and the panel's way of saying what the model is fed: `8x3x32x32` is N(0, 1); `4x16:int50257` uniform
 * integers below 50257; `8x784:uniform` U[0, 1); `8x784:normal(0.5, 0.2)`, `:uniform(-1, 1)`, `:onehot10`, `:N(0, 4)`
 * with the variance; several are comma-separated. `×` is taken for `x`, a space for `:`.
 */
export function parseInput(text: string): ParsedInput {
  const specs: InputSpec[] = []
  for (const part of inputs(text)) {
    const match = /^(\d+(?:\s*[x×*]\s*\d+)*)\s*[:\s]?\s*(.*)$/i.exec(part)
    if (match === null) return { ok: false, message: `"${part}" is not a shape: write sizes joined by x, as 8x3x32x32.` }
    const shape = (match[1] ?? '').split(/[x×*]/i).map(Number)
    if (shape.some((size) => size < 1) || shape.reduce((a, b) => a * b, 1) > MAX_ELEMENTS) {
      return { ok: false, message: `"${match[1]}" is not a usable shape: every size is at least 1, and all together at most 2³¹ elements.` }
    }
    const distribution = parseDistribution(match[2] ?? '')
    if (distribution === null) {
      return { ok: false, message: `"${match[2]}" is not a distribution: write normal(0, 1), uniform(0, 1), int50257 or onehot10.` }
    }
    specs.push({ shape, distribution })
  }
  return { ok: true, input: specs }
}

/** `N(0, 1)`, `U[0, 1)`, `integers below 50,257`, `one-hot of 10`. The normal is written with its variance. */
export function formatInputDistribution(distribution: InputDistribution): string {
  switch (distribution.kind) {
    case 'normal':
      return `N(${formatNumber(distribution.mean)}, ${formatNumber(distribution.std ** 2)})`
    case 'uniform':
      return `U[${formatNumber(distribution.low)}, ${formatNumber(distribution.high)})`
    case 'tokens':
      return `integers below ${formatNumber(distribution.below, 12)}`
    case 'oneHot':
      return `one-hot of ${formatNumber(distribution.classes, 12)}`
    default:
      return distribution satisfies never
  }
}

function distributionText(distribution: InputDistribution): string {
  switch (distribution.kind) {
    case 'normal':
      return distribution.mean === 0 && distribution.std === 1 ? '' : `:normal(${distribution.mean}, ${distribution.std})`
    case 'uniform':
      return distribution.low === 0 && distribution.high === 1 ? ':uniform' : `:uniform(${distribution.low}, ${distribution.high})`
    case 'tokens':
      return `:int${distribution.below}`
    case 'oneHot':
      return `:onehot${distribution.classes}`
    default:
      return distribution satisfies never
  }
}

/** What `parseInput` reads back to the same. */
export function inputText(input: readonly InputSpec[]): string {
  return input.map((spec) => `${spec.shape.join('x')}${distributionText(spec.distribution)}`).join(', ')
}

/** For people: `8×3×224×224 N(0, 1)`. */
export function formatInput(input: readonly InputSpec[]): string {
  return input.map((spec) => `${formatShape(spec.shape)} ${formatInputDistribution(spec.distribution)}`).join(', ')
}
