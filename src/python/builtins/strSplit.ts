/** Taking text apart as Python does. */

/** Without `chars`: white space. */
export function stripped(text: string, chars: string | undefined, ends: 'both' | 'left' | 'right'): string {
  if (chars === undefined) {
    const left = ends === 'right' ? text : text.trimStart()
    return ends === 'left' ? left : left.trimEnd()
  }
  const characters = Array.from(text)
  const dropped = new Set(chars)
  let [start, stop] = [0, characters.length]
  if (ends !== 'right') while (start < stop && dropped.has(characters[start] as string)) start += 1
  if (ends !== 'left') while (stop > start && dropped.has(characters[stop - 1] as string)) stop -= 1
  return characters.slice(start, stop).join('')
}

/** At a separator, at most `most` times (no limit below 0), from either end. */
export function splitText(text: string, separator: string, most: number, fromRight: boolean): string[] {
  const parts = text.split(separator)
  if (most < 0 || parts.length <= most + 1) return parts
  if (fromRight) {
    const kept = parts.length - most
    return [parts.slice(0, kept).join(separator), ...parts.slice(kept)]
  }
  return [...parts.slice(0, most), parts.slice(most).join(separator)]
}

/** At runs of white space, none at the ends. */
export function splitWords(text: string, most: number, fromRight: boolean): string[] {
  const trimmed = text.trim()
  if (trimmed === '') return []
  const words = trimmed.split(/\s+/)
  if (most < 0 || words.length <= most) return words
  const parts: string[] = []
  let rest = fromRight ? text.trimEnd() : text.trimStart()
  for (let count = 0; count < most; count++) {
    const match = fromRight ? /\s+(\S+)$/.exec(rest) : /^(\S+)\s+/.exec(rest)
    if (match === null) break
    parts.push(match[1] ?? '')
    rest = fromRight ? rest.slice(0, match.index) : rest.slice(match[0].length)
  }
  // The remainder keeps its white space at the far end.
  return fromRight ? [rest, ...parts.reverse()] : [...parts, rest]
}

export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines = text.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g) ?? []
  const found = lines.at(-1) === '' ? lines.slice(0, -1) : lines
  return keepEnds ? [...found] : found.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ''))
}

export function partition(text: string, separator: string, fromRight: boolean): [string, string, string] {
  const index = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator)
  if (index < 0) return fromRight ? ['', '', text] : [text, '', '']
  return [text.slice(0, index), separator, text.slice(index + separator.length)]
}
