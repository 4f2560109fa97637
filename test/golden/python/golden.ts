/**
 * Golden texts: cases separated by a line `---`; each is source, a line `==>`, and lines `expression = representation`.
 * A case whose first line is `# abstract` says what CPython would not (unknown values, notes): `notes` lists them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { splitCases } from '../golden'

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
      splitCases(readFileSync(join(folder, name), 'utf8')).map(({ source, result }, index) => readCase(name, index, source, result)),
    )
}

function readCase(file: string, index: number, source: string, results: string | null): GoldenCase {
  if (results === null) throw new Error(`${file}, case ${index + 1}: no ==>`)
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
