import type { Finding } from '../../analysis'
import { copiedLayers } from './copies'
import { gradientExplodes, gradientVanishes } from './gradientScale'
import { normMakesMoot } from './moot'
import { initializerOverwritten } from './overwritten'
import { partialInitialization } from './partial'
import { forgetGateBias } from './recurrentBias'
import type { FindingContext, FindingRule } from './rule'
import { deepSigmoid, saturatingLayer } from './saturation'
import { heBeforeSaturating, xavierBeforeRelu } from './schemeMismatch'
import { signalExplodes, signalVanishes } from './signalScale'
import { constantWeights } from './symmetry'
import { truncationCutsNothing } from './truncation'

export type { FindingContext, FindingRule, Found } from './rule'

/** Every rule, in the order in which their findings are listed. */
export const findingRules: readonly FindingRule[] = [
  constantWeights,
  signalVanishes,
  signalExplodes,
  gradientVanishes,
  gradientExplodes,
  deepSigmoid,
  saturatingLayer,
  xavierBeforeRelu,
  heBeforeSaturating,
  copiedLayers,
  partialInitialization,
  initializerOverwritten,
  truncationCutsNothing,
  forgetGateBias,
  normMakesMoot,
]

/** What is wrong with a model as written. Fixes are put on by the façade, which has the source. */
export function findProblems(context: FindingContext): readonly (Finding & { readonly mendedBy: readonly number[] })[] {
  return findingRules.flatMap((rule) =>
    rule.check(context).map(({ message, span, calls, fix, mendedBy }) => ({
      rule: rule.id,
      severity: rule.severity,
      message,
      span,
      calls,
      fix: fix ?? null,
      mendedBy: mendedBy ?? [],
    })),
  )
}
