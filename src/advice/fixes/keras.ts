import type { ModelAnalysis } from '../../analysis'
import { argumentWording } from '../wording/arguments'
import { argumentDraws } from './arguments'
import type { Change } from './changes'
import { kerasNames } from './kerasImports'
import type { FixResult, FixTarget } from './torch'

/** Initializers written as arguments where Keras' layers are made. */
export function kerasDraws(model: ModelAnalysis, changes: readonly Change[], target: FixTarget): FixResult {
  const wording = argumentWording('keras')
  if (wording === null) return { ok: false, reason: 'Keras has no words for initializers.' }
  const names = kerasNames(target.module)
  return argumentDraws(model, changes, target, {
    wording,
    written: (value) => (value.startsWith('keras.') ? `${names.keras}${value.slice('keras'.length)}` : value),
    added: names.added,
    needsImport: (value) => value.includes('keras.initializers.'),
  })
}
