import { distributionVariance } from '../../graph'
import type { RecommendationRule } from '../draft'
import { kept } from '../kept'
import { mayStartAtZero } from '../zeroStart'

/** A pre-norm second moment below this is not far enough above the norms' ε of 1e-5. */
const nearEpsilon = 1e-3

/** What the file draws on purpose and nothing is wrong with stays: zeroed last layers, and draws whose scale the norm behind absorbs. */
export const keepWhatIsMeant: RecommendationRule = (context) => {
  const { parameter, use, graph, consumers, absorbedBy, fanIn } = context
  const { initializer, shape, role } = parameter
  const [output] = use.outputs
  if (initializer.origin !== 'written' || initializer.raises !== undefined || role !== 'weight' || output === undefined) return null
  if (initializer.distribution.kind === 'constant') {
    return initializer.distribution.value === 0 && mayStartAtZero(graph.outputs, consumers, output)
      ? kept(
          context,
          'The file starts this layer at zero: what it adds begins as nothing, and its own gradient is there from the first step.',
        )
      : null
  }
  const variance = distributionVariance(initializer.distribution, shape)
  if (absorbedBy === null || variance === null || variance * (fanIn ?? 1) < nearEpsilon) return null
  return kept(context, `The file’s own ${initializer.label} stays: it only sets how large the first steps are beside the weights.`)
}
