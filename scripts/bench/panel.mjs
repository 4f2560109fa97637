// How fast the panel is, alone in Chromium and inside a real VS Code: second part of npm run bench.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { build as buildExtension, root } from '../setup.mjs'
import { installedVSCode } from '../vscode/install.mjs'

if (!buildExtension()) process.exit(1)
installedVSCode()
const outfile = join(root, 'dist/bench-panel.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['test/browser/panel-bench.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  // Scripts find the repository by their own place: they stay where they are.
  external: [join(root, 'scripts/*')],
  loader: { '.txt': 'text' },
  logLevel: 'warning',
})
process.exit(spawnSync(process.execPath, ['--enable-source-maps', outfile], { stdio: 'inherit', cwd: root }).status ?? 1)
