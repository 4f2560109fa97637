import { WorkspaceEdit, workspace } from 'vscode'
import type { Fix, ModelAnalysis, TextEdit } from '../analysis'
import { type FixRequest, fix } from '../analyze'
import type { EditRequest } from '../protocol'
import type { Analyzed } from './analyses'
import { documentSource, type SourceText, uriOf } from './sourceText'

/** The edit that was asked for, or why there is none. */
export type Edit = { readonly ok: true; readonly fix: Fix } | { readonly ok: false; readonly reason: string }

/** Turns a request of the panel, a hover or a light bulb into text edits of the analyzed version. */
export function editFor({ source }: Analyzed, model: ModelAnalysis, request: EditRequest): Edit {
  const write = (title: string, what: FixRequest): Edit => {
    const result = fix({ file: source.file, text: source.text }, model, what)
    return result.ok ? { ok: true, fix: { title, edits: result.edits } } : result
  }
  switch (request.kind) {
    case 'finding': {
      const own = model.findings[request.finding]?.fix ?? null
      return own === null ? { ok: false, reason: 'This finding has no fix.' } : { ok: true, fix: own }
    }
    case 'recommended':
      return write(`Recommended initialization of ${model.name}`, { kind: 'recommended', parameters: null })
    case 'parameters':
      return write('Recommended initialization', { kind: 'recommended', parameters: new Set(request.parameters) })
    case 'experiment':
      if (request.initializers.length === 0) return { ok: false, reason: 'Init Lens writes initializers; change the activation in the code itself.' }
      return write('Initialization as tried', { kind: 'draws', draws: request.initializers })
    default:
      return request satisfies never
  }
}

/** Writes a fix into its files as one step that undo takes back. false when VS Code refused or a place is in no editor. */
export async function applyFix(analyzed: Analyzed, { edits }: Fix): Promise<boolean> {
  const edit = await workspaceEdit(analyzed, edits)
  return edit !== null && workspace.applyEdit(edit)
}

/** null when a place is in no editor. */
export async function workspaceEdit(analyzed: Analyzed, edits: readonly TextEdit[]): Promise<WorkspaceEdit | null> {
  const edit = new WorkspaceEdit()
  for (const change of edits) {
    const source = await sourceFor(analyzed, change)
    const place = source.place(change.start, change.end)
    if (place === null) return null
    edit.replace(place.uri, place.range, change.newText)
  }
  return edit
}

async function sourceFor({ source }: Analyzed, { file }: TextEdit): Promise<SourceText> {
  return file === source.file ? source : documentSource(await workspace.openTextDocument(uriOf(file)))
}
