import { commands, window } from 'vscode'
import { commandIds } from './commandIds'
import { applyFix, editForFile } from './edits'
import { openSource } from './panel/openSource'
import { revealSpan } from './reveal'
import type { Services } from './services'
import { documentSource, isReadNotebook, notebookSource, type SourceText, sourceOf } from './sourceText'

const nothingOpen = 'Open a file with a PyTorch, Keras or Flax model first, a notebook, or a layer spec.'

/** The commands of the palette, the menus and the links. */
export function registerCommands(services: Services): void {
  const { context, analyses, panels, log } = services
  const register = (id: string, run: (argument: unknown) => unknown): void => {
    context.subscriptions.push(commands.registerCommand(id, run))
  }
  const openPanel = async (pinned: boolean): Promise<void> => {
    const source = activeSource()
    if (source === null) void window.showInformationMessage(nothingOpen)
    else await panels.open(source, { pinned })
  }
  register(commandIds.recommend, () => openPanel(false))
  register(commandIds.openPanel, () => openPanel(false))
  register(commandIds.openPanelPinned, () => openPanel(true))
  register(commandIds.showLog, () => log.show())
  register(commandIds.reveal, (span) => (isPlace(span) ? revealSpan(analyses, span, false) : undefined))
  register(commandIds.focusLayer, async (target) => {
    if (!isLayer(target)) return
    const source = analyses.source(target.file) ?? (await openSource(target.file))
    if (source !== null)
      await panels.open(source, { model: target.model, focus: target.call === null ? null : { call: target.call, times: target.times } })
  })
  register(commandIds.applyModel, async () => {
    const source = activeSource()
    const analyzed = source === null ? null : await analyses.ofSource(source)
    if (analyzed === null) return void window.showInformationMessage(nothingOpen)
    const edit = editForFile(analyzed)
    if (!edit.ok) void window.showInformationMessage(edit.reason)
    else await applyFix(analyzed, edit.fix)
  })
}

/** Of the active editor: a document, or the notebook around its cell. */
function activeSource(): SourceText | null {
  const editor = window.activeTextEditor
  if (editor !== undefined) {
    const source = sourceOf(editor.document)
    // Another language's file gets the panel's message, by name.
    return source ?? documentSource(editor.document)
  }
  const notebook = window.activeNotebookEditor?.notebook
  return notebook !== undefined && isReadNotebook(notebook) ? notebookSource(notebook) : null
}

interface Place {
  readonly file: string
  readonly start: number
  readonly end: number
}
interface Layer {
  readonly file: string
  readonly model: string | null
  readonly call: string | null
  readonly times: number
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isPlace(value: unknown): value is Place {
  return isRecord(value) && typeof value['file'] === 'string' && typeof value['start'] === 'number' && typeof value['end'] === 'number'
}

function isLayer(value: unknown): value is Layer {
  const orNull = (field: unknown): boolean => field === null || typeof field === 'string'
  return (
    isRecord(value) &&
    typeof value['file'] === 'string' &&
    orNull(value['model']) &&
    orNull(value['call']) &&
    typeof value['times'] === 'number'
  )
}
