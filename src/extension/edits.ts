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
      return write('Initialization as tried', { kind: 'draws', draws: request.initializers, activations: request.activations })
    default:
      return request satisfies never
  }
}

/** The recommended initialization of every model of the file, as one edit. Models whose edits touch the same text take turns: the first is written. */
export function editForFile(analyzed: Analyzed): Edit {
  const { models, message } = analyzed.analysis
  const made = models.map((model) => editFor(analyzed, model, { kind: 'recommended' }))
  const fixes = made.flatMap((edit) => (edit.ok ? [edit.fix] : []))
  const [first] = fixes
  if (first === undefined) return made.find((edit) => !edit.ok) ?? { ok: false, reason: message ?? 'No model was found.' }
  return { ok: true, fix: { title: 'Recommended initialization', edits: combined(fixes) ?? first.edits } }
}

/** Edits of several fixes as one; null when two of them touch the same text. */
export function combined(fixes: readonly Fix[]): readonly TextEdit[] | null {
  const key = ({ file, start, end, newText }: TextEdit): string => `${file} ${start} ${end} ${newText}`
  const edits = [...new Map(fixes.flatMap((one) => one.edits).map((edit) => [key(edit), edit])).values()].sort((a, b) => a.start - b.start)
  const overlap = edits.some((edit, i) => {
    const next = edits[i + 1]
    return next !== undefined && next.file === edit.file && (next.start < edit.end || next.start === edit.start)
  })
  return overlap ? null : edits
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
    const placed = source.placeEdit(change)
    if (placed === null) return null
    edit.replace(placed.place.uri, placed.place.range, placed.newText)
  }
  return edit
}

async function sourceFor({ source }: Analyzed, { file }: TextEdit): Promise<SourceText> {
  return file === source.file ? source : documentSource(await workspace.openTextDocument(uriOf(file)))
}
