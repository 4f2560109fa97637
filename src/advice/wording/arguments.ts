import type { ModelAnalysis } from '../../analysis'
import type { Distribution, Fans } from '../../graph'
import { flaxArgument, flaxByFan, flaxInitializer, flaxInitializers, flaxScaled } from './flax'
import { kerasArgument, kerasByFan, kerasInitializer, kerasScaled } from './keras'
import type { ByFan } from './varianceScaling'

/** The words of a framework whose layers take their initializers as arguments. */
export interface ArgumentWording {
  /** Where its initializers are, for messages. */
  readonly module: string
  /** The value of the argument that draws a distribution; null where there is none for it. */
  readonly initializer: (distribution: Distribution, fans: Fans | null) => string | null
  /** A scheme with a gain of its own, in words that are the same for layers of every size; null where a name has it, or fans differ. */
  readonly byFan: ByFan
  /** The value that draws around 0 with this variance. */
  readonly scaled: (kind: 'normal' | 'uniform', variance: number, fans: Fans | null) => string | null
  /** The value that draws a named scheme: `glorot`, `he` or `lecun`. */
  readonly scheme: (name: string) => string
  /** The argument for the weight of this name in a layer of this class; null where none is known. */
  readonly argument: (layer: string, weight: string) => string | null
  readonly zeros: string
}

const keras: ArgumentWording = {
  module: 'keras.initializers',
  initializer: kerasInitializer,
  byFan: kerasByFan,
  scaled: kerasScaled,
  scheme: (name) => `"${name}"`,
  argument: kerasArgument,
  zeros: '"zeros"',
}

const flax: ArgumentWording = {
  module: 'jax.nn.initializers',
  initializer: flaxInitializer,
  byFan: flaxByFan,
  scaled: flaxScaled,
  scheme: (name) => `${flaxInitializers}${name}()`,
  argument: (_, weight) => flaxArgument(weight),
  zeros: `${flaxInitializers}zeros`,
}

/** null for frameworks that draw by statements. */
export function argumentWording(framework: ModelAnalysis['framework'] | undefined): ArgumentWording | null {
  return framework === 'keras' ? keras : framework === 'flax' ? flax : null
}
