/** einops' patterns: `b (h w) c -> b c h w`. */
import type { Site } from '../site'

/** Axes in a row; an inner array is a group that shares one axis of the tensor. */
export type Side = readonly (readonly string[])[]

/** An ellipsis on its own stands for axes that stay apart, one in parentheses for axes that share one of the tensor's. */
export const apart = '...'
export const together = '…'

/** An axis of a size that the pattern itself says. */
export const isNumber = (name: string): boolean => /^\d+$/.test(name)

export const isOne = (name: string): boolean => /^0*1$/.test(name)

export interface Pattern {
  readonly left: Side
  readonly right: Side
}

function parseSide(text: string): Side {
  const side: string[][] = []
  let group: string[] | null = null
  for (const [token] of text.matchAll(/\.\.\.|…|\(|\)|\w+/g)) {
    if (token === '(') {
      group = []
      side.push(group)
    } else if (token === ')') group = null
    else if (group === null) side.push([token === '…' ? apart : token])
    else group.push(token === '...' ? together : token)
  }
  return side
}

export function parsePattern(at: Site, text: string): Pattern {
  const [left, right, ...more] = text.split('->')
  if (left === undefined || right === undefined || more.length > 0) return einopsError(at, text, 'a pattern needs one ->')
  return { left: parseSide(left), right: parseSide(right) }
}

export function einopsError(at: Site, pattern: string, message: string): never {
  return at.interpreter.raise('RuntimeError', `Error while processing einops pattern "${pattern}": ${message}`, at.span)
}
