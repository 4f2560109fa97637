// npm start [-- FILE] [--no-editor] [--port N]: sets up what is missing, prints the recommendation for a model file,
// and opens the file in a real VS Code in the browser, with Init Lens in it.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build, installDependencies, root } from './setup.mjs'

const usage = 'usage: npm start [FILE] [-- --no-editor --port N]'

function fail(message) {
  console.error(message)
  process.exit(1)
}

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { 'no-editor': { type: 'boolean' }, port: { type: 'string' }, help: { type: 'boolean' } },
    })
  } catch (error) {
    fail(`${error.message}\n${usage}`)
  }
}

const { values, positionals } = options()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const port = values.port === undefined ? undefined : Number(values.port)
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) fail(`--port ${values.port} is not a port\n${usage}`)
// npm runs us in the repository's folder; the file was named from where the person stood.
const file = positionals[0] ? resolve(process.env.INIT_CWD ?? process.cwd(), positionals[0]) : join(root, 'examples/dying_mlp.py')
if (!existsSync(file)) fail(`${file} does not exist`)

if (!installDependencies() || !build()) process.exit(1)

console.log(`\n▸ Recommended initialization for ${file}\n`)
const table = spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'analyze', file], { stdio: 'inherit' })
if (values['no-editor']) process.exit(table.status === 2 ? 1 : 0)

const { cacheFolder, installedVSCode } = await import('./vscode/install.mjs')
const { installExtension, startServer, workbenchAddress } = await import('./vscode/server.mjs')
const { packageExtension } = await import('./vscode/package.mjs')
installedVSCode()
console.log('\n▸ Starting VS Code with Init Lens in it')
// A VS Code server is a shell on this machine: only who has the token gets in.
const token = randomBytes(20).toString('hex')
// Outside any folder that is opened: VS Code loads no extension that lies in an untrusted workspace.
const dataDir = mkdtempSync(join(cacheFolder(), 'start-'))
const clean = () => rmSync(dataDir, { recursive: true, force: true })
const vsix = join(dataDir, 'init-lens.vsix')
packageExtension(vsix)
installExtension(vsix, dataDir)
const server = await startServer({ dataDir, token, trust: true, port, onExit: () => process.exit(1) }).catch((error) => {
  clean()
  fail(error.message)
})
process.on('exit', clean)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.stop().then(() => process.exit(0)))
console.log(`
Open this address in a browser on this machine:

  ${workbenchAddress({ port: server.port, token, folder: dirname(file), files: [file] })}

In the editor: F1, then "Init Lens: Recommend Initialization" shows the panel, whose "Apply to file" writes what is recommended.
Rest the pointer on a layer for its hover.
Ctrl+C ends it.`)
