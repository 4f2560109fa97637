import { Uri, WorkspaceEdit, workspace } from 'vscode'
import type { Fix, ModelAnalysis, TextEdit } from '../analysis'
import type { EditRequest } from '../protocol'
import type { Analyzed } from './analyses'
import { documentSource, type SourceText } from './sourceText'

/** The edit that was asked for, or why there is none. */
export type Edit = { readonly ok: true; readonly fix: Fix } | { readonly ok: false; readonly reason: string }

/** Turns a request of the panel into text edits of the analyzed version. */
export function editFor(_analyzed: Analyzed, model: ModelAnalysis, request: EditRequest): Edit {
  switch (request.kind) {
    case 'finding': {
      const fix = model.findings[request.finding]?.fix ?? null
      return fix === null ? { ok: false, reason: 'This finding has no fix.' } : { ok: true, fix }
    }
    case 'recommended':
    case 'parameters':
    case 'experiment':
      return { ok: false, reason: 'There is nothing to change.' }
    default:
      return request satisfies never
  }
}

/** Writes a fix into its files as one step that undo takes back. false when VS Code refused or a place is in no editor. */
export async function applyFix(analyzed: Analyzed, fix: Fix): Promise<boolean> {
  const edit = new WorkspaceEdit()
  for (const change of fix.edits) {
    const source = await sourceFor(analyzed, change)
    const place = source.place(change.start, change.end)
    if (place === null) return false
    edit.replace(place.uri, place.range, change.newText)
  }
  return workspace.applyEdit(edit, { isRefactoring: false })
}

async function sourceFor({ source }: Analyzed, { file }: TextEdit): Promise<SourceText> {
  return file === source.file ? source : documentSource(await workspace.openTextDocument(Uri.parse(file)))
}
