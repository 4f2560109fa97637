import { FileType, Uri, workspace } from 'vscode'
import { scriptEndings } from '../javascript/paths'
import type { ModuleRequest, SourceFile } from '../python/host'

/** Longer files are taken for data, not for modules. */
const largestFile = 2_000_000

/** Imports that led nowhere and are looked up again at a time. */
const mostMissing = 100

/** A file outside the workspace may lie this deep in a package. */
const parentsOfLooseFile = 3

/** Source of imported modules, loaded once. Open editors win over the disk. */
export class WorkspaceSources {
  private readonly known = new Map<string, Promise<SourceFile | null>>()
  private readonly missing = new Map<string, { readonly roots: readonly Uri[]; readonly module: string }>()
  private readonly files = new Set<string>()

  /** Where an import leads; null when nowhere. `packages`: folders of installed packages. */
  find(request: ModuleRequest, packages: readonly Uri[]): Promise<SourceFile | null> {
    const isScript = request.language === 'javascript'
    const roots = isScript ? [Uri.joinPath(Uri.parse(request.fromFile), '..')] : searchRoots(request, packages)
    const key = `${roots.map(String).join(' ')}|${request.module}`
    const known = this.known.get(key) ?? (isScript ? this.loadScript(roots, request.module) : this.load(roots, request.module))
    this.known.set(key, known)
    void known.then((file) => {
      if (file === null) this.missing.set(key, { roots, module: request.module })
    })
    return known
  }

  /** Whether one of the imports that led nowhere would lead somewhere now. */
  async appeared(): Promise<boolean> {
    for (const { roots, module } of [...this.missing.values()].slice(0, mostMissing)) {
      for (const candidate of candidates(roots, module)) if (await isFile(candidate.uri)) return true
    }
    return false
  }

  forget(): void {
    this.known.clear()
    this.missing.clear()
    this.files.clear()
  }

  /** Whether an analysis may have read this file through us. */
  holds(file: string): boolean {
    return this.files.has(file)
  }

  /** A script by its path, with or without its ending, or a folder's `index`. */
  private async loadScript(folders: readonly Uri[], path: string): Promise<SourceFile | null> {
    for (const folder of folders) {
      for (const ending of scriptEndings) {
        const found = await read(Uri.joinPath(folder, `${path}${ending}`), false)
        if (found === null) continue
        this.files.add(found.file)
        return found
      }
    }
    return null
  }

  private async load(roots: readonly Uri[], module: string): Promise<SourceFile | null> {
    for (const { uri, isPackage } of candidates(roots, module)) {
      const found = await read(uri, isPackage)
      if (found === null) continue
      this.files.add(found.file)
      return found
    }
    return null
  }
}

/** Files that may hold a module, in the order of search: in each root the package, then the module. */
function candidates(roots: readonly Uri[], module: string): readonly { readonly uri: Uri; readonly isPackage: boolean }[] {
  const parts = module === '' ? [] : module.split('.')
  return roots.flatMap((root) => {
    const base = Uri.joinPath(root, ...parts)
    const asPackage = { uri: Uri.joinPath(base, '__init__.py'), isPackage: true }
    return parts.length === 0 ? [asPackage] : [asPackage, { uri: base.with({ path: `${base.path}.py` }), isPackage: false }]
  })
}

/** Folders where Python would look: for a relative import its package, else the file's folder and those above it in the workspace, then installed packages. */
function searchRoots({ level, fromFile }: ModuleRequest, packages: readonly Uri[]): readonly Uri[] {
  const folder = folderOf(Uri.parse(fromFile))
  if (folder === null) return packages
  if (level > 0) return [Uri.joinPath(folder, ...Array<string>(level - 1).fill('..'))]
  const installed = packages.find((root) => folder.path.startsWith(`${root.path}/`) || folder.path === root.path)
  if (installed !== undefined) return [installed, ...packages.filter((root) => root !== installed)]
  const top = workspace.getWorkspaceFolder(folder)?.uri
  const own = [folder]
  if (top !== undefined) {
    for (let above = folder; above.path !== top.path && above.path.startsWith(`${top.path}/`); ) {
      above = Uri.joinPath(above, '..')
      own.push(above)
    }
    own.push(Uri.joinPath(top, 'src'))
  } else {
    for (let times = 1; times <= parentsOfLooseFile; times++) own.push(Uri.joinPath(folder, ...Array<string>(times).fill('..')))
  }
  return [...own, ...packages]
}

/** A file that was never saved lies in the first workspace folder; null without one. */
function folderOf(file: Uri): Uri | null {
  return file.scheme === 'untitled' ? (workspace.workspaceFolders?.[0]?.uri ?? null) : Uri.joinPath(file, '..')
}

async function isFile(uri: Uri): Promise<boolean> {
  try {
    const { type, size } = await workspace.fs.stat(uri)
    return (type & FileType.File) !== 0 && size <= largestFile
  } catch {
    return false
  }
}

async function read(uri: Uri, isPackage: boolean): Promise<SourceFile | null> {
  const file = uri.toString()
  const open = workspace.textDocuments.find((document) => document.uri.toString() === file)
  if (open !== undefined) return { file, text: open.getText(), isPackage }
  if (!(await isFile(uri))) return null
  try {
    return { file, text: new TextDecoder().decode(await workspace.fs.readFile(uri)), isPackage }
  } catch {
    return null
  }
}
