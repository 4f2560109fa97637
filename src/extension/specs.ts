import type { TextDocument } from 'vscode'

const specName = /\.layers\.(?:json|ya?ml)$/
/** What a saved model of Keras or TensorFlow.js begins with, among its first characters. */
const topology = /"modelTopology"\s*:|"class_name"\s*:\s*"(?:Sequential|Functional|Model)"/
const beginning = 2000

/** Whether a document holds a layer spec: by its name, or as the topology of a saved model by what it holds. */
export function isSpec(document: TextDocument): boolean {
  if (specName.test(document.uri.path)) return true
  if (document.languageId !== 'json' || !document.uri.path.endsWith('.json')) return false
  return topology.test(document.getText().slice(0, beginning))
}
