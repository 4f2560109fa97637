/** Entry of the browser's extension host: everything but what needs a Python process. */
import type { ExtensionContext } from 'vscode'
import { register } from './register'

export function activate(context: ExtensionContext): void {
  register(context, null)
}
