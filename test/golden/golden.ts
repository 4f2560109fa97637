/** Golden text: cases of source and what comes of it, in files that people can read and correct. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface GoldenCase {
  readonly title: string
  readonly source: string
  readonly expected: string
}

const separator = '==>'

/** A file holds cases that start with a `### title` line; source and result are apart by a line `==>`. */
export function readCases(text: string): readonly GoldenCase[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((block) => {
      const lineEnd = block.indexOf('\n')
      const [source = '', expected = ''] = block.slice(lineEnd + 1).split(new RegExp(`^${separator}\\n`, 'm'))
      return { title: block.slice(0, lineEnd).trim(), source: source.trim(), expected: expected.trim() }
    })
}

/** The parts of a file whose cases stand between lines `---`, source and result apart by a line `==>`; null without a result. */
export function splitCases(text: string): readonly { readonly source: string; readonly result: string | null }[] {
  return text.split(/^---\n/m).map((part) => {
    const [source = '', result = null] = part.split(new RegExp(`^${separator}\\n`, 'm'))
    return { source, result }
  })
}

/** Runs every case of every .txt file in a folder. With UPDATE_GOLDEN=1 the files are rewritten with what came out, to be read in the diff. */
export function goldenTests(folder: string, run: (source: string) => string | Promise<string>, check: (actual: string, expected: string) => void): void {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt'))) {
    const path = join(folder, name)
    const cases = readCases(readFileSync(path, 'utf8'))
    describe(name.replace(/\.txt$/, ''), () => {
      const results: string[] = []
      for (const { title, source, expected } of cases) {
        it(title, async () => {
          const actual = (await run(source)).trim()
          results.push(`### ${title}\n${source}\n${separator}\n${actual}\n`)
          if (process.env['UPDATE_GOLDEN'] === undefined) check(actual, expected)
        })
      }
      after(() => {
        if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(path, results.join('\n'))
      })
    })
  }
}
