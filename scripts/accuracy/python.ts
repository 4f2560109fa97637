import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'

export interface PythonWithPackage {
  readonly program: string
  /** The folder that holds the package; null when no Python has it. */
  readonly folder: string | null
}

/** The first Python, of those chosen or those that are usual, that can find a package, without importing it. */
export function packagesOf(chosen: string | readonly string[] | null, name: string): PythonWithPackage {
  // The system's Python often has the distribution's PyTorch where a newer one on PATH has none.
  const candidates = chosen === null || chosen.length === 0 ? ['python3', 'python', '/usr/bin/python3'] : [chosen].flat()
  for (const program of candidates) {
    const code = `import importlib.util as u; s = u.find_spec(${JSON.stringify(name)}); print(list(s.submodule_search_locations)[0] if s else "")`
    const found = spawnSync(program, ['-c', code], { encoding: 'utf8' })
    const folder = found.status === 0 ? found.stdout.trim() : ''
    if (folder !== '') return { program, folder: dirname(folder) }
  }
  return { program: candidates[0] ?? 'python3', folder: null }
}
