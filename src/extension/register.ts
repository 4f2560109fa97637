import { commands, type ExtensionContext, window } from 'vscode'

export function register(context: ExtensionContext): void {
  const log = window.createOutputChannel('Init Lens', { log: true })
  context.subscriptions.push(
    log,
    commands.registerCommand('initLens.showLog', () => log.show()),
  )
}
