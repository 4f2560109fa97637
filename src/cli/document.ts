import { readFileSync, statSync } from 'node:fs'
import type { Document } from '../analysis'
import { notebookModule } from '../python/notebook'

const largestDocument = 5_000_000

/** Reads a file for analysis. Throws an Error with one line that names the file and what is wrong with it. */
export function readDocumentFile(file: string): Document {
  let size: number
  try {
    const stats = statSync(file)
    if (stats.isDirectory()) throw new Error(`${file} is a folder; name a .py, .ipynb, .json or .yaml file`)
    size = stats.size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Error(`${file} does not exist`)
    throw error
  }
  if (size > largestDocument) throw new Error(`${file} has ${size} bytes; files over ${largestDocument} are not read`)
  const bytes = readFileSync(file)
  if (bytes.includes(0)) throw new Error(`${file} is a binary file, not source text`)
  const text = bytes.toString('utf8')
  if (!file.endsWith('.ipynb')) return { file, text }
  const module = notebookModule(text)
  if (module === null) throw new Error(`${file} is not a notebook: it holds no list of cells`)
  return { file, text: module }
}
