/** Reading layer specs: JSON and YAML to networks as graphs, without any framework's code. */
import type { AnalysisOptions, Document } from '../../analysis'
import type { Reading } from '../reading'
import { placeOfText, SpecError } from './place'
import { planOf } from './planOf'
import { runPlan } from './run'

export { type SpecChange, type SpecWriter, specWriter } from './write'

/** Whether a file's ending says that it can hold a spec. */
export function isSpecFile(file: string): boolean {
  return /\.(?:json|ya?ml)$/i.test(file)
}

/** Never throws for what the file holds: a malformed spec gives a message with the line and the expected form. */
export function readSpec(document: Document, options: AnalysisOptions): Reading {
  try {
    const plan = planOf(placeOfText(document.file, document.text))
    const { model, definitions } = runPlan(plan, options)
    return { models: [model], definitions, unread: [], message: null, pending: false }
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    const { message, span } = error
    const said = `${baseName(document.file)}, line ${span.line}: ${message}`
    return { models: [], definitions: [], unread: [{ message, span }], message: said, pending: false }
  }
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
}
