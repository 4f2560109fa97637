// Runs test/browser: drives the real VS Code, and the panel alone, in Chromium.
// usage: node scripts/browser.mjs [--screenshots] [FILE …] [-- mocha options]
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { root } from './setup.mjs'

const separator = process.argv.indexOf('--')
const own = process.argv.slice(2, separator < 0 ? undefined : separator)
const mochaOptions = separator < 0 ? [] : process.argv.slice(separator + 1)
const screenshots = own.includes('--screenshots')
const ending = screenshots ? '.screenshots.ts' : '.test.ts'
const named = own.filter((argument) => !argument.startsWith('--'))

const folder = join(root, 'test/browser')
const tests =
  named.length > 0
    ? named.map((name) => resolve(name))
    : readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith(ending))
        .map((name) => join(folder, name))
if (tests.length === 0 || !tests.every((path) => existsSync(path))) {
  console.error('no such browser tests')
  process.exit(1)
}
const outdir = join(root, 'dist/test/browser')
rmSync(outdir, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: tests.map((path) => ({ in: path, out: basename(path).replace(/\.ts$/, '') })),
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  // Scripts find the repository by their own place: they stay where they are.
  external: [join(root, 'scripts/*.mjs')],
  outExtension: { '.js': '.mjs' },
  loader: { '.txt': 'text' },
  jsx: 'automatic',
  jsxImportSource: 'preact',
  sourcemap: 'inline',
  logLevel: 'warning',
})
const run = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    join(root, 'node_modules/mocha/bin/mocha.js'),
    '--reporter',
    join(root, 'scripts/counting-reporter.cjs'),
    '--timeout',
    '120000',
    '--exit',
    ...mochaOptions,
    `${outdir}/*.mjs`,
  ],
  { stdio: 'inherit', cwd: root },
)
process.exit(run.status ?? 1)
