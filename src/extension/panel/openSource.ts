import { workspace } from 'vscode'
import { documentSource, isRead, isReadNotebook, notebookSource, type SourceText, uriOf } from '../sourceText'

/** Opens, without showing it, the file that a span or a restored panel names; null when it is gone or not one that is read. */
export async function openSource(file: string): Promise<SourceText | null> {
  const uri = uriOf(file)
  try {
    if (uri.path.endsWith('.ipynb')) {
      const notebook = await workspace.openNotebookDocument(uri)
      return isReadNotebook(notebook) ? notebookSource(notebook) : null
    }
    const document = await workspace.openTextDocument(uri)
    return isRead(document) ? documentSource(document) : null
  } catch {
    return null
  }
}
