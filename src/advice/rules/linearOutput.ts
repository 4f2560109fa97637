import type { RecommendationRule } from '../draft'
import type { Feeds } from '../feeds'
import { activationDisplayName } from '../names'
import { xavier } from './saturating'

const reasons: Readonly<Record<Exclude<Feeds['kind'], 'activation'>, string>> = {
  softmax: 'A softmax reads this output: Xavier keeps the logits near variance 1, where no class is certain yet.',
  output: 'Nothing nonlinear follows, so nothing has to be made up for: Xavier keeps signal and gradient in balance.',
  layer: 'The next layer reads this output directly, so nothing has to be made up for: Xavier keeps signal and gradient in balance.',
  attention: 'Attention takes dot products of this output: Xavier keeps the scores near variance 1, where the softmax still mixes.',
  recurrent: 'The recurrent gates that read this output saturate: Xavier keeps them in their linear part.',
  gated: 'One half gates the other through a sigmoid: Xavier keeps the gate in its linear part.',
  gate: 'This output multiplies another signal: Xavier keeps the product from growing.',
  unknown: 'What reads this output is not known; Xavier is the choice that assumes nothing about it.',
}

/** Whatever has no nonlinearity of its own behind it, or one that no scheme is made for: `exp` of a log-variance. */
export const xavierForLinearOutputs: RecommendationRule = (context) => {
  const { feeds } = context
  if (feeds.kind !== 'activation') return xavier(context, null, reasons[feeds.kind])
  const name = activationDisplayName(feeds.fn)
  return xavier(context, null, `No scheme is made for ${name}: Xavier hands it an input of about the variance that this layer gets.`)
}
