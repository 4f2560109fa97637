import { type ActivationFunction, formatNumber } from '../../graph'
import { feedsOf } from '../feeds'
import { activationDisplayName } from '../names'
import { rescaledLater } from '../rescaled'
import { rectifierSlope } from '../rules/rectifier'
import { byInitializer, type FindingContext, type FindingRule, type Found, type Layer, layersOf, named, verb } from './rule'

/** Variances that differ by less are left alone. */
const tolerance = 1.25

/** `nonlinearity='linear'` in front of ReLU, `'relu'` or `'selu'` in front of SELU: the gain belongs to another activation. */
export const wrongNonlinearity: FindingRule = {
  id: 'wrong-nonlinearity',
  severity: 'warning',
  title: 'Gain of another nonlinearity',
  check: (context) =>
    found(context, ({ fn, given, gain, wanted }) => {
      const ratio = (gain / wanted) ** 2
      const rectified = given === 'relu' || given === 'leaky_relu'
      const other = fn.name === 'selu' || !rectified
      if (!other || (ratio < tolerance && ratio > 1 / tolerance)) return null
      const name = activationDisplayName(fn)
      return (layers) =>
        `${named(layers)} ${verb(layers, 'is', 'are')} drawn with the gain for \`${given}\`, ${formatNumber(gain)}, in front of ${name}, which needs ${formatNumber(wanted)}: its variance is ${formatNumber(ratio, 2)} times what keeps the signal.`
    }),
}

/** Slopes whose squares differ by less make under 2 % of variance a layer. */
const slopeMatters = 0.02

/** `a` of `kaiming_*_` and the slope of the leaky ReLU behind it are the same number written twice. */
export const wrongLeakySlope: FindingRule = {
  id: 'wrong-leaky-slope',
  severity: 'information',
  title: 'Leaky slope does not match',
  check: (context) =>
    found(context, ({ fn, given, slope }) => {
      const real = rectifierSlope(fn)
      const assumed = given === 'leaky_relu' ? slope : given === 'relu' ? 0 : null
      if (real === null || assumed === null || assumed >= 1 || (fn.name === 'leakyRelu' && fn.learned)) return null
      if (Math.abs(real * real - assumed * assumed) < slopeMatters) return null
      const ratio = (1 + real * real) / (1 + assumed * assumed)
      return (layers) =>
        `${named(layers)} ${verb(layers, 'is', 'are')} drawn for a negative slope of ${formatNumber(assumed)}, but ${activationDisplayName(fn)} behind it has ${formatNumber(real)}: the signal ${ratio > 1 ? 'grows' : 'shrinks'} by ${formatNumber(Math.abs(ratio - 1) * 100, 2)} % a layer.`
    }),
}

interface Asked {
  readonly fn: ActivationFunction
  readonly given: string
  readonly slope: number
  readonly gain: number
  /** √(E z²/E φ(z)²) of the activation that follows. */
  readonly wanted: number
}

/** He calls whose scale is felt, in front of a rectifier or SELU. */
function found(context: FindingContext, judge: (asked: Asked) => ((layers: readonly Layer[]) => string) | null): readonly Found[] {
  const wrong = layersOf(context).flatMap((layer) => {
    const asked = askedOf(context, layer)
    const message = asked === null ? null : judge(asked)
    return message === null ? [] : [{ layer, message }]
  })
  return byInitializer(wrong.map(({ layer }) => layer)).flatMap((layers) => {
    const [first] = layers
    const message = wrong.find(({ layer }) => layer === first)?.message
    if (first === undefined || message === undefined) return []
    return [
      {
        message: message(layers),
        span: first.parameter.initializer.span ?? first.call.definition,
        calls: layers.map(({ call }) => call.id),
        mendedBy: layers.map(({ parameter }) => parameter.id),
      },
    ]
  })
}

function askedOf({ graph, consumers }: FindingContext, { parameter, output }: Layer): Asked | null {
  const { scaling } = parameter.initializer
  if (scaling?.scheme !== 'kaiming' || scaling.nonlinearity === null || rescaledLater(graph, consumers, output)) return null
  const feeds = feedsOf(graph, consumers, output)
  if (feeds.kind !== 'activation') return null
  const { fn } = feeds
  const slope = rectifierSlope(fn)
  if (slope === null && fn.name !== 'selu') return null
  const wanted = slope === null ? 1 : Math.sqrt(2 / (1 + slope * slope))
  return { fn, given: scaling.nonlinearity, slope: scaling.slope, gain: scaling.gain, wanted }
}
