// Puts a real VS Code, its server and workbench, into the user's cache folder, from npm alone. Nothing is compiled.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { npm } from '../setup.mjs'

/** code-server carries VS Code 1.139.1 unchanged in lib/vscode. */
const codeServer = '4.139.1'
const nodeVersion = '24'
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/** Where this project keeps what it downloads. */
export function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return join(base, 'init-lens')
}

/** Where things are in an installation at `folder`. */
function layout(folder) {
  const vscode = join(folder, 'node_modules/code-server/lib/vscode')
  return { folder, vscode, node: join(folder, 'node_modules', nodePackage, 'bin/node'), server: join(vscode, 'out/server-main.js') }
}

// The server loads two native modules. Without a compiler they cannot be built, and what they do fits in a few lines:
// one ends the extension host when the server is gone, the other writes log files.
const watchdog = `let watched = false
exports.start = (pid) => {
  if (watched) throw new Error('already watching')
  watched = true
  setInterval(() => { try { process.kill(pid, 0) } catch { process.exit(1) } }, 1000).unref()
}
exports.exit = (code) => process.exit(code ?? 0)
`
const logger = `const fs = require('fs')
const path = require('path')
const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical']
class Logger {
  constructor(kind, name, file) { this.file = file; this.level = 2; this.plain = false; fs.mkdirSync(path.dirname(file), { recursive: true }) }
  write(level, message) {
    if (level < this.level) return
    fs.appendFileSync(this.file, this.plain ? message : new Date().toISOString() + ' [' + names[level] + '] ' + message + '\\n')
  }
  trace(m) { this.write(0, m) } debug(m) { this.write(1, m) } info(m) { this.write(2, m) }
  warn(m) { this.write(3, m) } error(m) { this.write(4, m) } critical(m) { this.write(5, m) }
  getLevel() { return this.level } setLevel(level) { this.level = level }
  setPattern() {} clearFormatters() { this.plain = true } flush() {} drop() {}
}
exports.version = 0
exports.setLevel = exports.setFlushOn = () => {}
exports.Logger = Logger
exports.createRotatingLogger = async (name, file) => new Logger('rotating', name, file)
exports.createAsyncRotatingLogger = exports.createRotatingLogger
`

function run(title, args, cwd) {
  console.log(`  ${title}`)
  const [command, all] = npm([...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  const done = spawnSync(command, all, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  if (done.status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}`)
}

function download(folder) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  run('VS Code and its Node (about 100 MB, once)', ['install', `code-server@${codeServer}`, `${nodePackage}@${nodeVersion}`], folder)
  const { vscode } = layout(folder)
  run("VS Code's packages", ['install', '--omit=dev'], vscode)
  run("its built-in extensions' packages", ['install', '--omit=dev'], join(vscode, 'extensions'))
  const release = join(vscode, 'node_modules/@vscode/native-watchdog/build/Release')
  mkdirSync(release, { recursive: true })
  writeFileSync(join(release, 'watchdog.js'), watchdog)
  writeFileSync(join(vscode, 'node_modules/@vscode/spdlog/index.js'), logger)
}

/** Paths of the installation, made first when it is missing. */
export function installedVSCode() {
  const place = join(cacheFolder(), `vscode-${codeServer}-${process.platform}-${process.arch}`)
  if (existsSync(place)) return layout(place)
  console.log(`\n▸ Installing VS Code into ${place}`)
  mkdirSync(dirname(place), { recursive: true })
  const unfinished = mkdtempSync(`${place}.`)
  try {
    download(unfinished)
    // Whole or not there: another run may be installing the same.
    if (!existsSync(place)) renameSync(unfinished, place)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return layout(place)
}
