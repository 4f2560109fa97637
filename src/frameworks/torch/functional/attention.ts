/** softmax(scale·Q·Kᵀ + mask)·V. */
import { broadcastShapes } from '../shapes/broadcast'
import { sizes } from '../shapes/text'
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { constantTensor } from '../tensor/make'
import { where } from './compare'

export interface AttentionArguments {
  /** Additive, or boolean with true where attention is allowed. */
  readonly mask: TensorValue | null
  readonly dropout: number
  readonly causal: boolean
  /** null: 1/√headDim. */
  readonly scale: number | null
}

export function attention(at: Site, query: TensorValue, key: TensorValue, value: TensorValue, args: AttentionArguments): TensorValue {
  const [q, k, v] = [query, key, value].map((tensor) => tensor.payload.shape) as [readonly number[], readonly number[], readonly number[]]
  const dim = q.at(-1) ?? 1
  if (q.length < 2 || k.at(-1) !== dim || k.at(-2) !== v.at(-2)) {
    runtimeError(at, `scaled_dot_product_attention: shapes of query ${sizes(q)}, key ${sizes(k)} and value ${sizes(v)} do not fit`)
  }
  const batch = broadcastShapes(at, q.slice(0, -2), k.slice(0, -2), v.slice(0, -2))
  const shape = [...batch, q.at(-2) as number, v.at(-1) as number]
  const mask = args.mask === null ? null : additive(at, args.mask)
  return emit(at, {
    op: { kind: 'attention', scale: args.scale ?? 1 / Math.sqrt(dim), causal: args.causal, dropout: args.dropout, hasMask: mask !== null },
    inputs: mask === null ? [query, key, value] : [query, key, value, mask],
    output: { shape, dtype: 'float' },
  })
}

/** A boolean mask as numbers to add: 0 where allowed, −∞ elsewhere. */
function additive(at: Site, mask: TensorValue): TensorValue {
  if (mask.payload.dtype !== 'bool') return mask
  const number = (value: number) => constantTensor(at, [], 'float', value, String(value))
  return where(at, mask, number(0), number(Number.NEGATIVE_INFINITY))
}
