import type { Finding } from '../../analysis'
import { copiedLayers } from './copies'
import { embeddingScale } from './embeddingScale'
import { gainPassedAsSlope } from './gainAsSlope'
import { gradientExplodes, gradientVanishes } from './gradientScale'
import { applyMatchesNothing } from './idleApply'
import { normMakesMoot } from './moot'
import { wrongLeakySlope, wrongNonlinearity } from './nonlinearity'
import { initializerOverwritten } from './overwritten'
import { partialInitialization } from './partial'
import { initializerRaises } from './raising'
import { forgetGateBias } from './recurrentBias'
import { residualGrowth } from './residualGrowth'
import type { FindingContext, FindingRule } from './rule'
import { deepSigmoid, saturatingLayer } from './saturation'
import { heBeforeSaturating, xavierBeforeRelu } from './schemeMismatch'
import { signalExplodes, signalVanishes } from './signalScale'
import { constantWeights } from './symmetry'
import { transposedConvFans } from './transposedFans'
import { truncationCutsNothing } from './truncation'
import { initializerWithoutEffect } from './withoutEffect'

export type { FindingContext, FindingRule, Found } from './rule'

/** Every rule, in the order in which their findings are listed. */
export const findingRules: readonly FindingRule[] = [
  initializerRaises,
  constantWeights,
  applyMatchesNothing,
  initializerWithoutEffect,
  signalVanishes,
  signalExplodes,
  gradientVanishes,
  gradientExplodes,
  residualGrowth,
  embeddingScale,
  deepSigmoid,
  saturatingLayer,
  xavierBeforeRelu,
  heBeforeSaturating,
  gainPassedAsSlope,
  wrongNonlinearity,
  wrongLeakySlope,
  transposedConvFans,
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
