/** Reading layer specs: JSON and YAML to networks as graphs, without any framework's code. */
import type { AnalysisOptions, Document } from '../../analysis'
import type { Reading } from '../reading'
import { isPlainSpec, planOfPlain } from './plain'
import { type Place, placeOfText, SpecError } from './place'
import type { Plan } from './plan'
import { runPlan } from './run'
import { isTopology, planOfTopology } from './topology'

/** Whether a file's ending says that it can hold a spec. */
export function isSpecFile(file: string): boolean {
  return /\.(?:json|ya?ml)$/i.test(file)
}

/** Never throws for what the file holds: a malformed spec gives a message with the line and the expected form. */
export function readSpec(document: Document, options: AnalysisOptions): Reading {
  try {
    const root = placeOfText(document.file, document.text)
    const plan = planOf(root)
    const { model, definitions } = runPlan(plan, options)
    return { models: [model], definitions, unread: [], message: null, pending: false }
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    const { message, span } = error
    const said = `${baseName(document.file)}, line ${span.line}: ${message}`
    return { models: [], definitions: [], unread: [{ message, span }], message: said, pending: false }
  }
}

function planOf(root: Place): Plan {
  if (isPlainSpec(root)) return planOfPlain(root)
  if (isTopology(root)) return planOfTopology(root)
  return root.fail('This is no layer spec: it needs input and layers, like {input: [784], layers: [{type: dense, units: 10}]}.')
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
}
