import { type TextEditor, TextEditorRevealType, ViewColumn, window, workspace } from 'vscode'
import type { Analyses } from './analyses'
import { documentSource, uriOf } from './sourceText'

/** Shows a stretch of source in the editor that has it, else in the first column. */
export async function revealSpan(
  analyses: Analyses,
  span: { readonly file: string; readonly start: number; readonly end: number },
  preserveFocus: boolean,
): Promise<void> {
  const place = await placeOf(analyses, span)
  if (place === null) return
  const shown = window.visibleTextEditors.find((editor) => editor.document.uri.toString() === place.uri.toString())
  const document = shown?.document ?? (await workspace.openTextDocument(place.uri))
  const editor: TextEditor = await window.showTextDocument(document, {
    viewColumn: shown?.viewColumn ?? ViewColumn.One,
    selection: place.range,
    preserveFocus,
  })
  editor.revealRange(place.range, TextEditorRevealType.InCenterIfOutsideViewport)
}

async function placeOf(analyses: Analyses, span: { readonly file: string; readonly start: number; readonly end: number }) {
  const source = analyses.byFile(span.file)?.source ?? documentSource(await workspace.openTextDocument(uriOf(span.file)))
  return source.place(span.start, span.end)
}
