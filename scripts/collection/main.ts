/**
 * How much of any folder of Python code is read: layers with weights against CPython's ast, models found, time and memory a file.
 * usage: npm run collection -- FOLDER … [--verbose] [--python PYTHON]
 * Every file with a layer by the imports' names is read; the folders themselves are searched for what the files import.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { initialize, readDocument } from '../../src/frameworks'
import type { SourceReader } from '../../src/python/host'

type Constructor = readonly [line: number, column: number, framework: string, name: string]

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: 'boolean', default: false }, python: { type: 'string', default: 'python3' } },
})
const folders = positionals.map((each) => resolve(each))
if (folders.length === 0) {
  console.error('usage: npm run collection -- FOLDER … [--verbose] [--python PYTHON]')
  process.exit(2)
}

const paths = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py'))
    .map((name) => join(folder, name)),
)
const asked = spawnSync(options.python, [join('scripts', 'collection', 'constructors.py')], {
  input: paths.join('\n'),
  encoding: 'utf8',
  maxBuffer: 1 << 28,
})
if (asked.status !== 0) {
  console.error(asked.stderr)
  process.exit(1)
}
const constructors = JSON.parse(asked.stdout) as Readonly<Record<string, readonly Constructor[] | null>>

function textOf(path: string): string | null {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : null
}

const sources: SourceReader = {
  resolve({ module, level, fromFile }) {
    const parts = module === '' ? [] : module.split('.')
    let base = dirname(fromFile)
    for (let up = 1; up < level; up++) base = dirname(base)
    for (const place of level === 0 ? [base, ...folders] : [base]) {
      const file = `${join(place, ...parts)}.py`
      const text = parts.length === 0 ? null : textOf(file)
      if (text !== null) return { file, text, isPackage: false }
      const init = join(place, ...parts, '__init__.py')
      const packaged = textOf(init)
      if (packaged !== null) return { file: init, text: packaged, isPackage: true }
    }
    return null
  },
}

interface Tally {
  readonly files: number
  readonly wanted: number
  readonly defined: number
  readonly models: number
}
const none: Tally = { files: 0, wanted: 0, defined: 0, models: 0 }
const tallies = new Map<string, Tally>()
const slow: { readonly path: string; readonly milliseconds: number }[] = []
let exceptions = 0

await initialize()
const now = (): number => performance.now()
for (const path of paths) {
  const wanted = constructors[path] ?? []
  if (wanted.length === 0) continue
  const text = readFileSync(path, 'utf8')
  const start = now()
  try {
    const reading = readDocument({ file: path, text }, {}, { sources, now })
    const defined = new Set(reading.definitions.map(({ span }) => `${span.line}:${span.column}`))
    const frameworks = new Set(wanted.map(([, , framework]) => framework))
    for (const framework of frameworks) {
      const own = wanted.filter((each) => each[2] === framework)
      const missing = own.filter(([line, column]) => !defined.has(`${line}:${column}`))
      const before = tallies.get(framework) ?? none
      tallies.set(framework, {
        files: before.files + 1,
        wanted: before.wanted + own.length,
        defined: before.defined + own.length - missing.length,
        models: before.models + (reading.models.length > 0 ? 1 : 0),
      })
      if (options.verbose) for (const [line, , , name] of missing) console.log(`${path}:${line}: ${name} is not in the definitions`)
    }
  } catch (error) {
    exceptions += 1
    console.log(`${path}: ${error instanceof Error ? error.stack : String(error)}`)
  }
  slow.push({ path, milliseconds: now() - start })
}

console.log('framework  files   with a model   constructors   in definitions')
for (const [framework, { files, wanted, defined, models }] of tallies) {
  const share = `${((100 * defined) / wanted).toFixed(2)} %`
  console.log(
    `${framework.padEnd(9)} ${String(files).padStart(6)} ${String(models).padStart(14)} ${String(wanted).padStart(14)} ${String(defined).padStart(9)} ${share.padStart(9)}`,
  )
}
slow.sort((a, b) => b.milliseconds - a.milliseconds)
console.log(
  `${exceptions} exceptions; slowest: ${slow
    .slice(0, 5)
    .map(({ path, milliseconds }) => `${path.split('/').at(-1)} ${Math.round(milliseconds)} ms`)
    .join(', ')}`,
)
