import { type NotebookCell, NotebookCellKind, type NotebookDocument, type Position, Range, type TextDocument, Uri, workspace } from 'vscode'
import { joinCells } from '../python/notebook'
import { inCells, type Replacement } from '../python/notebookEdits'
import { isTensorflowScript } from './scripts'
import { isSpec } from './specs'

/** A place in an editor: a document, or one of a notebook's cells. */
export interface Place {
  readonly uri: Uri
  readonly range: Range
}

/**
 * The text that is analyzed as one Python module, and the way between its offsets and editors: one document, or a notebook whose
 * code cells in order form one module.
 */
export interface SourceText {
  /** Of the document or the notebook. */
  readonly uri: Uri
  /** As spans name it: see `fileOf`. */
  readonly file: string
  readonly text: string
  /** Grows with every change. */
  readonly version: number
  /** `alexnet.py`. */
  readonly label: string
  /** Where offsets lie; null when they lie in no editor (between cells). */
  place(start: number, end: number): Place | null
  /** Where an edit of the text is carried out, and what it puts there; null when that is in no one editor. */
  placeEdit(edit: Replacement): { readonly place: Place; readonly newText: string } | null
  /** Offset of a position in a document of this source; null when the document is not part of it. */
  offset(document: TextDocument, position: Position): number | null
}

const notebookType = 'jupyter-notebook'

/**
 * The name under which a document's or notebook's text is analyzed: its URI, with an ending that says Python where it has another
 * (`net.ipynb.py`, `untitled:Untitled-1.py`).
 */
export function fileOf(uri: Uri): string {
  const text = uri.toString()
  return readEnding.test(text) ? text : `${text}${added}`
}

/** Inverse of `fileOf`. */
export function uriOf(file: string): Uri {
  const plain = file.slice(0, -added.length)
  return Uri.parse(file.endsWith(added) && (plain.endsWith('.ipynb') || plain.startsWith('untitled:')) ? plain : file)
}

const added = '.py'
const readEnding = /\.(?:py[iw]?|json|ya?ml|[cm]?[jt]s|[jt]sx)$/

/** Whether the document is one that is read, by itself or as a notebook's cell. */
export function isRead(document: TextDocument): boolean {
  const isOurs = document.languageId === 'python' || isSpec(document) || isTensorflowScript(document)
  return isOurs && document.uri.scheme !== 'git' && document.uri.scheme !== 'output'
}

/** The notebook that a cell's document belongs to. */
export function notebookOf(document: TextDocument): NotebookDocument | null {
  return workspace.notebookDocuments.find((notebook) => notebook.getCells().some((cell) => cell.document === document)) ?? null
}

export function isReadNotebook(notebook: NotebookDocument): boolean {
  return notebook.notebookType === notebookType
}

/** null when the document is none that is read. */
export function sourceOf(document: TextDocument): SourceText | null {
  const notebook = document.uri.scheme === 'vscode-notebook-cell' ? notebookOf(document) : null
  if (notebook !== null) return isReadNotebook(notebook) ? notebookSource(notebook) : null
  return isRead(document) ? documentSource(document) : null
}

export function documentSource(document: TextDocument): SourceText {
  const key = document.uri.toString()
  let text: string | undefined
  const place = (start: number, end: number): Place => ({
    uri: document.uri,
    range: new Range(document.positionAt(start), document.positionAt(end)),
  })
  return {
    uri: document.uri,
    file: fileOf(document.uri),
    /** Put together when first asked for, which a long file's every hint and lens need not do. */
    get text() {
      text ??= document.getText()
      return text
    },
    version: document.version,
    label: labelOf(document.uri),
    place,
    placeEdit: ({ start, end, newText }) => ({ place: place(start, end), newText }),
    offset: (other, position) => (other.uri.toString() === key ? document.offsetAt(position) : null),
  }
}

interface PlacedCell {
  readonly document: TextDocument
  readonly start: number
  readonly end: number
}

export function notebookSource(notebook: NotebookDocument): SourceText {
  const cells: PlacedCell[] = []
  let text = ''
  for (const cell of notebook.getCells().filter(isPythonCell)) {
    const start = text.length
    text += joinCells([cell.document.getText()])
    cells.push({ document: cell.document, start, end: text.length - 1 })
  }
  return {
    uri: notebook.uri,
    file: fileOf(notebook.uri),
    text,
    version: notebook.version,
    label: labelOf(notebook.uri),
    place(start, end) {
      const cell = cells.find((candidate) => start >= candidate.start && start <= candidate.end)
      if (cell === undefined) return null
      const position = (offset: number): Position => cell.document.positionAt(Math.min(offset, cell.end) - cell.start)
      return { uri: cell.document.uri, range: new Range(position(start), position(end)) }
    },
    placeEdit(edit) {
      const [placed] = inCells([edit], cells) ?? []
      const document = placed === undefined ? undefined : cells[placed.cell]?.document
      if (placed === undefined || document === undefined) return null
      const range = new Range(document.positionAt(placed.start), document.positionAt(placed.end))
      return { place: { uri: document.uri, range }, newText: placed.newText }
    },
    offset(document, position) {
      const cell = cells.find((candidate) => candidate.document.uri.toString() === document.uri.toString())
      return cell === undefined ? null : cell.start + cell.document.offsetAt(position)
    },
  }
}

function isPythonCell(cell: NotebookCell): boolean {
  return cell.kind === NotebookCellKind.Code && cell.document.languageId === 'python'
}

function labelOf(uri: Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path
}
