/**
 * What torch.nn's layers draw when the code says nothing, as their `reset_parameters` do.
 * Source: torch.nn.modules (1.13 to 2.9 agree) and torch.nn.init.
 */
import type { Initializer } from '../../../graph'
import { fansOf } from '../parameter-id'
import { defaultInitializer, type Storage } from '../tensor'

/** Draws a storage anew. A program that asks what the numbers are finds those of a constant. */
export function drawInto(storage: Storage, initializer: Initializer): void {
  const { distribution } = initializer
  storage.initializer = initializer
  storage.elements = distribution.kind === 'constant' ? () => distribution.value : null
  storage.version += 1
}

export const ones: Initializer = defaultInitializer({ kind: 'constant', value: 1 }, 'ones')
export const zeros: Initializer = defaultInitializer({ kind: 'constant', value: 0 }, 'zeros')

/** What a layer draws by the fans of a weight whose shape is not known. */
export const withoutFans: Initializer = defaultInitializer({ kind: 'unknown', reason: 'the shape of the weight is not known' }, 'not known')

/** U(−bound, bound). */
export function symmetric(bound: number, label: string): Initializer {
  return defaultInitializer({ kind: 'uniform', low: -bound, high: bound }, label)
}

/** `kaiming_uniform_(a=√5)`: gain √(2/(1 + 5)), bound gain·√3/√fan_in = 1/√fan_in, variance 1/(3·fan_in). Zero-sized fans draw nothing. */
export function kaimingUniform(shape: readonly number[]): Initializer {
  const fanIn = fansOf(shape)?.fanIn ?? 0
  return fanIn === 0 ? zeros : symmetric(1 / Math.sqrt(fanIn), 'kaiming_uniform_(a=√5)')
}

/** Bias of a layer whose weight has `weightShape`: U(±1/√fan_in). */
export function biasFor(weightShape: readonly number[]): Initializer {
  const fanIn = fansOf(weightShape)?.fanIn ?? 0
  return fanIn === 0 ? zeros : symmetric(1 / Math.sqrt(fanIn), 'U(±1/√fan_in)')
}

/** N(0, 1). */
export const standardNormal: Initializer = defaultInitializer({ kind: 'normal', mean: 0, std: 1 }, 'N(0, 1)')

/** `xavier_uniform_`: bound √(6/(fan_in + fan_out)), variance 2/(fan_in + fan_out). */
export function xavierUniform(shape: readonly number[]): Initializer {
  const fans = fansOf(shape)
  const sum = fans === null ? 0 : fans.fanIn + fans.fanOut
  return sum === 0 ? zeros : symmetric(Math.sqrt(6 / sum), 'xavier_uniform_')
}

/** `xavier_normal_`: standard deviation √(2/(fan_in + fan_out)). */
export function xavierNormal(shape: readonly number[]): Initializer {
  const fans = fansOf(shape)
  const sum = fans === null ? 0 : fans.fanIn + fans.fanOut
  return sum === 0 ? zeros : defaultInitializer({ kind: 'normal', mean: 0, std: Math.sqrt(2 / sum) }, 'xavier_normal_')
}
