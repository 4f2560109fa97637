/** Draws as a spec, or a topology, writes them. */
import { type Distribution, distributionVariance, type Parameter } from '../../graph'
import type { Dialect } from './dialect'
import { cutDeviation } from './initializer'
import { camelCase } from './names'
import { schemeDistribution } from './initializer'

/** `yaml` and `json` write plain specs; `topology` writes initializer objects; `script` writes names and calls of `tf.initializers`. */
export type WrittenForm = 'yaml' | 'json' | 'topology' | 'script'

const named: Readonly<Record<string, readonly string[]>> = {
  normal: ['he_normal', 'xavier_normal', 'lecun_normal'],
  truncatedNormal: ['he_normal', 'xavier_normal', 'lecun_normal'],
  uniform: ['he_uniform', 'xavier_uniform', 'lecun_uniform'],
}

/** Variances this close are the same. */
const same = 1e-3

/** The value of `init`: a name where one draws this variance for the parameter, else the numbers. null where neither can say it. */
export function initializerText(distribution: Distribution, parameter: Parameter, dialect: Dialect, form: WrittenForm): string | null {
  const name = schemeFor(distribution, parameter, dialect)
  if (name !== null) return write(name, {}, form)
  switch (distribution.kind) {
    case 'constant':
      if (distribution.value === 0) return write('zeros', {}, form)
      return distribution.value === 1 ? write('ones', {}, form) : write('constant', { value: distribution.value }, form)
    case 'normal':
      return write(
        'normal',
        { ...(distribution.mean === 0 && !isObjects(form) ? {} : { mean: distribution.mean }), std: rounded(distribution.std) },
        form,
      )
    case 'uniform':
      return distribution.low === -distribution.high && !isObjects(form)
        ? write('uniform', { bound: rounded(distribution.high) }, form)
        : write('uniform', { low: rounded(distribution.low), high: rounded(distribution.high) }, form)
    case 'orthogonal':
      return write('orthogonal', distribution.gain === 1 ? {} : { gain: rounded(distribution.gain) }, form)
    case 'eye':
      return write('identity', {}, form)
    case 'truncatedNormal':
      return form === 'topology' || form === 'script' ? scaledText(distribution, parameter, dialect, form) : null
    case 'dirac':
    case 'sparse':
    case 'deltaOrthogonal':
    case 'affine':
    case 'mixture':
    case 'unknown':
      return null
  }
}

function schemeFor(distribution: Distribution, { fans, shape }: Parameter, dialect: Dialect): string | null {
  const wanted = distributionVariance(distribution, shape)
  if (fans === null || wanted === null) return null
  const fits = (name: string): boolean => {
    const scheme = schemeDistribution(name, dialect, fans)
    const variance = scheme === null ? null : distributionVariance(scheme, shape)
    return variance !== null && Math.abs(variance - wanted) <= same * wanted
  }
  return named[distribution.kind]?.find(fits) ?? null
}

/** Whether initializers are written as the frameworks' own objects. */
const isObjects = (form: WrittenForm): boolean => form === 'topology' || form === 'script'

/** A normal cut at two standard deviations whose variance no scheme names. null where it is cut elsewhere. */
function scaledText(
  distribution: Extract<Distribution, { readonly kind: 'truncatedNormal' }>,
  { fans }: Parameter,
  dialect: Dialect,
  form: WrittenForm,
): string | null {
  const { mean, std, low, high } = distribution
  if (fans === null || mean !== 0 || Math.abs(low + 2 * std) > 1e-6 * std || Math.abs(high - 2 * std) > 1e-6 * std) return null
  const named = dialect.normal === 'uncorrected' ? std ** 2 : (std * cutDeviation) ** 2
  return write('variance_scaling', { scale: rounded(named * Math.max(fans.fanIn, 1)) }, form, { mode: 'fan_in', distribution: 'normal' })
}

const rounded = (value: number): number => Number(value.toPrecision(5))

const classes: Readonly<Record<string, string>> = {
  he_normal: 'HeNormal',
  he_uniform: 'HeUniform',
  xavier_normal: 'GlorotNormal',
  xavier_uniform: 'GlorotUniform',
  lecun_normal: 'LecunNormal',
  lecun_uniform: 'LecunUniform',
  normal: 'RandomNormal',
  uniform: 'RandomUniform',
  orthogonal: 'Orthogonal',
  identity: 'Identity',
  zeros: 'Zeros',
  ones: 'Ones',
  constant: 'Constant',
  variance_scaling: 'VarianceScaling',
}

const functions: Readonly<Record<string, string>> = {
  xavier_normal: 'glorotNormal',
  xavier_uniform: 'glorotUniform',
  lecun_normal: 'leCunNormal',
  lecun_uniform: 'leCunUniform',
  normal: 'randomNormal',
  uniform: 'randomUniform',
}

const configNames: Readonly<Record<string, string>> = { std: 'stddev', low: 'minval', high: 'maxval' }

function write(
  name: string,
  numbers: Readonly<Record<string, number>>,
  form: WrittenForm,
  words: Readonly<Record<string, string>> = {},
): string {
  const entries = Object.entries(numbers)
  switch (form) {
    case 'yaml':
      return entries.length === 0 ? name : `{name: ${name}, ${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`
    case 'json':
      return entries.length === 0 ? JSON.stringify(name) : spaced({ name, ...numbers })
    case 'topology':
      return spaced({
        class_name: classes[name] ?? name,
        config: { ...Object.fromEntries(entries.map(([key, value]) => [configNames[key] ?? key, value])), ...words },
      })
    case 'script': {
      const called = functions[name] ?? camelCase(name)
      if (entries.length === 0) return called
      const given = [
        ...entries.map(([key, value]) => `${configNames[key] ?? key}: ${value}`),
        ...Object.entries(words).map(([key, value]) => `${key}: '${camelCase(value)}'`),
      ]
      return `tf.initializers.${called}({ ${given.join(', ')} })`
    }
  }
}

/** JSON on one line with blanks, as people write it. */
function spaced(value: object): string {
  const pairs = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}: ${typeof inner === 'object' ? spaced(inner) : JSON.stringify(inner)}`,
  )
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}
