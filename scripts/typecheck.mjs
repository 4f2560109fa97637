// Type-checks each part under the libraries that it may use.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './setup.mjs'

const typescript = createRequire(import.meta.url).resolve('typescript/package.json')
const compiler = join(dirname(typescript), JSON.parse(readFileSync(typescript, 'utf8')).bin.tsc)
const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
const failed = references.filter(
  ({ path }) => spawnSync(process.execPath, [compiler, '-p', path], { cwd: root, stdio: 'inherit' }).status !== 0,
)
process.exit(failed.length > 0 ? 1 : 0)
