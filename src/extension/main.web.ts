/** Entry of the browser's extension host: everything but what needs a Python process. That host is a worker of its own already. */
import type { ExtensionContext } from 'vscode'
import { localAnalyst } from './analyst'
import { register } from './register'

export function activate(context: ExtensionContext): void {
  register(context, { analyst: localAnalyst(), makeMeasurer: null })
}
