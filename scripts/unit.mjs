// Bundles the unit and golden tests with esbuild and runs them with mocha.
// usage: node scripts/unit.mjs [FILE or FOLDER …] [-- mocha options]
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import { nodeBundle, root } from './typescript.mjs'

const separator = process.argv.indexOf('--')
const named = process.argv.slice(2, separator < 0 ? undefined : separator)
const mochaOptions = separator < 0 ? [] : process.argv.slice(separator + 1)
const reporter = join(root, 'scripts/counting-reporter.cjs')

function testsBelow(path) {
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(path, name))
}

const places = named.length > 0 ? named.map((name) => resolve(name)) : [join(root, 'test/unit'), join(root, 'test/golden')]
const tests = places.flatMap(testsBelow)
if (tests.length === 0) {
  console.error('no *.test.ts found')
  process.exit(1)
}
const outdir = join(root, 'dist/test/unit')
rmSync(outdir, { recursive: true, force: true })
await build({
  ...nodeBundle,
  entryPoints: tests.map((path) => ({ in: path, out: relative(join(root, 'test'), path).replace(/\.ts$/, '').replaceAll('/', '.') })),
  outdir,
  splitting: true,
  outExtension: { '.js': '.mjs' },
  jsx: 'automatic',
  jsxImportSource: 'preact',
  sourcemap: 'inline',
})
const run = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    join(root, 'node_modules/mocha/bin/mocha.js'),
    '--reporter',
    reporter,
    '--timeout',
    '60000',
    ...mochaOptions,
    `${outdir}/*.test.mjs`,
  ],
  { stdio: 'inherit', cwd: root },
)
process.exit(run.status ?? 1)
