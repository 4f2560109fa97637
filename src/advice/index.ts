/** Which initializer and why, findings, and the edits that apply them. */
export type { AdviceOptions } from './draft'
export { findingRules, findProblems } from './findings'
export { type FixRequest, type FixResult, type FixTarget, makeFix, makeSpecFix } from './fixes'
export { withoutIgnored } from './ignores'
export { recommendedInitializers, smallRandomInitializers } from './initializers'
export { activationCodeName, activationDisplayName } from './names'
export { adviseWeights } from './recommend'
export { standaloneRecommendation } from './standalone'
