/** Files parsed before: one analysis needs its document's tree several times, and imported files seldom change between two. */
import { type ParsedModule, parse } from './parse'

/** Characters of source kept, oldest given up first. */
const capacity = 6_000_000

interface Kept {
  readonly text: string
  readonly parsed: ParsedModule
}

const kept = new Map<string, Kept>()
let size = 0

/** As `parse`, remembered by file and text. */
export function parseCached(file: string, text: string): ParsedModule {
  const known = kept.get(file)
  if (known !== undefined) {
    kept.delete(file)
    size -= known.text.length
  }
  const parsed = known !== undefined && known.text === text ? known.parsed : parse(file, text)
  kept.set(file, { text, parsed })
  size += text.length
  for (const [oldest, entry] of kept) {
    if (size <= capacity || oldest === file) break
    kept.delete(oldest)
    size -= entry.text.length
  }
  return parsed
}
