// How fast the panel is, alone in Chromium and inside a real VS Code: second part of npm run bench.
import { join } from 'node:path'
import { build as buildExtension, root } from '../setup.mjs'
import { runTypeScript } from '../typescript.mjs'
import { installedVSCode } from '../vscode/install.mjs'

if (!buildExtension()) process.exit(1)
installedVSCode()
await runTypeScript('test/browser/panel-bench.ts', 'bench-panel', {
  packages: 'external',
  // Scripts find the repository by their own place: they stay where they are.
  external: [join(root, 'scripts/*')],
})
