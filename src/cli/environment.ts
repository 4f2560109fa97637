import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/**
 * Folders of installed packages whose sources imports may lead to: those of `python` (an environment's folder), else of the
 * nearest `.venv` or `venv` above the file, else of the active virtual environment. Nothing is run to find them.
 */
export function pythonFolders(file: string, python: string | undefined): readonly string[] {
  if (python !== undefined) return packagesOf(python)
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    for (const name of ['.venv', 'venv']) {
      const found = packagesOf(join(folder, name))
      if (found.length > 0) return found
    }
    if (dirname(folder) === folder) break
  }
  const active = process.env.VIRTUAL_ENV
  return active === undefined ? [] : packagesOf(active)
}

function packagesOf(environment: string): readonly string[] {
  const windows = join(environment, 'Lib', 'site-packages')
  if (existsSync(windows)) return [windows]
  const lib = join(environment, 'lib')
  if (!existsSync(lib)) return []
  return readdirSync(lib)
    .filter((name) => /^python3/.test(name))
    .flatMap((name) => [join(lib, name, 'site-packages'), join(lib, name, 'dist-packages')])
    .filter((folder) => existsSync(folder))
}
