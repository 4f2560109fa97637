// Runs the VS Code server on this machine.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { installedVSCode } from './install.mjs'

const secondsToStart = 60

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

const commonFlags = (dataDir) => ['--server-data-dir', dataDir, '--accept-server-license-terms', '--telemetry-level', 'off']

/** Nothing on the screen but files, and no question that has nothing to do with the extension. */
const quiet = {
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
}

/** A workbench in the browser takes settings of the machine from there. */
function writeSettings(dataDir, settings) {
  const file = join(dataDir, 'data/Machine/settings.json')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ ...quiet, ...settings }))
}

/**
 * Starts a server. `token`: asked for in the address; null for none, which only tests use. `trust`: whether folders must be trusted first.
 * Gives `{ port, stop }` once it answers; `onExit` hears of a server that ended by itself.
 * @param {{ dataDir: string, settings?: Record<string, unknown>, token?: string | null, trust?: boolean, port?: number, onExit?: (code: number | null) => void }} options
 */
export async function startServer({ dataDir, settings = {}, token = null, trust = false, port, onExit }) {
  writeSettings(dataDir, settings)
  const { node, server } = installedVSCode()
  const at = port ?? (await freePort())
  const args = [
    server,
    ...['--host', '127.0.0.1', '--port', String(at)],
    ...(token === null ? ['--without-connection-token'] : ['--connection-token', token]),
    ...(trust ? [] : ['--disable-workspace-trust']),
    // Makes the built workbench honour extensionDevelopmentPath.
    '--enable-smoke-test-driver',
    // An extension host whose browser is gone ends after so many seconds; by itself it would wait for hours.
    ...(token === null ? ['--reconnection-grace-time', '20'] : []),
    ...commonFlags(dataDir),
  ]
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const collect = (data) => {
    output = (output + data).slice(-20_000)
  }
  child.stderr.on('data', collect)
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`VS Code did not start in ${secondsToStart} s:\n${output}`)), secondsToStart * 1000)
    child.stdout.on('data', (data) => {
      collect(data)
      if (!output.includes('Web UI available')) return
      clearTimeout(timer)
      resolve()
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`VS Code ended with code ${code}:\n${output}`))
      onExit?.(code)
    })
  })
  return {
    port: at,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve()
        child.once('exit', resolve)
        child.kill()
      }),
  }
}

/** Installs a VSIX into the data folder of a server; gives what it printed. Throws when that fails. */
export function installExtension(vsix, dataDir) {
  const { node, server } = installedVSCode()
  const run = spawnSync(node, [server, '--install-extension', vsix, ...commonFlags(dataDir)], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${vsix} was not installed:\n${run.stdout}${run.stderr}`)
  return run.stdout
}

/**
 * Address of the workbench. `folder`: what it opens; `development`: the extension's folder; `tests`: a module whose `run` it calls; `files`: opened first.
 * @param {{ port: number, token?: string | null, folder?: string, development?: string, tests?: string, files?: readonly string[] }} options
 */
export function workbenchAddress({ port, token = null, folder, development, tests, files = [] }) {
  const remote = (path) => `vscode-remote://127.0.0.1:${port}${path}`
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ...(development ? [['extensionDevelopmentPath', remote(development)]] : []),
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
    ...files.map((file) => ['openFile', remote(file)]),
  ]
  const query = new URLSearchParams({
    ...(folder ? { folder } : { ew: 'true' }),
    payload: JSON.stringify(payload),
    ...(token ? { tkn: token } : {}),
  })
  return `http://127.0.0.1:${port}/?${query}`
}
