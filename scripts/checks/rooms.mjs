// Holds the layout of src/: imports go one way, and the core imports neither vscode, the DOM's packages nor Node.
// The build runs it. It reads the sources rather than the bundle, so that type-only imports count as well.
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** What each room may import besides itself. */
const rooms = {
  graph: [],
  clock: [],
  analysis: ['graph'],
  syntax: ['graph'],
  python: ['graph', 'syntax'],
  javascript: ['graph', 'syntax'],
  frameworks: ['syntax', 'python', 'javascript', 'graph', 'analysis'],
  signal: ['graph', 'analysis', 'frameworks', 'python'],
  advice: ['graph', 'analysis', 'signal', 'frameworks', 'python'],
  report: ['graph', 'analysis', 'advice', 'signal', 'frameworks', 'python'],
  analyze: ['graph', 'analysis', 'report', 'advice', 'signal', 'frameworks', 'python'],
  protocol: ['graph', 'analysis', 'signal', 'advice', 'report'],
  // The page that hosts the panel: text that the extension hands to VS Code.
  'webview/html': [],
  extension: ['graph', 'analysis', 'analyze', 'protocol', 'webview/html', 'clock', 'report', 'advice', 'signal', 'python', 'javascript'],
  webview: ['graph', 'analysis', 'protocol', 'report', 'advice', 'signal'],
  cli: ['graph', 'analysis', 'analyze', 'clock', 'report', 'advice', 'signal', 'python', 'javascript'],
}
const core = ['graph', 'analysis', 'syntax', 'python', 'javascript', 'frameworks', 'signal', 'advice', 'report', 'analyze', 'protocol']

/** Packages that the rooms left of the fronts may use: they run anywhere JavaScript does. */
const corePackages = ['web-tree-sitter', 'tree-sitter-python', 'tree-sitter-typescript', 'yaml', 'sarif']

const importPattern =
  /(?:^|[\n;])\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

/** Module specifiers that a source text imports or re-exports. */
export function importsOf(text) {
  return [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3])
}

function packageOf(specifier) {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]
}

function roomOf(path) {
  const name = path.replaceAll(sep, '/').replace(/\.tsx?$/, '')
  return Object.hasOwn(rooms, name) ? name : name.split('/')[0]
}

/** Complaint about one import, or null. `file` is relative to the source folder. */
export function complaint(file, specifier) {
  const room = roomOf(file)
  const allowed = rooms[room]
  if (allowed === undefined) return `${file}: "${room}" is not a room of src/`
  if (specifier.startsWith('.')) {
    const target = roomOf(relative('/', resolve('/', dirname(file), specifier)))
    // Outside src/ a front may read the version alone.
    if (target === room || allowed.includes(target) || (target === 'package.json' && !core.includes(room))) return null
    return `${file}: ${room} must not import ${target} (${specifier})`
  }
  if (!core.includes(room)) return null
  const name = packageOf(specifier)
  if (specifier.startsWith('node:') || builtinModules.includes(name)) return `${file}: the core must not import Node's ${specifier}`
  if (!corePackages.includes(name)) return `${file}: the core must not import ${specifier}`
  return null
}

/** All complaints about the sources below `root`/src, one line each. */
export function checkRooms(root) {
  const source = join(root, 'src')
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .flatMap((file) => importsOf(readFileSync(join(source, file), 'utf8')).map((specifier) => complaint(file, specifier)))
    .filter((line) => line !== null)
}
