/** Entry of the desktop's and the server's extension host. */
import type { ExtensionContext } from 'vscode'
import { register } from './register'

export function activate(context: ExtensionContext): void {
  register(context, null)
}
