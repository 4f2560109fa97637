import type { TextEditor } from 'vscode'
import type { SourceText } from '../sourceText'

/** Line of the analyzed text (from 1) that the editor's cursor is on; null when the editor shows something else. */
export function cursorLine(source: SourceText | null, editor: TextEditor): number | null {
  const offset = source?.offset(editor.document, editor.selection.active) ?? null
  return source === null || offset === null ? null : source.text.slice(0, offset).split('\n').length
}
