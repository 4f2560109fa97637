import { distributionVariance, formatNumber } from '../../graph'
import { byInitializer, type FindingContext, type FindingRule, type Found, type Layer, layersOf, named } from './rule'

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
      (layer, names) =>
        `${names} is drawn by Xavier but feeds ${layer.advice.activation}, which zeroes half of it; He draws ${formatNumber(layer.advice.recommended.variance)} where Xavier draws ${current(layer)}.`,
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
      (layer, names) =>
        `${names} is drawn by He but feeds ${layer.advice.activation}, which saturates; Xavier draws ${formatNumber(layer.advice.recommended.variance)} where He draws ${current(layer)}.`,
    ),
}

/** Only what the file itself asks for: the framework's defaults are judged by what they do to the signal. */
function mismatch(
  context: FindingContext,
  family: 'he' | 'xavier',
  written: RegExp,
  message: (layer: Layer, names: string) => string,
): readonly Found[] {
  const saturating = new Set(['tanh', 'sigmoid', 'softsign', 'hard_sigmoid', 'hard_tanh'])
  const wrong = layersOf(context).filter(({ advice, parameter }) => {
    const { initializer } = parameter
    const drawn = distributionVariance(initializer.distribution, parameter.shape)
    return (
      initializer.origin === 'written' &&
      written.test(initializer.label) &&
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
            message: message(first, named(layers)),
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
