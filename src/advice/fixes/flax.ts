import type { ModelAnalysis } from '../../analysis'
import type { ModuleNode } from '../../python'
import { argumentWording } from '../wording/arguments'
import { flaxInitializers } from '../wording/flax'
import { argumentDraws } from './arguments'
import { callAt } from './calls'
import type { Change } from './changes'
import { flaxNames } from './flaxImports'
import type { FixResult, FixTarget } from './torch'

/** The initializer in `self.param('kernel', init, shape)` and in `nnx.Param(init(key, shape))`. */
function drawnByParam(module: ModuleNode, { parameter }: Change): { readonly start: number; readonly end: number } | null {
  const definition = callAt(module, parameter.definition)
  if (definition?.callee.kind === 'attribute' && definition.callee.name === 'Param') {
    const [drawn] = definition.arguments
    return drawn?.value.kind === 'call' ? drawn.value.callee.span : null
  }
  const call = callAt(module, parameter.initializer.span)
  if (call?.callee.kind !== 'attribute' || call.callee.name !== 'param') return null
  const given = call.arguments.find(({ kind, name }) => kind === 'keyword' && name === 'init_fn') ?? call.arguments[1]
  return given === undefined || given.kind === 'star' ? null : given.value.span
}

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
