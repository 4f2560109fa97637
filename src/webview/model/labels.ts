/** Width of an average character of the chart's 11-pixel text. */
export const CHARACTER = 6.2

const PADDING = 8

/**
 * A module's name as it fits into so many pixels: whole, else its last two parts, else the last where it says something by itself
 * (`mlp`, not `0`). Empty when none fits.
 */
export function moduleLabel(path: string, pixels: number): string {
  const parts = path.split('.')
  const last = parts.at(-1) ?? ''
  const candidates = [path, parts.slice(-2).join('.'), ...(/^\d+$/.test(last) ? [] : [last])]
  return candidates.find((candidate) => candidate.length * CHARACTER + PADDING <= pixels) ?? ''
}
