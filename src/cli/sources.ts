import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { scriptEndings } from '../javascript/paths'
import type { ModuleRequest, SourceFile, SourceReader } from '../python'

const largestFile = 2_000_000

/** Finds imported modules beside the file, in its parent packages' root, and in the folders given (a Python's site-packages). */
export function fileSources(folders: readonly string[]): SourceReader {
  const loaded = new Map<string, SourceFile | null>()
  return {
    resolve({ module, level, fromFile, language }: ModuleRequest) {
      if (language === 'javascript') return script(resolve(dirname(resolve(fromFile)), module))
      const parts = module === '' ? [] : module.split('.')
      const roots =
        level > 0
          ? [up(dirname(resolve(fromFile)), level - 1)]
          : [dirname(resolve(fromFile)), packageRoot(dirname(resolve(fromFile))), ...folders]
      for (const root of roots) {
        const found = load(join(root, ...parts), loaded)
        if (found !== null) return found
      }
      return null
    },
  }
}

/** A script by its path, with or without its ending, or a folder's `index`. */
function script(path: string): SourceFile | null {
  for (const ending of scriptEndings) {
    const found = read(`${path}${ending}`, false)
    if (found !== null) return found
  }
  return null
}

function load(base: string, loaded: Map<string, SourceFile | null>): SourceFile | null {
  const known = loaded.get(base)
  if (known !== undefined) return known
  const found = read(join(base, '__init__.py'), true) ?? read(`${base}.py`, false)
  loaded.set(base, found)
  return found
}

function read(file: string, isPackage: boolean): SourceFile | null {
  if (!existsSync(file)) return null
  const stats = statSync(file)
  if (!stats.isFile() || stats.size > largestFile) return null
  return { file, text: readFileSync(file, 'utf8'), isPackage }
}

function up(folder: string, times: number): string {
  return times <= 0 ? folder : up(dirname(folder), times - 1)
}

/** The folder that holds the outermost package of a file's folder. */
function packageRoot(folder: string): string {
  return existsSync(join(folder, '__init__.py')) ? packageRoot(dirname(folder)) : folder
}
