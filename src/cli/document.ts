import { readFileSync, statSync } from 'node:fs'
import type { Document, TextEdit } from '../analysis'
import { notebookModule } from '../python/notebook'
import { editNotebook, replaced } from './notebook'

const largestDocument = 5_000_000

/** A file as it lies on the disk, and the document that is analyzed: the same text, or the module of a notebook's cells. */
export interface Source {
  readonly raw: string
  readonly document: Document
}

/** Reads a file for analysis. Throws an Error with one line that names the file and what is wrong with it. */
export function readDocumentFile(file: string): Document {
  return readSource(file).document
}

/** The same with the file's own text. */
export function readSource(file: string): Source {
  let size: number
  try {
    const stats = statSync(file)
    if (stats.isDirectory()) throw new Error(`${file} is a folder; name a .py, .ipynb, .json, .yaml, .js or .ts file`)
    size = stats.size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Error(`${file} does not exist`)
    throw error
  }
  if (size > largestDocument) throw new Error(`${file} has ${size} bytes; files over ${largestDocument} are not read`)
  const bytes = readFileSync(file)
  if (bytes.includes(0)) throw new Error(`${file} is a binary file, not source text`)
  const text = bytes.toString('utf8')
  return sourceOf(file, text)
}

/** An error's message, with the file that it is about. */
export function namingFile(file: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.includes(file) ? message : `${file}: ${message}`
}

/** A source with edits of its document carried out; null when one fits into no cell of a notebook. */
export function edited({ raw, document: { file } }: Source, edits: readonly TextEdit[]): Source | null {
  const text = file.endsWith('.ipynb') ? editNotebook(raw, edits) : replaced(raw, edits)
  return text === null ? null : sourceOf(file, text)
}

function sourceOf(file: string, raw: string): Source {
  if (!file.endsWith('.ipynb')) return { raw, document: { file, text: raw } }
  const module = notebookModule(raw)
  if (module === null) throw new Error(`${file} is not a notebook: it holds no list of cells`)
  return { raw, document: { file, text: module } }
}
