/** What reading a Python file takes, whatever framework it uses. */
import type { Document, Remark } from '../analysis'
import type { Note, SourceReader } from '../python/host'

/** Steps end what does not end; time guards against slow steps, and leaves room for machines that are busy. */
export const mostMilliseconds = { file: 1200, model: 4000 } as const

/** Counts requests that the host has not answered yet. */
export function watched(sources: SourceReader | undefined): {
  readonly sources: SourceReader | undefined
  readonly pending: () => boolean
} {
  if (sources === undefined) return { sources, pending: () => false }
  let waiting = false
  const resolve: SourceReader['resolve'] = (request) => {
    const file = sources.resolve(request)
    waiting ||= file === undefined
    return file
  }
  return { sources: { resolve }, pending: () => waiting }
}

/** What is not read of this file. What is not read of others shows where a model depends on it. */
export function notesOf(document: Document, notes: readonly Note[]): readonly Remark[] {
  return notes
    .filter(({ kind, span }) => kind === 'unread' && (span === null || span.file === document.file))
    .map(({ message, span }): Remark => ({ message, span }))
}

/** Remarks without repetition, those of this file first in the order of its lines. */
export function tidy(document: Document, remarks: readonly Remark[]): readonly Remark[] {
  const seen = new Map<string, Remark>()
  for (const remark of remarks) seen.set(`${remark.message}|${remark.span?.file}|${remark.span?.start}`, remark)
  const own = (remark: Remark): number => (remark.span?.file === document.file ? remark.span.start : Number.POSITIVE_INFINITY)
  return [...seen.values()].sort((a, b) => (own(a) === own(b) ? 0 : own(a) - own(b)))
}
