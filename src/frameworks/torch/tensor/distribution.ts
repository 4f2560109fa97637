/** What data tensors are drawn from, and how arithmetic with numbers changes it. */
import type { Distribution, Initializer, MixturePart } from '../../../graph'
import { erf } from '../fold/unary'
import type { DataSource, Storage, TensorValue } from '../tensor'
import { describeElements, keptElements } from './elements'
import { count, isRowMajor } from './layout'
import { byNumbers } from './make'

/** What a storage's elements are drawn from, from its numbers where only those are known. */
export function initializerOf(storage: Storage): Initializer {
  const { initializer } = storage
  if (initializer.distribution !== byNumbers) return initializer
  const elements = keptElements(storage)
  if (elements === null) return initializer
  return { ...initializer, distribution: describeElements(storage.length, elements) }
}

export function distributionOf(tensor: TensorValue): Distribution {
  const { source, shape } = tensor.payload
  if (source.kind === 'traced') return { kind: 'unknown', reason: 'computed from the input' }
  const { distribution } = initializerOf(source.storage)
  const rows = distribution.kind === 'mixture' ? rowsShown(source, shape) : null
  return rows === null || distribution.kind !== 'mixture' ? distribution : withinRows(distribution.parts, rows)
}

/** How the tensor's numbers are named for people. */
export function labelOf({ payload: { source } }: TensorValue): string {
  return source.kind === 'data' ? source.storage.initializer.label : 'computed'
}

/** [start, stop) along axis 0 of the parameter, when the view is a block of whole rows. */
export function rowsShown(source: DataSource, shape: readonly number[]): readonly [number, number] | null {
  const rows = source.storage.parameter?.shape[0]
  if (rows === undefined || rows === 0 || !isRowMajor(shape, source.layout)) return null
  const row = source.storage.length / rows
  const start = source.layout.offset / row
  const stop = start + count(shape) / row
  return Number.isInteger(start) && Number.isInteger(stop) ? [start, stop] : null
}

/** What a mixture holds in some of its rows; the whole mixture where its parts do not say where they lie. */
function withinRows(parts: readonly MixturePart[], [start, stop]: readonly [number, number]): Distribution {
  const inside: MixturePart[] = []
  for (const { rows, distribution } of parts) {
    if (rows === undefined) return { kind: 'mixture', parts }
    const size = Math.min(stop, rows[1]) - Math.max(start, rows[0])
    if (size > 0) inside.push({ share: size / (stop - start), distribution })
  }
  const [only] = inside
  return only !== undefined && inside.length === 1 ? only.distribution : { kind: 'mixture', parts: inside }
}

/** Distribution of factor·x + shift; of the same family where that family is closed under it. */
export function affineDistribution(base: Distribution, factor: number, shift: number): Distribution {
  if (factor === 1 && shift === 0) return base
  switch (base.kind) {
    case 'constant':
      return { kind: 'constant', value: factor * base.value + shift }
    case 'normal':
      return { kind: 'normal', mean: factor * base.mean + shift, std: Math.abs(factor) * base.std }
    case 'uniform': {
      const ends = [factor * base.low + shift, factor * base.high + shift]
      return { kind: 'uniform', low: Math.min(...ends), high: Math.max(...ends) }
    }
    case 'truncatedNormal': {
      const ends = [factor * base.low + shift, factor * base.high + shift]
      return {
        kind: 'truncatedNormal',
        mean: factor * base.mean + shift,
        std: Math.abs(factor) * base.std,
        low: Math.min(...ends),
        high: Math.max(...ends),
      }
    }
    case 'orthogonal':
    case 'deltaOrthogonal':
      return shift === 0 ? { ...base, gain: base.gain * factor } : { kind: 'affine', base, factor, shift }
    case 'sparse':
      return shift === 0 ? { ...base, std: base.std * Math.abs(factor) } : { kind: 'affine', base, factor, shift }
    case 'affine':
      return { kind: 'affine', base: base.base, factor: base.factor * factor, shift: factor * base.shift + shift }
    case 'mixture':
      return {
        kind: 'mixture',
        parts: base.parts.map((part) => ({ ...part, distribution: affineDistribution(part.distribution, factor, shift) })),
      }
    case 'dirac':
    case 'eye':
      return { kind: 'affine', base, factor, shift }
    case 'unknown':
      return base
  }
}

/** `normal(0, 1)` and then `× 0.02`: the label people read. */
export function affineLabel(label: string, factor: number, shift: number): string {
  const times = factor === 1 ? '' : ` × ${shortNumber(factor)}`
  if (shift === 0) return `${label}${times}`
  return `${label}${times} ${shift < 0 ? '−' : '+'} ${shortNumber(Math.abs(shift))}`
}

/** Four significant digits, without trailing zeros. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)))
}

/** Probability mass below `x` (strictly or not, which makes no difference for a continuous distribution); null where not known. */
function massBelow(base: Distribution, x: number): number | null {
  if (base.kind === 'uniform') return Math.min(1, Math.max(0, (x - base.low) / (base.high - base.low)))
  if (base.kind === 'normal') return base.std === 0 ? null : (1 + erf((x - base.mean) / (base.std * Math.SQRT2))) / 2
  return null
}

/** 1 with this probability, else 0. */
export function bernoulli(probability: number): Distribution {
  if (probability === 0 || probability === 1) return { kind: 'constant', value: probability }
  return {
    kind: 'mixture',
    parts: [
      { share: 1 - probability, distribution: { kind: 'constant', value: 0 } },
      { share: probability, distribution: { kind: 'constant', value: 1 } },
    ],
  }
}

/** Whether a draw is below (or above) a number, as 0 and 1. */
export function comparedDistribution(base: Distribution, relation: 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne', to: number): Distribution {
  const below = relation === 'eq' || relation === 'ne' ? null : massBelow(base, to)
  if (below === null) return { kind: 'unknown', reason: 'a comparison of drawn numbers' }
  return bernoulli(relation === 'lt' || relation === 'le' ? below : 1 - below)
}

/** ⌊x⌋ of a uniform draw: the whole numbers that it covers, each with its share. */
export function flooredDistribution(base: Distribution): Distribution {
  const unknown: Distribution = { kind: 'unknown', reason: 'rounded drawn numbers' }
  if (base.kind !== 'uniform' || base.high - base.low > 64) return unknown
  const parts: MixturePart[] = []
  for (let value = Math.floor(base.low); value < base.high; value++) {
    const share = (Math.min(value + 1, base.high) - Math.max(value, base.low)) / (base.high - base.low)
    if (share > 0) parts.push({ share, distribution: { kind: 'constant', value } })
  }
  const [only] = parts
  return only !== undefined && parts.length === 1 ? only.distribution : { kind: 'mixture', parts }
}

/** Data drawn as `value` with probability 1 − rate and else 0, every element by itself; null for all other data. */
export function drawnMask(tensor: TensorValue): { readonly rate: number; readonly value: number } | null {
  const { source, shape } = tensor.payload
  if (source.kind !== 'data' || source.storage.elements !== null || source.storage.parameter !== null || !isRowMajor(shape, source.layout))
    return null
  const { distribution } = source.storage.initializer
  if (distribution.kind !== 'mixture' || distribution.parts.length !== 2) return null
  const zero = distribution.parts.find((part) => part.distribution.kind === 'constant' && part.distribution.value === 0)
  const kept = distribution.parts.find((part) => part !== zero)
  return zero !== undefined && kept?.distribution.kind === 'constant' ? { rate: zero.share, value: kept.distribution.value } : null
}
