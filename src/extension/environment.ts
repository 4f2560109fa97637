import { extensions, FileType, type LogOutputChannel, Uri, workspace } from 'vscode'

/** The part of the Python extension's API that is used: `ms-python.python`, environments (stable since 2023). */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string }
    resolveEnvironment(environment: { readonly path: string }): Promise<PythonEnvironment | undefined>
    onDidChangeActiveEnvironmentPath(listener: () => void): { dispose(): void }
  }
}
interface PythonEnvironment {
  readonly executable: { readonly uri?: Uri; readonly sysPrefix?: string }
}

export interface Environment {
  /** Folders of installed packages, in the order that Python searches them. */
  readonly packages: readonly Uri[]
  /** The interpreter, when known. */
  readonly executable: Uri | null
}

const virtualEnvironments = ['.venv', 'venv', 'env']
const nothing: Environment = { packages: [], executable: null }

async function pythonApi(): Promise<PythonApi | null> {
  const extension = extensions.getExtension<Partial<PythonApi>>('ms-python.python')
  if (extension === undefined) return null
  const api = extension.isActive ? extension.exports : await extension.activate()
  return api.environments === undefined ? null : { environments: api.environments }
}

/**
 * The Python that a document would run in: as the Python extension says, else the interpreter that the settings name, else a virtual
 * environment in its workspace folder. Runs nothing. `log`: where failures are told; null keeps them quiet.
 */
export async function environmentFor(resource: Uri, log: LogOutputChannel | null): Promise<Environment> {
  try {
    const api = await pythonApi()
    if (api !== null) {
      const resolved = await api.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(resource))
      if (resolved?.executable.sysPrefix !== undefined) {
        return { packages: await packagesOf(Uri.file(resolved.executable.sysPrefix)), executable: resolved.executable.uri ?? null }
      }
    }
  } catch (error) {
    log?.warn(`The Python extension did not tell its environment: ${String(error)}`)
  }
  const named = await environmentNamed(resource)
  if (named !== null) return named
  const folder = workspace.getWorkspaceFolder(resource)
  if (folder === undefined) return nothing
  for (const name of virtualEnvironments) {
    const prefix = Uri.joinPath(folder.uri, name)
    const packages = await packagesOf(prefix)
    if (packages.length > 0) return { packages, executable: await executableOf(prefix) }
  }
  return nothing
}

/** The environment of the interpreter that a setting names by its path: `<prefix>/bin/python`. */
async function environmentNamed(resource: Uri): Promise<Environment | null> {
  for (const setting of ['initLens.python', 'python.defaultInterpreterPath']) {
    const path = workspace.getConfiguration(undefined, resource).get<unknown>(setting)
    if (typeof path !== 'string' || !/^(?:[\\/]|[A-Za-z]:)/.test(path)) continue
    const executable = Uri.file(path)
    const packages = await packagesOf(Uri.joinPath(executable, '..', '..'))
    if (packages.length > 0) return { packages, executable }
  }
  return null
}

export function sameEnvironment(a: Environment, b: Environment): boolean {
  return a.executable?.toString() === b.executable?.toString() && a.packages.join('\n') === b.packages.join('\n')
}

/** Calls `listener` when another environment is selected. */
export async function onEnvironmentChange(listener: () => void): Promise<{ dispose(): void } | null> {
  const api = await pythonApi()
  return api?.environments.onDidChangeActiveEnvironmentPath(listener) ?? null
}

async function executableOf(prefix: Uri): Promise<Uri | null> {
  for (const path of [
    ['bin', 'python'],
    ['Scripts', 'python.exe'],
  ]) {
    const uri = Uri.joinPath(prefix, ...path)
    if (await exists(uri)) return uri
  }
  return null
}

/** site-packages (and Debian's dist-packages) below an environment's prefix. */
async function packagesOf(prefix: Uri): Promise<readonly Uri[]> {
  const found: Uri[] = []
  const windows = Uri.joinPath(prefix, 'Lib', 'site-packages')
  if (await exists(windows)) found.push(windows)
  const lib = Uri.joinPath(prefix, 'lib')
  for (const [name, type] of await listed(lib)) {
    if (!(type & FileType.Directory) || !/^python3/.test(name)) continue
    for (const packages of ['site-packages', 'dist-packages']) {
      const folder = Uri.joinPath(lib, name, packages)
      if (await exists(folder)) found.push(folder)
    }
  }
  return found
}

async function listed(folder: Uri): Promise<readonly [string, FileType][]> {
  try {
    return await workspace.fs.readDirectory(folder)
  } catch {
    return []
  }
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri)
    return true
  } catch {
    return false
  }
}
