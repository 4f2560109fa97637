import { distributionMoments, usersOf } from '../../graph'
import type { Draft, RecommendationRule, WeightContext } from '../draft'
import { kept } from '../kept'
import { rescaledLater } from '../rescaled'

/** Factors behind a lookup from this size on are there to be made up for: √width. */
const scalingFactor = 2

/** Room that a written draw has around the one that is advised. */
const closeEnough: readonly [number, number] = [0.1, 2]

/**
 * A lookup sums nothing: Var(w) is the signal's own variance, whatever the sizes. Where the same matrix is the output layer it sums
 * `width` products, and 1/width keeps the logits near 1; where the lookup is multiplied by f, 1/f² keeps the tokens at 1.
 */
export const normalForEmbeddings: RecommendationRule = (context) => {
  const { parameter, use, graph, consumers } = context
  if (use.op.kind !== 'embedding' && parameter.role !== 'embedding') return null
  const { initializer, shape } = parameter
  const [output] = use.outputs
  const width = shape[1] ?? 1
  const tied = (usersOf(graph)[parameter.id] ?? []).some(({ node }) => node.op.kind === 'linear')
  const drawn = distributionMoments(initializer.distribution, shape)
  const variance = tied ? 1 / width : 1 / factorBehind(context) ** 2
  const isNear = drawn !== null && drawn.secondMoment > closeEnough[0] * variance && drawn.secondMoment < closeEnough[1] * variance
  const normed = output !== undefined && !tied && rescaledLater(graph, consumers, output)
  if (initializer.origin === 'written' && normed)
    return (
      kept(context, 'The norm behind the lookup rescales it, so the file’s own draw serves as well as another.') ?? normal(variance, lookup)
    )
  if (isNear)
    return (
      kept(context, tied ? 'As drawn now the tied output layer starts with logits of a modest size.' : lookup) ?? normal(variance, lookup)
    )
  if (tied) return normal(variance, `The same matrix is the output layer: a variance of 1/${width} keeps its logits near variance 1.`)
  return normal(variance, variance === 1 ? lookup : 'What is looked up is multiplied afterwards: this variance makes up for it.')
}

const lookup = 'A lookup sums nothing, so the rows are the signal: N(0, 1) gives the next layer what it expects.'

function normal(variance: number, why: string): Draft {
  const shown = String(Number(variance.toPrecision(3)))
  return { family: 'normal', mode: null, gain: Math.sqrt(variance), fan: null, numerator: shown, divisor: '1', activation: null, why }
}

function factorBehind({ use, consumers }: WeightContext): number {
  const [output] = use.outputs
  const factor = output === undefined ? undefined : (consumers[output] ?? []).find(({ op }) => op.kind === 'affine')
  return factor?.op.kind === 'affine' && Math.abs(factor.op.factor) > scalingFactor ? Math.abs(factor.op.factor) : 1
}
