/** Multi-head attention with packed or separate projections; Vaswani et al. 2017. */
import { sizes } from '../shapes/text'
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { constantTensor } from '../tensor/make'
import { dropAxes, insertAxis, permute, reshape, splitAxis } from '../tensor/views'
import { add } from './arithmetic'
import { attention } from './attention'
import { where } from './compare'
import { linear } from './linear'

export interface Projections {
  /** [3E, E], or q [E, E], k [E, kdim], v [E, vdim]. */
  readonly weights: TensorValue | readonly [TensorValue, TensorValue, TensorValue]
  /** [3E]. */
  readonly bias: TensorValue | null
  /** One more key and value, [1, 1, E], appended to every sequence. */
  readonly extra: readonly [TensorValue, TensorValue] | null
  readonly outWeight: TensorValue
  readonly outBias: TensorValue | null
}

export interface HeadArguments {
  readonly heads: number
  readonly dropout: number
  readonly addZero: boolean
  /** [L, S] or [batch·heads, L, S]: true (or −∞) where attention is forbidden. */
  readonly mask: TensorValue | null
  /** [batch, S]: true where a key is padding. */
  readonly keyPadding: TensorValue | null
  readonly causal: boolean
}

/** Query [L, B, E], key and value [S, B, …], or without the batch axis. Gives [L, B, E]. */
export function multiHeadAttention(
  at: Site,
  query: TensorValue,
  key: TensorValue,
  value: TensorValue,
  projections: Projections,
  args: HeadArguments,
): TensorValue {
  if (query.payload.shape.length === 2) {
    const batched = [query, key, value].map((tensor) => insertAxis(at, tensor, 1)) as [TensorValue, TensorValue, TensorValue]
    const padding = args.keyPadding === null ? null : insertAxis(at, args.keyPadding, 0)
    const shared = sameTensor(query, key) && sameTensor(key, value)
    const [q, k, v] = shared ? ([batched[0], batched[0], batched[0]] as const) : batched
    return dropAxes(at, multiHeadAttention(at, q, k, v, projections, { ...args, keyPadding: padding }), [1])
  }
  if (query.payload.shape.length !== 3)
    runtimeError(at, `query should be unbatched 2D or batched 3D tensor but received ${query.payload.shape.length}-D query tensor`)
  const [length = 1, batch = 1, dim = 1] = query.payload.shape
  if (batch !== key.payload.shape[1]) runtimeError(at, `expecting key and value with batch size ${batch}, got ${sizes(key.payload.shape)}`)
  const [q, k, v] = projected(at, query, key, value, projections, dim)
  const split = (tensor: TensorValue) =>
    permute(at, reshape(at, tensor, [tensor.payload.shape[0] as number, batch, args.heads, dim / args.heads]), [1, 2, 0, 3])
  const heads = [split(q), split(k), split(v)] as const
  const mask = joinedMask(at, args, batch)
  const mixed =
    projections.extra !== null || args.addZero
      ? overMoreKeys(at, heads, projections.extra ?? [])
      : attention(at, ...heads, { mask, dropout: args.dropout, causal: args.causal && mask === null, scale: null })
  const joined = reshape(at, permute(at, mixed, [2, 0, 1, 3]), [length, batch, dim])
  return linear(at, joined, projections.outWeight, projections.outBias)
}

function sameTensor(a: TensorValue, b: TensorValue): boolean {
  const [x, y] = [a.payload.source, b.payload.source]
  return a === b || (x.kind === 'traced' && y.kind === 'traced' && x.id === y.id)
}

/**
 * Query, key and value after their projections. A packed weight stays one parameter: different inputs each go through all of it
 * and keep their own third.
 */
function projected(
  at: Site,
  query: TensorValue,
  key: TensorValue,
  value: TensorValue,
  { weights, bias }: Projections,
  dim: number,
): readonly [TensorValue, TensorValue, TensorValue] {
  if (!Array.isArray(weights)) {
    const done = new Map<TensorValue, readonly TensorValue[]>()
    const third = (tensor: TensorValue, which: number): TensorValue => {
      const twin = [...done.keys()].find((known) => sameTensor(known, tensor)) ?? tensor
      const parts =
        done.get(twin) ?? splitAxis(at, linear(at, tensor, weights as TensorValue, bias), tensor.payload.shape.length - 1, [dim, dim, dim])
      done.set(twin, parts)
      return parts[which] as TensorValue
    }
    return [third(query, 0), third(key, 1), third(value, 2)]
  }
  const biases = bias === null ? [null, null, null] : splitAxis(at, bias, 0, [dim, dim, dim])
  const [q, k, v] = [query, key, value].map((tensor, which) =>
    linear(at, tensor, weights[which] as TensorValue, biases[which] ?? null),
  ) as [TensorValue, TensorValue, TensorValue]
  return [q, k, v]
}

/**
 * With a key and value of the layer's own or of zeros behind every sequence: the shape of the queries, without moments. Scores of keys
 * whose variances are not alike make a softmax that the moments of all keys together do not tell.
 */
export function overMoreKeys(at: Site, heads: readonly [TensorValue, ...TensorValue[]], extra: readonly TensorValue[]): TensorValue {
  const op = { kind: 'opaque' as const, name: 'attention', reason: 'attention with add_bias_kv or add_zero_attn is not modelled' }
  return emit(at, { op, inputs: [...heads, ...extra], output: { shape: heads[0].payload.shape, dtype: 'float' } })
}

/** Both masks as one to add to the scores, [.., L, S]. */
function joinedMask(at: Site, args: HeadArguments, batch: number): TensorValue | null {
  const number = (value: number) => constantTensor(at, [], 'float', value, String(value))
  const additive = (mask: TensorValue): TensorValue =>
    mask.payload.dtype === 'bool' ? where(at, mask, number(Number.NEGATIVE_INFINITY), number(0)) : mask
  const perHead = args.mask === null ? null : headMask(at, additive(args.mask), batch, args.heads)
  const perKey = args.keyPadding === null ? null : additive(args.keyPadding)
  const padding = perKey === null ? null : reshape(at, perKey, [batch, 1, 1, perKey.payload.shape[1] as number])
  if (perHead === null || padding === null) return perHead ?? padding
  return add(at, perHead, padding)
}

function headMask(at: Site, mask: TensorValue, batch: number, heads: number): TensorValue {
  const { shape } = mask.payload
  return shape.length === 3 && shape[0] === batch * heads ? reshape(at, mask, [batch, heads, ...shape.slice(1)]) : mask
}
