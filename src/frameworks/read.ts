import type { AnalysisOptions, Document } from '../analysis'
import { initParser } from '../python'
import type { Reading } from './reading'
import { isSpecFile, readSpec } from './spec'
import { type ReadingHost, readTorch } from './torch'

export type { ReadingHost } from './torch'

/** Loads the parser; to be awaited once before anything is read. */
export async function initialize(): Promise<void> {
  await initParser()
}

/** Reads the networks in a document with the framework that its ending and imports tell. Never throws for what the file holds. */
export function readDocument(document: Document, options: AnalysisOptions, host: ReadingHost): Reading {
  if (document.text.trim() === '') return nothing(`${baseName(document.file)} is empty.`)
  if (isSpecFile(document.file)) return readSpec(document, options)
  return readTorch(document, options, host)
}

function nothing(message: string): Reading {
  return { models: [], definitions: [], unread: [], message, pending: false }
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
}
