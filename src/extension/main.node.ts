/** Entry of the desktop's and the server's extension host. */
import { type ExtensionContext, Uri } from 'vscode'
import { pythonMeasurer } from './node/measurePython'
import { threadAnalyst } from './node/threadAnalyst'
import { register } from './register'

export function activate(context: ExtensionContext): void {
  const own = (...path: readonly string[]): string => Uri.joinPath(context.extensionUri, ...path).fsPath
  register(context, {
    analyst: threadAnalyst(own('dist', 'extension.thread.js')),
    makeMeasurer: (log) => pythonMeasurer(own('media', 'measure.py'), log),
  })
}
