// Packs the extension from dist/ as it is.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../setup.mjs'

/** Writes a VSIX; throws with what the packager said when it cannot. */
export function packageExtension(vsix) {
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix]
  const run = spawnSync(process.execPath, [join(root, 'node_modules/@vscode/vsce/vsce'), ...args], { cwd: root, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`the extension was not packed:\n${run.stdout}${run.stderr}`)
}
