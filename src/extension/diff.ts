import type { TextEdit } from '../analysis'
import type { DiffHunk, DiffLine } from '../protocol'

/** Unchanged lines around a change, as in a unified diff. */
const contextLines = 3

interface LineEdit {
  /** Lines [first, last] of the text, from 0, and what replaces them. */
  readonly first: number
  readonly last: number
  readonly after: readonly string[]
}

/** What edits of one text change, as hunks of lines. Edits may be in any order; they must not overlap. */
export function diffHunks(file: string, text: string, edits: readonly TextEdit[]): readonly DiffHunk[] {
  const lines = text.split('\n')
  const changes = lineEdits(text, edits)
  const hunks: DiffHunk[] = []
  // Lines that the changes so far added, less those they removed.
  let shift = 0
  for (let i = 0; i < changes.length; ) {
    const group = [changes[i] as LineEdit]
    for (i++; i < changes.length && (changes[i] as LineEdit).first - (group.at(-1) as LineEdit).last <= 2 * contextLines; i++)
      group.push(changes[i] as LineEdit)
    const from = Math.max(0, (group[0] as LineEdit).first - contextLines)
    const to = Math.min(lines.length - 1, (group.at(-1) as LineEdit).last + contextLines)
    hunks.push({ file, beforeLine: from + 1, afterLine: from + 1 + shift, lines: groupLines(lines, group, from, to) })
    for (const change of group) shift += change.after.length - (change.last - change.first + 1)
  }
  return hunks
}

function groupLines(lines: readonly string[], group: readonly LineEdit[], from: number, to: number): readonly DiffLine[] {
  const out: DiffLine[] = []
  const same = (start: number, end: number): void => {
    for (const text of lines.slice(start, end)) out.push({ kind: 'same', text })
  }
  let next = from
  for (const { first, last, after } of group) {
    same(next, first)
    const before = lines.slice(first, last + 1)
    // An insertion before or after a line leaves that line the same.
    let head = 0
    while (head < before.length && head < after.length && before[head] === after[head]) head++
    let tail = 0
    while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
    same(first, first + head)
    for (const text of before.slice(head, before.length - tail)) out.push({ kind: 'removed', text })
    for (const text of after.slice(head, after.length - tail)) out.push({ kind: 'added', text })
    same(last + 1 - tail, last + 1)
    next = last + 1
  }
  same(next, to + 1)
  return out
}

/** Edits by the whole lines that they touch; those on a common line become one. */
function lineEdits(text: string, edits: readonly TextEdit[]): readonly LineEdit[] {
  const lineEnd = (offset: number): number => {
    const newline = text.indexOf('\n', offset)
    return newline < 0 ? text.length : newline
  }
  // `after` replaces the text from `start`, the beginning of a line, to `end`, where the last edit ended.
  const merged: { start: number; end: number; after: string }[] = []
  for (const { start, end, newText } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1)
    if (last !== undefined && start <= lineEnd(last.end)) {
      last.after += text.slice(last.end, start) + newText
      last.end = end
      continue
    }
    const lineStart = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1
    merged.push({ start: lineStart, end, after: text.slice(lineStart, start) + newText })
  }
  return merged.map(({ start, end, after }) => {
    const first = newlines(text.slice(0, start))
    return { first, last: first + newlines(text.slice(start, end)), after: (after + text.slice(end, lineEnd(end))).split('\n') }
  })
}

function newlines(text: string): number {
  return text.split('\n').length - 1
}
