// Runs test/vscode inside a real VS Code. usage: node scripts/vscode/suite.mjs [--desktop]
// --desktop: the VS Code that INIT_LENS_VSCODE names, else one that @vscode/test-electron downloads; without it, the one from npm.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTests } from '@vscode/test-electron'
import { build } from 'esbuild'
import { root } from '../setup.mjs'

const desktop = process.argv.includes('--desktop')
const outdir = join(root, 'dist/test/vscode')
const output = join(outdir, 'output.txt')
const counts = process.env.INIT_LENS_COUNTS ?? join(outdir, 'counts.json')

rmSync(outdir, { recursive: true, force: true })
const tests = readdirSync(join(root, 'test/vscode')).filter((name) => name.endsWith('.test.ts'))
await build({
  absWorkingDir: root,
  entryPoints: ['test/vscode/suite.ts', ...tests.map((name) => `test/vscode/${name}`)],
  outdir,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'mocha', './scripts/counting-reporter.cjs'],
  sourcemap: 'inline',
  logLevel: 'warning',
})
// The extension host inherits no environment through a browser: a file beside the suite tells it where things are.
const settings = { counts, output, reporter: join(root, 'scripts/counting-reporter.cjs'), grep: process.env.INIT_LENS_GREP ?? null }
writeFileSync(join(outdir, 'settings.json'), JSON.stringify(settings))

const workspace = mkdtempSync(join(tmpdir(), 'init-lens-workspace-'))
// A virtual environment with one package, there from the start: whether VS Code tells of folders made later is its own affair.
const stacks = join(workspace, '.venv/lib/python3.11/site-packages/stacks')
mkdirSync(stacks, { recursive: true })
writeFileSync(join(stacks, '__init__.py'), 'import torch.nn as nn\n\n\ndef stack(n):\n    return [nn.Linear(n, n), nn.ReLU()]\n')
try {
  const own = process.env.INIT_LENS_VSCODE
  await runTests({
    ...(desktop ? (own ? { vscodeExecutablePath: own } : {}) : { vscodeExecutablePath: join(root, 'scripts/vscode/code.mjs') }),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(outdir, 'suite.js'),
    launchArgs: [workspace],
    extensionTestsEnv: { INIT_LENS_QUIET: '1' },
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  if (existsSync(output)) console.log(readFileSync(output, 'utf8'))
  rmSync(workspace, { recursive: true, force: true })
}
