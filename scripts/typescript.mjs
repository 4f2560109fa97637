// Scripts written in TypeScript: bundled by esbuild into dist/, run by Node.
import { spawnSync } from 'node:child_process'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What every bundle for Node shares. The banner gives CommonJS packages inside of it their `require`. */
export const nodeBundle = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  loader: { '.wasm': 'binary', '.txt': 'text' },
  logLevel: 'warning',
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
}

/** Bundles `entry`, a path in the repository, to dist/NAME.mjs and runs it with this process's arguments; ends this process with its code. */
export async function runTypeScript(entry, name = basename(dirname(entry)), options = {}) {
  const outfile = join(root, `dist/${name}.mjs`)
  await build({ ...nodeBundle, entryPoints: [entry], outfile, ...options })
  const run = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root })
  process.exit(run.status ?? 1)
}
