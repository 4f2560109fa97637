import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isScriptFile, usesTensorflowjs } from '../analyze'

const readable = /\.(?:py|ipynb|layers\.(?:json|ya?ml))$/
const skipped = new Set(['node_modules', '__pycache__', 'site-packages', 'dist-packages', 'venv', 'build', 'dist'])

/** Files to read below the given paths: files as they are named, folders searched for .py, .ipynb, .layers.yaml or .json and scripts that use TensorFlow.js, hidden and installed ones left out. */
export function filesBelow(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => (statSync(path, { throwIfNoEntry: false })?.isDirectory() ? search(path) : [path]))
}

function search(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.name.startsWith('.') || skipped.has(entry.name)) return []
      if (entry.isDirectory()) return search(path)
      return entry.isFile() && (readable.test(entry.name) || isTensorflowScript(path)) ? [path] : []
    })
}

/** Longer scripts are bundles. */
const longestScript = 1_000_000

function isTensorflowScript(path: string): boolean {
  return isScriptFile(path) && statSync(path).size <= longestScript && usesTensorflowjs(readFileSync(path, 'utf8'))
}
