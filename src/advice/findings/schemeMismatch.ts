import { distributionVariance, formatNumber } from '../../graph'
import { rescaledLater } from '../rescaled'
import { byInitializer, type FindingContext, type FindingRule, type Found, type Layer, layersOf, named, verb } from './rule'

/** A Xavier call with a gain beyond this makes up for the rectifier by itself. */
const rectifierGain = 1.3

/** Xavier draws half of what a rectifier needs: the signal halves at every layer. */
export const xavierBeforeRelu: FindingRule = {
  id: 'xavier-before-relu',
  severity: 'warning',
  title: 'Xavier in front of ReLU',
  check: (context) =>
    mismatch(
      context,
      'he',
      /xavier|glorot|lecun/i,
      (layer, layers) =>
        `${named(layers)} ${verb(layers, 'is', 'are')} drawn by Xavier in front of ${layer.advice.activation}, which takes about half of it away; He draws ${formatNumber(layer.advice.recommended.variance)} where Xavier draws ${current(layer)}.`,
    ),
}

/** He draws twice what a saturating activation needs: it starts out in its flat part. */
export const heBeforeSaturating: FindingRule = {
  id: 'he-before-saturating',
  severity: 'warning',
  title: 'He in front of tanh or sigmoid',
  check: (context) =>
    mismatch(
      context,
      'xavier',
      /kaiming|^he\b|he_/i,
      (layer, layers) =>
        `${named(layers)} ${verb(layers, 'is', 'are')} drawn by He in front of ${layer.advice.activation}, which saturates; Xavier draws ${formatNumber(layer.advice.recommended.variance)} where He draws ${current(layer)}.`,
    ),
}

/** Only what the file itself asks for: the framework's defaults are judged by what they do to the signal. */
function mismatch(
  context: FindingContext,
  family: 'he' | 'xavier',
  written: RegExp,
  message: (layer: Layer, layers: readonly Layer[]) => string,
): readonly Found[] {
  const saturating = new Set(['tanh', 'sigmoid', 'softsign', 'hard_sigmoid', 'hard_tanh'])
  const wrong = layersOf(context).filter(({ advice, parameter, output }) => {
    const { initializer } = parameter
    const drawn = distributionVariance(initializer.distribution, parameter.shape)
    return (
      initializer.origin === 'written' &&
      written.test(initializer.label) &&
      !(family === 'he' && (initializer.scaling?.gain ?? 1) > rectifierGain) &&
      // One layer further is a block's hidden layer: what it loses does not add up.
      !rescaledLater(context.graph, context.consumers, output, 1) &&
      advice.recommended.family === family &&
      (family === 'he' || saturating.has(advice.activation ?? '')) &&
      drawn !== null &&
      (family === 'he' ? drawn < 0.8 * advice.recommended.variance : drawn > 1.25 * advice.recommended.variance)
    )
  })
  return byInitializer(wrong).flatMap((layers) => {
    const [first] = layers
    return first === undefined
      ? []
      : [
          {
            message: message(first, layers),
            span: first.parameter.initializer.span ?? first.call.definition,
            calls: layers.map(({ call }) => call.id),
            mendedBy: layers.map(({ parameter }) => parameter.id),
          },
        ]
  })
}

function current(layer: Layer): string {
  return formatNumber(distributionVariance(layer.parameter.initializer.distribution, layer.parameter.shape) ?? Number.NaN)
}
