import type { AnalysisOptions, Document } from '../analysis'
import { initParser as initScriptParser } from '../javascript'
import { initParser, parseCached } from '../python'
import type { Reading } from './reading'
import { frameworksThrough } from './imports'
import { readFlax } from './flax'
import { readKeras } from './keras'
import { isSpecFile, readSpec } from './spec'
import { isScriptFile, readTensorflowjs, usesTensorflowjs } from './tensorflowjs'
import { type ReadingHost, readTorch } from './torch'

export type { ReadingHost } from './torch'

/** Loads the parser that a file needs; to be awaited before it is read. Without a file: Python's. */
export async function initialize(file = ''): Promise<void> {
  await (isScriptFile(file) ? initScriptParser() : initParser())
}

/** Reads the networks in a document with the framework that its ending and imports tell. Never throws for what the file holds. */
export function readDocument(document: Document, options: AnalysisOptions, host: ReadingHost): Reading {
  if (document.text.trim() === '') return nothing(`${baseName(document.file)} is empty.`)
  if (isSpecFile(document.file)) return readSpec(document, options)
  if (isScriptFile(document.file)) return readScript(document, options, host)
  const used = frameworksThrough(parseCached(document.file, document.text).module, host.sources)
  const readers = [...(used.keras ? [readKeras] : []), ...(used.flax ? [readFlax] : [])]
  if (used.torch || readers.length === 0) readers.push(readTorch)
  return readers.map((read) => read(document, options, host)).reduce(together)
}

function readScript(document: Document, options: AnalysisOptions, host: ReadingHost): Reading {
  if (!usesTensorflowjs(document.text)) return nothing(`${baseName(document.file)} does not use TensorFlow.js.`)
  return readTensorflowjs(document, options, host)
}

/** A file that uses several frameworks: the models of each. What only one of them does not know is known to another. */
function together(first: Reading, second: Reading): Reading {
  const shift = first.models.length
  const definitions = second.definitions.map((each) => ({
    ...each,
    instances: each.instances.map(({ model, calls }) => ({ model: model + shift, calls })),
  }))
  const models = [...first.models, ...second.models]
  const all = [...first.definitions, ...definitions].sort((a, b) => a.span.start - b.span.start)
  return {
    models,
    definitions: all,
    unread: first.unread.filter(({ message, span }) =>
      second.unread.some((other) => other.message === message && other.span?.start === span?.start),
    ),
    message: models.length + all.length > 0 ? null : (first.message ?? second.message),
    pending: first.pending || second.pending,
  }
}

function nothing(message: string): Reading {
  return { models: [], definitions: [], unread: [], message, pending: false }
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
}
