/** The package that a file belongs to, by the `__init__.py` of the folders above it. */
import type { SourceReader } from '../../python/host'

/** Packages nest this deep at most. */
const deepest = 10

function folderName(path: string): string {
  const folders = path.split(/[\\/]/)
  return folders.at(-2) ?? ''
}

/** Dotted, `torchvision.models` for `…/torchvision/models/resnet.py`; empty when the file is in no package. */
export function packageOf(file: string, sources: SourceReader | undefined): string {
  const names: string[] = []
  for (let level = 1; level <= deepest; level++) {
    const init = sources?.resolve({ module: '', level, fromFile: file })
    if (init === null || init === undefined) break
    const name = folderName(init.file)
    if (name === '') break
    names.unshift(name)
  }
  return names.join('.')
}
