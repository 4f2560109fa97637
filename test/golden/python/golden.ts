/**
 * Golden texts: cases separated by a line `---`; each is source, a line `==>`, and lines `expression = representation`.
 * A case whose first line is `# abstract` says what CPython would not (unknown values, notes): `notes` lists them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface GoldenCase {
  readonly file: string
  readonly index: number
  readonly source: string
  readonly isAbstract: boolean
  readonly expected: readonly { readonly expression: string; readonly representation: string }[]
}

const folder = join(process.cwd(), 'test/golden/python')

export function readGolden(): readonly GoldenCase[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split(/^---\n/m)
        .map((text, index) => readCase(name, index, text)),
    )
}

function readCase(file: string, index: number, text: string): GoldenCase {
  const [source = '', results] = text.split(/^==>\n/m)
  if (results === undefined) throw new Error(`${file}, case ${index + 1}: no ==>`)
  const expected = results
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf(' = ')
      if (at < 0) throw new Error(`${file}, case ${index + 1}: no ' = ' in ${line}`)
      return { expression: line.slice(0, at), representation: line.slice(at + 3) }
    })
  return { file, index, source, isAbstract: source.startsWith('# abstract'), expected }
}
