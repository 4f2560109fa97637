/** Patterns that einops refuses, by what each of its operations may do: only `repeat` makes axes, only `reduce` ends them. */
import type { Site } from '../site'
import { apart, einopsError, isNumber, isOne, type Pattern, type Side, together } from './pattern'

export type Operation = 'rearrange' | 'repeat' | 'reduce'

/** A number is an axis of its own, equal to none; an axis of size 1 is none at all. */
function namesOf(side: Side, prefix: string): string[] {
  return side
    .flat()
    .filter((name) => !isOne(name))
    .map((name, index) => (name === apart || name === together ? together : isNumber(name) ? `${prefix}${index}:${name}` : name))
}

const shown = (names: readonly string[]): string => names.map((name) => name.replace(/^.*:/, '')).join(', ')

/** `lengths`: names whose sizes are given. Raises what einops raises. */
export function refuse(at: Site, text: string, { left, right }: Pattern, operation: Operation, lengths: readonly string[]): void {
  const [before, after] = [namesOf(left, 'left'), namesOf(right, 'right')]
  for (const side of [before, after]) {
    const twice = side.find((name, index) => side.indexOf(name) !== index)
    if (twice !== undefined) einopsError(at, text, `${twice} is there twice on one side`)
  }
  if (after.includes(together) && !before.includes(together)) einopsError(at, text, '… is only on the right')
  const sized = new Set([...before, ...lengths])
  const unused = lengths.find((name) => !before.includes(name) && !after.includes(name))
  if (unused !== undefined) einopsError(at, text, `${unused} is not used`)
  const made = after.filter((name) => !before.includes(name))
  const ended = before.filter((name) => !after.includes(name))
  if (operation !== 'repeat' && made.length > 0)
    einopsError(at, text, `${shown(made)} is only on the right: ${operation} makes no axes, repeat does`)
  if (operation !== 'reduce' && ended.length > 0)
    einopsError(at, text, `${shown(ended)} is only on the left: ${operation} ends no axes, reduce does`)
  const open = made.filter((name) => !name.includes(':') && !sized.has(name))
  if (open.length > 0) einopsError(at, text, `the size of ${shown(open)} is not given`)
}
