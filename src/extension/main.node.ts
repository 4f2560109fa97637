/** Entry of the desktop's and the server's extension host. */
import { type ExtensionContext, Uri } from 'vscode'
import { pythonMeasurer } from './node/measurePython'
import { register } from './register'

export function activate(context: ExtensionContext): void {
  register(context, (log) => pythonMeasurer(Uri.joinPath(context.extensionUri, 'media', 'measure.py').fsPath, log))
}
