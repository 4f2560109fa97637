/** Python's regular expressions as JavaScript's, where they mean the same and cannot run away. */

export interface Pattern {
  readonly source: string
  readonly flags: string
  /** Quantifiers without an upper bound: matching takes at most about length to that power. */
  readonly unbounded: number
}

const names: readonly (readonly [RegExp, string])[] = [
  [/\(\?P<(\w+)>/g, '(?<$1>'],
  [/\(\?P=(\w+)\)/g, '\\k<$1>'],
  [/\\A/g, '^'],
  [/\\Z/g, '$'],
]
const flagLetters: Readonly<Record<string, string>> = { i: 'i', m: 'm', s: 's', u: '', a: '' }

/** Whether a quantified group holds a quantifier or alternatives, which may take exponential time. */
function runsAway(source: string): boolean {
  const open: { risky: boolean }[] = []
  for (let index = 0; index < source.length; index++) {
    const character = source[index]
    if (character === '\\') index += 1
    else if (character === '[') {
      index += 1
      while (index < source.length && source[index] !== ']') index += source[index] === '\\' ? 2 : 1
    } else if (character === '(') open.push({ risky: false })
    else if (character === ')') {
      const group = open.pop()
      const repeated = /^(\*|\+|\{\d+,)/.test(source.slice(index + 1))
      if (group?.risky === true && repeated) return true
      const outer = open.at(-1)
      if (outer !== undefined && (repeated || group?.risky === true)) outer.risky = true
    } else if (character === '*' || character === '+' || character === '|' || (character === '{' && /^\{\d*,/.test(source.slice(index)))) {
      const inner = open.at(-1)
      if (inner !== undefined) inner.risky = true
    }
  }
  return false
}

/** A reason instead when the pattern is not translated. */
export function translate(pattern: string, letters: string): Pattern | string {
  if (pattern.length > 500) return 'the regular expression is too long to be read'
  let flags = letters
  let source = pattern
  const inline = /^\(\?([a-zA-Z]+)\)/.exec(source)
  if (inline !== null) {
    source = source.slice(inline[0].length)
    flags += inline[1] ?? ''
  }
  if (flags.includes('x')) return 'a verbose regular expression is not read'
  for (const [from, to] of names) source = source.replace(from, to)
  if (/\(\?(?![:=!<])|\(\?<(?![=!\w])|\(\?\(|[*+?}]\+|\\[NpPUG]/.test(source.replace(/\\\\/g, '')))
    return 'this regular expression is not read'
  if (runsAway(source)) return 'a regular expression that may take very long is not read'
  const known = [...new Set(Array.from(flags.toLowerCase(), (letter) => flagLetters[letter] ?? ''))].join('')
  try {
    new RegExp(source, known)
  } catch {
    return 'this regular expression is not read'
  }
  return { source, flags: known, unbounded: (source.match(/[*+]|\{\d*,\}/g) ?? []).length }
}

/** Whether a text is short enough for a pattern to be matched against it in a blink. */
export function isBounded(pattern: Pattern, text: string): boolean {
  return text.length <= 100_000 && (text.length + 1) ** (pattern.unbounded + 1) <= 1e9
}
