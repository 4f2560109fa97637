/**
 * The façade where the extension host is a browser's worker. VS Code hands such a host one file alone, and `dist/core.js` is most of what
 * there is: read from beside that file, the package holds it once for all hosts.
 */
import { type ExtensionContext, Uri, workspace } from 'vscode'
import type * as Facade from '../analyze'

let loaded: typeof Facade | null = null

/** Reads and evaluates the façade; to be awaited before anything that imports it. */
export async function loadCore({ extensionUri }: Pick<ExtensionContext, 'extensionUri'>): Promise<void> {
  const sourceOf = async (name: string): Promise<string> => {
    const uri = Uri.joinPath(extensionUri, 'dist', name)
    return `${new TextDecoder().decode(await workspace.fs.readFile(uri))}\n//# sourceURL=${uri}`
  }
  const grammar = './grammar.typescript.js'
  const [core, script] = await Promise.all([sourceOf('core.js'), sourceOf(grammar)])
  loaded = evaluated(core, (name) => {
    if (name === grammar) return evaluated(script, noModule)
    return noModule(name)
  }) as typeof Facade
}

/** What `loadCore` has loaded. */
export function core(): typeof Facade {
  if (loaded === null) throw new Error('loadCore() has not resolved yet')
  return loaded
}

/** What a CommonJS file exports. VS Code evaluates an extension in a browser in the same way. */
function evaluated(source: string, require: (name: string) => unknown): unknown {
  const module = { exports: {} as unknown }
  new Function('module', 'exports', 'require', source)(module, module.exports, require)
  return module.exports
}

function noModule(name: string): never {
  throw new Error(`there is no module ${name} in a browser`)
}
