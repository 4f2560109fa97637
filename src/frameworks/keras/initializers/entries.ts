/** The initializer classes of `keras.initializers`: their arguments and what they draw. */
import type { Fans } from '../../../graph'
import { shortNumber } from '../../torch/tensor/distribution'
import { constant, cutNormal, type Drawn, type Family, type Mode, scalings, varianceScaling } from './draw'

/** Numbers and words of the initializer's configuration; null where one is not known. */
export interface Configuration {
  number(name: string): number | null
  text(name: string): string | null
}

export interface InitializerEntry {
  /** Class name; the string forms are made of it: `HeNormal` → `he_normal`. */
  readonly name: string
  readonly aliases?: readonly string[]
  readonly parameters: string
  /** null when an argument is not known. */
  readonly draw: (config: Configuration, shape: readonly number[], fans: Fans) => Drawn | null
}

function snake(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()
}

/** Names by which an entry is asked for as a string. */
export function namesOf({ name, aliases = [] }: InitializerEntry): readonly string[] {
  return [name, snake(name), ...aliases]
}

function families(text: string | null): Family | null {
  if (text === 'normal' || text === 'truncated_normal') return 'truncated_normal'
  return text === 'uniform' || text === 'untruncated_normal' ? text : null
}

function modes(text: string | null): Mode | null {
  return text === 'fan_in' || text === 'fan_out' || text === 'fan_avg' ? text : null
}

const named: readonly InitializerEntry[] = [...scalings].map(
  ([name, { scale, mode, family }]): InitializerEntry => ({
    name,
    parameters: 'seed=None, input_axes=None, output_axes=None',
    draw: (_config, _shape, fans) => ({ distribution: varianceScaling(fans, scale, mode, family), label: snake(name) }),
  }),
)

export const initializerEntries: readonly InitializerEntry[] = [
  ...named,
  {
    name: 'VarianceScaling',
    aliases: ['variance_scaling'],
    parameters: "scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None, input_axes=None, output_axes=None",
    draw: (config, _shape, fans) => {
      const scale = config.number('scale')
      const mode = modes(config.text('mode'))
      const family = families(config.text('distribution'))
      if (scale === null || mode === null || family === null) return null
      return {
        distribution: varianceScaling(fans, scale, mode, family),
        label: `VarianceScaling(${shortNumber(scale)}, ${mode}, ${family})`,
      }
    },
  },
  { name: 'Zeros', aliases: ['zero'], parameters: '', draw: () => constant(0) },
  { name: 'Ones', aliases: ['one'], parameters: '', draw: () => constant(1) },
  {
    name: 'Constant',
    parameters: 'value=0.0',
    draw: (config) => {
      const value = config.number('value')
      return value === null ? null : constant(value)
    },
  },
  {
    name: 'RandomNormal',
    aliases: ['normal'],
    parameters: 'mean=0.0, stddev=0.05, seed=None',
    draw: (config) => {
      const [mean, std] = [config.number('mean'), config.number('stddev')]
      if (mean === null || std === null) return null
      return { distribution: { kind: 'normal', mean, std }, label: `random_normal(${shortNumber(mean)}, ${shortNumber(std)})` }
    },
  },
  {
    name: 'TruncatedNormal',
    parameters: 'mean=0.0, stddev=0.05, seed=None',
    draw: (config) => {
      const [mean, std] = [config.number('mean'), config.number('stddev')]
      if (mean === null || std === null) return null
      return { distribution: cutNormal(mean, std), label: `truncated_normal(${shortNumber(mean)}, ${shortNumber(std)})` }
    },
  },
  {
    name: 'RandomUniform',
    aliases: ['uniform'],
    parameters: 'minval=-0.05, maxval=0.05, seed=None',
    draw: (config) => {
      const [low, high] = [config.number('minval'), config.number('maxval')]
      if (low === null || high === null) return null
      return { distribution: { kind: 'uniform', low, high }, label: `random_uniform(${shortNumber(low)}, ${shortNumber(high)})` }
    },
  },
  {
    name: 'Orthogonal',
    aliases: ['OrthogonalInitializer'],
    parameters: 'gain=1.0, seed=None',
    draw: (config) => {
      const gain = config.number('gain')
      return gain === null
        ? null
        : { distribution: { kind: 'orthogonal', gain }, label: gain === 1 ? 'orthogonal' : `orthogonal(${shortNumber(gain)})` }
    },
  },
  {
    name: 'Identity',
    aliases: ['IdentityInitializer'],
    parameters: 'gain=1.0',
    draw: (config) => {
      const gain = config.number('gain')
      if (gain === null) return null
      return {
        distribution: gain === 1 ? { kind: 'eye' } : { kind: 'affine', base: { kind: 'eye' }, factor: gain, shift: 0 },
        label: 'identity',
      }
    },
  },
]
