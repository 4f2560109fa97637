import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export interface Copy {
  readonly path: string
  /** It was there already, with the same text. */
  readonly isSame: boolean
}

/**
 * Writes `text` as a copy of `source` into `folder`, with everything around it that it may import as links: the files beside
 * it, and for a file of a package (`inside` is its path from the package's folder) the whole package.
 */
export function copyInto(folder: string, source: string, inside: string, text: string): Copy {
  const parts = dirname(inside) === '.' ? [] : dirname(inside).split('/')
  let from = dirname(source)
  for (const _ of parts) from = dirname(from)
  let to = folder
  mkdirSync(to, { recursive: true })
  for (const part of parts) {
    from = join(from, part)
    to = join(to, part)
    mkdirSync(to, { recursive: true })
    const kept = parts[parts.indexOf(part) + 1] ?? basename(source)
    for (const name of readdirSync(from)) {
      if (name !== kept && name !== '__pycache__' && !existsSync(join(to, name))) symlinkSync(join(from, name), join(to, name))
    }
  }
  const path = join(to, basename(source))
  const isSame = existsSync(path) && readFileSync(path, 'utf8') === text
  if (!isSame) writeFileSync(path, text)
  return { path, isSame }
}
