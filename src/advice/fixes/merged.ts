import type { TextEdit } from '../../analysis'

/** Edits in order of place; insertions at one place become one, in the order given. */
export function merged(edits: readonly TextEdit[]): readonly TextEdit[] {
  const joined: TextEdit[] = []
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last !== undefined && last.start === edit.start && last.end === edit.end && edit.start === edit.end)
      joined[joined.length - 1] = { ...last, newText: last.newText + edit.newText }
    else joined.push(edit)
  }
  return joined
}
