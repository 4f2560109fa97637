/** Keras' and JAX' schemes by name, and `VarianceScaling`, which says every other one. */
import type { Distribution, Fans } from '../../graph'
import type { Draft } from '../draft'

interface Scheme {
  readonly name: string
  readonly kind: 'normal' | 'uniform'
  readonly variance: (fans: Fans) => number
}

const schemes: readonly Scheme[] = (['normal', 'uniform'] as const).flatMap((kind) => [
  { name: `he_${kind}`, kind, variance: ({ fanIn }: Fans) => 2 / Math.max(1, fanIn) },
  { name: `glorot_${kind}`, kind, variance: ({ fanIn, fanOut }: Fans) => 2 / Math.max(1, fanIn + fanOut) },
  { name: `lecun_${kind}`, kind, variance: ({ fanIn }: Fans) => 1 / Math.max(1, fanIn) },
])

/** Variances closer than this are one scheme's, written in another way. */
const sameVariance = 1e-6

/** `he_normal`: the scheme that draws with this variance around 0; null where none does. */
export function schemeOf(kind: 'normal' | 'uniform', variance: number, fans: Fans): string | null {
  return schemes.find((each) => each.kind === kind && Math.abs(each.variance(fans) / variance - 1) < sameVariance)?.name ?? null
}

/** Draws with the variance scale / fan, by the fan of this mode. */
export interface VarianceScaling {
  readonly scale: string
  readonly mode: 'fan_in' | 'fan_out' | 'fan_avg'
  readonly distribution: 'truncated_normal' | 'uniform'
}

const distributions = { normal: 'truncated_normal', uniform: 'uniform' } as const

/** Draws with this variance around 0, exactly. */
export function scaledTo(kind: 'normal' | 'uniform', variance: number, { fanIn }: Fans): VarianceScaling {
  return { scale: number(variance * fanIn), mode: 'fan_in', distribution: distributions[kind] }
}

/** A scheme with a gain of its own, the same for layers of every size; null where it has a name, or the framework counts its fan otherwise. */
function scaledByFan(
  { kept, mode, gain, fan }: Pick<Draft, 'kept' | 'mode' | 'gain' | 'fan'>,
  { kind }: Distribution,
  fans: Fans | null,
): VarianceScaling | null {
  if (kept !== undefined || mode === null || fan === null || fans === null) return null
  if (kind !== 'normal' && kind !== 'uniform') return null
  const counted = { fan_in: fans.fanIn, fan_out: fans.fanOut, fan_avg: (fans.fanIn + fans.fanOut) / 2 }[mode]
  if (counted !== fan || schemeOf(kind, gain ** 2 / fan, fans) !== null) return null
  return { scale: number(gain ** 2), mode, distribution: distributions[kind] }
}

/** A scheme with a gain of its own in the words of a framework. */
export type ByFan = (draft: Pick<Draft, 'kept' | 'mode' | 'gain' | 'fan'>, distribution: Distribution, fans: Fans | null) => string | null

export function byFanAs(words: (scaling: VarianceScaling) => string): ByFan {
  return (draft, distribution, fans) => {
    const found = scaledByFan(draft, distribution, fans)
    return found === null ? null : words(found)
  }
}

/** Six digits. */
export function number(value: number): string {
  return String(Number(value.toPrecision(6)))
}
