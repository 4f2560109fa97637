/** `init: he_normal`, `init: {name: normal, std: 0.02}`, and the initializer objects of Keras and TensorFlow.js. */
import type { Distribution, Fans, Initializer } from '../../graph'
import type { Dialect } from './dialect'
import { camelCase, plainName } from './names'
import type { Place } from './place'
import { Settings } from './settings'

/** What an initializer may need to know of the parameter. */
export interface Drawn {
  readonly fans: Fans
  /** Hidden units of a recurrent layer, features of an embedding. */
  readonly width: number
}

type Mode = 'fan_in' | 'fan_out' | 'fan_avg'

/** Names by which scale, mode and form are known. Glorot & Bengio 2010; He et al. 2015; LeCun et al. 1998. */
const schemes: Readonly<Record<string, { readonly scale: number; readonly mode: Mode; readonly form: 'normal' | 'uniform' }>> = {
  he_normal: { scale: 2, mode: 'fan_in', form: 'normal' },
  he_uniform: { scale: 2, mode: 'fan_in', form: 'uniform' },
  xavier_normal: { scale: 1, mode: 'fan_avg', form: 'normal' },
  xavier_uniform: { scale: 1, mode: 'fan_avg', form: 'uniform' },
  lecun_normal: { scale: 1, mode: 'fan_in', form: 'normal' },
  lecun_uniform: { scale: 1, mode: 'fan_in', form: 'uniform' },
}

const aliases: Readonly<Record<string, string>> = {
  kaiming_normal: 'he_normal',
  kaiming_uniform: 'he_uniform',
  glorot_normal: 'xavier_normal',
  glorot_uniform: 'xavier_uniform',
  random_normal: 'normal',
  random_uniform: 'uniform',
  variance_scaling: 'variance_scaling',
}

/** Every name that `init` takes. */
export const initializerNames: readonly string[] = [
  ...Object.keys(schemes),
  ...Object.keys(aliases),
  'normal',
  'truncated_normal',
  'uniform',
  'orthogonal',
  'identity',
  'constant',
  'zeros',
  'ones',
]

/** The initializer that is written at `place`. Throws a SpecError that names the expected form. */
export function writtenInitializer(place: Place, dialect: Dialect, drawn: Drawn): Initializer {
  const label = typeof place.scalar === 'string' ? place.scalar : (nameIn(place)?.scalar ?? 'variance')
  const distribution = distributionAt(place, dialect, drawn)
  return { distribution, label: String(label), origin: 'written', span: place.span }
}

/** What a scheme's name draws for these fans; null for names that are no scheme. */
export function schemeDistribution(name: string, dialect: Dialect, fans: Fans): Distribution | null {
  return named(name, null, dialect, { fans, width: 1 })
}

/** A layer's own default by its name. */
export function defaultInitializer(name: string, dialect: Dialect, drawn: Drawn): Initializer {
  const made = (distribution: Distribution, label: string): Initializer => ({ distribution, label, origin: 'default', span: null })
  const uniform = (bound: number, label: string): Initializer => made({ kind: 'uniform', low: -bound, high: bound }, label)
  switch (name) {
    case 'torch_default':
      return uniform(1 / Math.sqrt(drawn.fans.fanIn), 'kaiming_uniform_(a=√5)')
    case 'bias_by_fan_in':
      return uniform(1 / Math.sqrt(drawn.fans.fanIn), 'U(±1/√fan_in)')
    case 'by_hidden':
      return uniform(1 / Math.sqrt(drawn.width), 'U(±1/√hidden_size)')
    case 'by_features':
      return made({ kind: 'normal', mean: 0, std: 1 / Math.sqrt(drawn.width) }, 'N(0, 1/features)')
    case 'standard_normal':
      return made({ kind: 'normal', mean: 0, std: 1 }, 'N(0, 1)')
    case 'uniform':
      return uniform(0.05, 'U(±0.05)')
    default:
      return made(
        named(name, null, dialect, drawn) ?? { kind: 'unknown', reason: `${name} is not known` },
        dialect.origin === 'tensorflowjs' ? camelCase(name) : name,
      )
  }
}

function nameIn(place: Place): Place | null {
  return place.get('name') ?? place.get('class_name')
}

function distributionAt(place: Place, dialect: Dialect, drawn: Drawn): Distribution {
  const { scalar } = place
  if (typeof scalar === 'string') return named(plainName(scalar), null, dialect, drawn) ?? unknownName(place, dialect)
  if (place.entries === null) return unknownName(place, dialect)
  const name = nameIn(place)
  const settings = new Settings(place.get('config') ?? place)
  if (name === null) {
    if (!settings.has('variance')) return unknownName(place, dialect)
    return { kind: 'normal', mean: 0, std: Math.sqrt(atLeastZero(settings, 'variance')) }
  }
  return named(plainName(String(name.scalar)), settings, dialect, drawn) ?? unknownName(name, dialect)
}

function unknownName(place: Place, { origin }: Dialect): never {
  if (origin === 'tensorflowjs')
    place.fail(
      `${place.shown} is not an initializer: write heNormal, glorotUniform, leCunNormal, orthogonal, zeros, or one of tf.initializers.`,
    )
  return place.fail(
    `${place.shown} is not an initializer: write he_normal, xavier_uniform, lecun_normal, orthogonal, zeros, or a mapping like {name: normal, std: 0.02}.`,
  )
}

/** null for names that are none. */
function named(name: string, settings: Settings | null, dialect: Dialect, drawn: Drawn): Distribution | null {
  // TensorFlow.js writes leCunNormal.
  const plain = name.replace('le_cun', 'lecun')
  const own = aliases[plain] ?? plain
  const scheme = schemes[own]
  if (scheme !== undefined) {
    const mode = settings?.word('mode', ['fan_in', 'fan_out', 'fan_avg'], scheme.mode) ?? scheme.mode
    const scale = settings?.has('gain') ? atLeastZero(settings, 'gain') ** 2 : scheme.scale
    return scaled(scale, mode, scheme.form === 'uniform' ? 'uniform' : dialect.normal, drawn.fans)
  }
  switch (own) {
    case 'variance_scaling': {
      const form = settings?.word('distribution', ['truncated_normal', 'untruncated_normal', 'normal', 'uniform'], 'truncated_normal')
      const cut = dialect.normal === 'uncorrected' ? 'uncorrected' : 'truncated'
      const drawnAs = form === 'uniform' ? 'uniform' : form === 'untruncated_normal' ? 'whole' : cut
      const mode = settings?.word('mode', ['fan_in', 'fan_out', 'fan_avg'], 'fan_in') ?? 'fan_in'
      return scaled(settings === null ? 1 : atLeastZero(settings, 'scale', 1), mode, drawnAs, drawn.fans)
    }
    case 'normal':
      return { kind: 'normal', mean: settings?.number('mean', 0) ?? 0, std: deviation(settings) }
    case 'truncated_normal': {
      const mean = settings?.number('mean', 0) ?? 0
      const std = deviation(settings)
      return { kind: 'truncatedNormal', mean, std, low: mean - 2 * std, high: mean + 2 * std }
    }
    case 'uniform': {
      const bound = settings?.number('bound', 0.05) ?? 0.05
      const low = settings?.number(settings.has('minval') ? 'minval' : 'low', -bound) ?? -bound
      const high = settings?.number(settings.has('maxval') ? 'maxval' : 'high', bound) ?? bound
      return high < low
        ? (settings?.place.fail('low must not be above high, like {name: uniform, low: -0.05, high: 0.05}.') ?? null)
        : { kind: 'uniform', low, high }
    }
    case 'orthogonal':
      return { kind: 'orthogonal', gain: settings?.number('gain', 1) ?? 1 }
    case 'identity':
      return { kind: 'eye' }
    case 'constant':
      return { kind: 'constant', value: settings?.number('value', 0) ?? 0 }
    case 'zeros':
      return { kind: 'constant', value: 0 }
    case 'ones':
      return { kind: 'constant', value: 1 }
    default:
      return null
  }
}

function atLeastZero(settings: Settings, name: string, fallback = 0): number {
  const value = settings.number(name, fallback)
  return value >= 0 ? value : (settings.at(name)?.fail(`${name} must not be negative.`) ?? 0)
}

function deviation(settings: Settings | null): number {
  if (settings === null) return 0.05
  return atLeastZero(settings, settings.has('stddev') ? 'stddev' : 'std', 0.05)
}

/** Standard deviation of a standard normal cut at ±2, by which Keras and Flax divide. */
export const cutDeviation = 0.87962566103423978

/** Variance scale/fan, drawn in the given form; `uncorrected` leaves the variance that the cut takes away missing. */
function scaled(scale: number, mode: Mode, form: 'uniform' | Dialect['normal'], { fanIn, fanOut }: Fans): Distribution {
  const fan = mode === 'fan_in' ? fanIn : mode === 'fan_out' ? fanOut : (fanIn + fanOut) / 2
  const std = Math.sqrt(scale / Math.max(fan, 1))
  switch (form) {
    case 'whole':
      return { kind: 'normal', mean: 0, std }
    case 'truncated': {
      const uncut = std / cutDeviation
      return { kind: 'truncatedNormal', mean: 0, std: uncut, low: -2 * uncut, high: 2 * uncut }
    }
    case 'uncorrected':
      return { kind: 'truncatedNormal', mean: 0, std, low: -2 * std, high: 2 * std }
    case 'uniform':
      return { kind: 'uniform', low: -std * Math.sqrt(3), high: std * Math.sqrt(3) }
  }
}
