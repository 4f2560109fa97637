/** `activation: relu`, `{name: leaky_relu, slope: 0.1}`, and what Keras and TensorFlow.js write. */
import type { ActivationFunction } from '../../graph'
import type { Dialect } from './dialect'
import { camelCase, layerName } from './names'
import type { Place } from './place'
import { Settings } from './settings'

type Make = (settings: Settings | null, dialect: Dialect) => ActivationFunction

/** Those that no number fixes. */
type Plain = Exclude<
  ActivationFunction,
  | { readonly slope: number }
  | { readonly lower: number }
  | { readonly alpha: number }
  | { readonly beta: number }
  | { readonly low: number }
  | { readonly lambda: number }
  | { readonly threshold: number }
>

const simple =
  (name: Plain['name']): Make =>
  () => ({ name })

/** Keras' and TensorFlow.js' hard sigmoid is clip(x/6 + 1/2) since Keras 3; 0.2·x + 0.5 in tfjs-layers. */
const hardSigmoid: Make = (_, { origin }) =>
  origin === 'tensorflowjs' ? { name: 'clippedLinear', slope: 0.2, shift: 0.5, low: 0, high: 1 } : { name: 'hardSigmoid' }

const leaky: Make = (settings, dialect) => {
  const named = ['slope', 'negative_slope', 'alpha'].find((name) => settings?.has(name) === true)
  return { name: 'leakyRelu', slope: settings?.number(named ?? 'slope', dialect.leakySlope) ?? dialect.leakySlope, learned: false }
}

const table: Readonly<Record<string, Make>> = {
  linear: simple('identity'),
  identity: simple('identity'),
  none: simple('identity'),
  relu: simple('relu'),
  relu6: simple('relu6'),
  sigmoid: simple('sigmoid'),
  tanh: simple('tanh'),
  gelu: simple('gelu'),
  gelu_tanh: simple('geluTanh'),
  silu: simple('silu'),
  swish: simple('silu'),
  mish: simple('mish'),
  selu: simple('selu'),
  softsign: simple('softsign'),
  log_sigmoid: simple('logSigmoid'),
  hard_swish: simple('hardSwish'),
  hard_silu: simple('hardSwish'),
  hard_sigmoid: hardSigmoid,
  exponential: simple('exp'),
  leaky_relu: leaky,
  elu: (settings) => ({ name: 'elu', alpha: settings?.number('alpha', 1) ?? 1 }),
  celu: (settings) => ({ name: 'celu', alpha: settings?.number('alpha', 1) ?? 1 }),
  softplus: () => ({ name: 'softplus', beta: 1, threshold: 20 }),
  hard_tanh: () => ({ name: 'hardTanh', low: -1, high: 1 }),
}

/** Names that `activation` takes, softmax among them. */
export const activationNames: readonly string[] = [...Object.keys(table), 'softmax', 'log_softmax']

export type ActivationRead =
  | { readonly kind: 'activation'; readonly fn: ActivationFunction }
  | { readonly kind: 'softmax'; readonly log: boolean }

/** An activation by its name; null for names that are none. */
export function activationNamed(name: string, settings: Settings | null, dialect: Dialect): ActivationRead | null {
  const own = layerName(name)
  if (own === 'softmax' || own === 'log_softmax') return { kind: 'softmax', log: own === 'log_softmax' }
  const make = Object.hasOwn(table, own) ? table[own] : undefined
  return make === undefined ? null : { kind: 'activation', fn: make(settings, dialect) }
}

/** The activation written at a place. Throws a SpecError that names the expected form. */
export function activationAt(place: Place, dialect: Dialect): ActivationRead {
  const named = place.get('name') ?? place.get('class_name') ?? place
  const config = place.entries === null ? null : (place.get('config') ?? place)
  // A function registered by name stands in the configuration.
  const name = named.scalar === 'function' && typeof config?.scalar === 'string' ? config : named
  const settings = config?.entries === null || config === null ? null : new Settings(config)
  const read = typeof name.scalar === 'string' ? activationNamed(name.scalar, settings, dialect) : null
  const written = dialect.origin === 'tensorflowjs' ? activationNames.map(camelCase) : activationNames
  return read ?? name.fail(`${name.shown} is not an activation that is known here: write one of ${written.slice(0, 12).join(', ')}, ….`)
}
