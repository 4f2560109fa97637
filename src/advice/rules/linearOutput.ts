import type { RecommendationRule } from '../draft'
import type { Feeds } from '../feeds'
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

/** Whatever has no nonlinearity of its own behind it. */
export const xavierForLinearOutputs: RecommendationRule = (context) =>
  context.feeds.kind === 'activation' ? null : xavier(context, null, reasons[context.feeds.kind])
