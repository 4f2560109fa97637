// npm test: everything, from a fresh checkout to the last line `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, installDependencies, root, step } from './setup.mjs'

let passed = 0
let failed = 0

/** A step that passes or fails as a whole. */
function check(title, script, args = []) {
  if (step(title, process.execPath, [join(root, script), ...args])) passed++
  else failed++
}

/** A mocha suite, counted test by test; one that did not come to its end is one more failure. */
function suite(title, script, scratch) {
  const counts = join(scratch, `${title.replace(/\W+/g, '-')}.json`)
  const well = step(title, process.execPath, [join(root, script)], { env: { ...process.env, INIT_LENS_COUNTS: counts } })
  const done = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : { passed: 0, failed: 0 }
  passed += done.passed
  failed += done.failed
  if (!well && done.failed === 0) failed++
}

function finish() {
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exit(failed > 0 ? 1 : 0)
}

if (!installDependencies() || !build()) {
  failed++
  finish()
}
passed++
const scratch = mkdtempSync(join(tmpdir(), 'init-lens-test-'))
check('Linting', 'node_modules/@biomejs/biome/bin/biome', ['lint', '--error-on-warnings', '.'])
check('Type-checking', 'scripts/typecheck.mjs')
suite('Unit and golden tests', 'scripts/unit.mjs', scratch)
check('Accuracy against measurements', 'scripts/accuracy.mjs', ['--check'])
check('Reading torchvision', 'scripts/reading.mjs', ['--check'])
const { chromiumAdvice, findChromium } = await import('./vscode/chromium.mjs')
if (findChromium() === null) {
  console.error(`\n${chromiumAdvice}`)
  failed++
} else {
  const { installedVSCode } = await import('./vscode/install.mjs')
  installedVSCode()
  suite('Tests inside VS Code', 'scripts/vscode/suite.mjs', scratch)
  suite('Browser tests', 'scripts/browser.mjs', scratch)
}
rmSync(scratch, { recursive: true, force: true })
finish()
