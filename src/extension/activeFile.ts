import { commands, window } from 'vscode'
import type { Services } from './services'
import { sourceOf } from './sourceText'

/** Keeps the context key that shows our menu entries: whether the active file has layers. */
export function registerActiveFile({ context, analyses }: Services): void {
  const update = (): void => {
    const editor = window.activeTextEditor
    const source = editor === undefined ? null : sourceOf(editor.document)
    const definitions = source === null ? undefined : analyses.byFile(source.file)?.analysis.definitions
    void commands.executeCommand('setContext', 'initLens.activeFileHasLayers', (definitions?.length ?? 0) > 0)
  }
  context.subscriptions.push(window.onDidChangeActiveTextEditor(update), analyses.onDidAnalyze(update))
}
