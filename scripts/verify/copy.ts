import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Writes `text` as a copy of `source` into `folder`, with everything around it that it may import as links: the files beside
 * it, and for a file of a package (`inside` is its path from the package's folder) the whole package. Gives the copy's path.
 */
export function copyInto(folder: string, source: string, inside: string, text: string): string {
  const parts = dirname(inside) === '.' ? [] : dirname(inside).split('/')
  let from = dirname(source)
  for (const _ of parts) from = dirname(from)
  let to = folder
  for (const part of parts) {
    from = join(from, part)
    to = join(to, part)
    mkdirSync(to, { recursive: true })
    const kept = parts[parts.indexOf(part) + 1] ?? basename(source)
    for (const name of readdirSync(from)) if (name !== kept && name !== '__pycache__') symlinkSync(join(from, name), join(to, name))
  }
  const copy = join(to, basename(source))
  writeFileSync(copy, text)
  return copy
}
