import type { ModelAnalysis } from '../../analysis'
import { argumentWording } from '../wording/arguments'
import { flaxInitializers } from '../wording/flax'
import { argumentDraws } from './arguments'
import type { Change } from './changes'
import { drawnByParam } from './flaxDraw'
import { flaxNames } from './flaxImports'
import type { FixResult, FixTarget } from './torch'

/** Initializers written as arguments where Flax' layers are made, and in a module's own `self.param(…)`. */
export function flaxDraws(model: ModelAnalysis, changes: readonly Change[], target: FixTarget): FixResult {
  const wording = argumentWording('flax')
  if (wording === null) return { ok: false, reason: 'Flax has no words for initializers.' }
  const names = flaxNames(target.module, target.text)
  return argumentDraws(model, changes, target, {
    wording,
    written: (value) => value.replaceAll(flaxInitializers, `${names.initializers}.`),
    added: names.added,
    needsImport: (value) => value.includes('initializers.'),
    ownDraw: (change) => drawnByParam(target.module, change),
  })
}
