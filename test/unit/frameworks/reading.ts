/** Programs read as a user's file would be. */
import assert from 'node:assert/strict'
import { analyze, fix } from '../../../src/analyze'
import type { Analysis, ModelAnalysis, TextEdit } from '../../../src/analysis'

export const read = (text: string, model?: string): Analysis =>
  analyze({ file: 'net.py', text }, model === undefined ? {} : { model }, { now: () => 0 })

/** The first model of a program that has one. */
export function only(text: string, expression?: string): ModelAnalysis {
  const { models, unread } = read(text, expression)
  const [model] = models
  assert.ok(model, JSON.stringify(unread))
  return model
}

/** Layers of a model with the shapes that they give. */
export const listed = ({ graph }: ModelAnalysis): string[] =>
  graph.calls
    .filter(({ kind }) => kind !== 'function')
    .map(({ name, outputs }) => `${name} ${outputs.map((id) => graph.tensors[id]?.shape.join('×')).join(', ')}`)

export const applied = (text: string, edits: readonly TextEdit[]): string =>
  [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text)

/** The program with every recommendation written into it. */
export function fixed(text: string): string {
  const result = fix({ file: 'net.py', text }, only(text), { kind: 'recommended', parameters: null })
  assert.ok(result.ok, JSON.stringify(result))
  return applied(text, result.edits)
}
