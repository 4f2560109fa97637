/** Entry of the browser's extension host: everything but what needs a Python process. That host is a worker of its own already. */
import type { ExtensionContext } from 'vscode'
import { loadCore } from './browserCore'

export async function activate(context: ExtensionContext): Promise<void> {
  await loadCore(context)
  const [{ localAnalyst }, { register }] = await Promise.all([import('./analyst'), import('./register')])
  register(context, { analyst: localAnalyst(), makeMeasurer: null })
}
