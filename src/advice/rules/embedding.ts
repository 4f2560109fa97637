import type { RecommendationRule } from '../draft'

/** A lookup sums nothing: Var(w) is the signal's own variance, whatever the sizes. */
export const normalForEmbeddings: RecommendationRule = ({ parameter, use }) => {
  if (use.op.kind !== 'embedding' && parameter.role !== 'embedding') return null
  return {
    family: 'normal',
    mode: null,
    gain: 1,
    fan: null,
    numerator: '1',
    divisor: '1',
    activation: null,
    why: 'A lookup sums nothing, so the rows are the signal: N(0, 1) gives the next layer what it expects.',
  }
}
