// What a fresh checkout lacks. Uses Node alone: it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const leastNode = [20, 19]

function lockedPackages(file) {
  if (!existsSync(file)) return {}
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
}

/** Whether node_modules holds what package-lock.json says. Optional packages are another platform's business. */
export function dependenciesInstalled() {
  const wanted = lockedPackages(join(root, 'package-lock.json'))
  const present = lockedPackages(join(root, 'node_modules/.package-lock.json'))
  return Object.entries(wanted).every(([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version)
}

/** Prints a step, runs it, and gives whether it went well. */
export function step(title, command, args, options = {}) {
  console.log(`\n▸ ${title}`)
  const run = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (run.error) console.error(`${command}: ${run.error.message}`)
  return run.status === 0
}

/** The npm that runs us, else the one on PATH. */
export function npm(args) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('.js') ? [process.execPath, [cli, ...args]] : ['npm', args]
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return
  console.error(
    `Init Lens needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}. Install it from https://nodejs.org`,
  )
  process.exit(1)
}

/** Installs the packages that package-lock.json names, when they are not there. */
export function installDependencies() {
  checkNode()
  if (dependenciesInstalled()) return true
  if (step('Installing packages (npm ci)', ...npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))) return true
  // A registry that lacks another platform's optional packages makes npm call the lock file incomplete.
  return step('Installing packages (npm install)', ...npm(['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']))
}

export function build() {
  return step('Building dist/', process.execPath, ['esbuild.mjs'])
}
