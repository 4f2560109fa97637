/**
 * What MultiheadAttention computes: projections, heads, softmax(QKᵀ/√d + mask)V, output projection. The packed projection
 * is one Linear of E to 3E whose output is cut into Q, K and V, as its weight is drawn as one matrix.
 */
import { bool, float, int, none, tuple } from '../../../python/make'
import type { Bound } from '../../../python/native'
import type { Value } from '../../../python/values'
import { overMoreKeys } from '../functional/multi-head'
import { isTensor, type TensorValue } from '../tensor'

import { callFunction } from './functional'
import type { LayerView } from './layer-view'

const names = ['query', 'key', 'value'] as const

function callMethod(layer: LayerView, value: Value, name: string, args: readonly Value[]): Value {
  return layer.interpreter.call(layer.interpreter.getAttribute(value, name, layer.span), args, undefined, layer.span)
}

const ints = (...values: readonly number[]): Value[] => values.map((value) => int(value))

function linear(layer: LayerView, input: Value, weight: Value, bias: Value): Value {
  return callFunction(layer.interpreter, 'linear', [input, weight, bias], {}, layer.span)
}

/** `value[..., start:start + length]`. */
function part(layer: LayerView, value: Value, start: number, length: number): Value {
  return callMethod(layer, value, 'narrow', ints(-1, start, length))
}

/** Q, K and V before they are cut into heads. */
function projections(layer: LayerView, given: readonly Value[], dim: number): readonly Value[] {
  const bias = layer.value('in_proj_bias')
  if (layer.boolean('_qkv_same_embed_dim') === false) {
    return given.map((input, index) => {
      const own = bias.kind === 'none' ? bias : part(layer, bias, index * dim, dim)
      return linear(layer, input, layer.value(`${(names[index] ?? 'query').charAt(0)}_proj_weight`), own)
    })
  }
  const packed = new Map<Value, Value>()
  return given.map((input, index) => {
    const whole = packed.get(input) ?? linear(layer, input, layer.value('in_proj_weight'), bias)
    packed.set(input, whole)
    return part(layer, whole, index * dim, dim)
  })
}

/** [N, L, E], [L, N, E] or [L, E] to [N, heads, L, E/heads] or [heads, L, E/heads]. */
function toHeads(layer: LayerView, value: Value, heads: number, batchFirst: boolean): Value {
  if (!isTensor(value)) return value
  const { shape } = value.payload
  const cut = callMethod(layer, value, 'reshape', ints(...shape.slice(0, -1), heads, (shape.at(-1) ?? heads) / heads))
  if (shape.length === 2) return callMethod(layer, cut, 'permute', ints(1, 0, 2))
  return callMethod(layer, cut, 'permute', batchFirst ? ints(0, 2, 1, 3) : ints(1, 2, 0, 3))
}

function fromHeads(layer: LayerView, value: TensorValue, dim: number, batchFirst: boolean): Value {
  const { shape } = value.payload
  if (shape.length === 3) return callMethod(layer, callMethod(layer, value, 'permute', ints(1, 0, 2)), 'reshape', ints(shape[1] ?? 1, dim))
  const [batch = 1, , length = 1] = shape
  const joined = callMethod(layer, value, 'permute', batchFirst ? ints(0, 2, 1, 3) : ints(2, 0, 1, 3))
  return callMethod(layer, joined, 'reshape', batchFirst ? ints(batch, length, dim) : ints(length, batch, dim))
}

/** As numbers to add: a boolean mask says true where attention is *not* allowed. */
function additive(layer: LayerView, mask: TensorValue): Value {
  if (mask.payload.dtype === 'float') return mask
  const { interpreter, span } = layer
  const torch = interpreter.importModule('torch')
  const zeros = interpreter.call(
    interpreter.getAttribute(torch, 'zeros'),
    [tuple(mask.payload.shape.map((size) => int(size)))],
    undefined,
    span,
  )
  const blocked = mask.payload.dtype === 'bool' ? mask : callMethod(layer, mask, 'bool', [])
  return callMethod(layer, zeros, 'masked_fill', [blocked, float(Number.NEGATIVE_INFINITY)])
}

/** Both masks as one that broadcasts to [N, heads, L, S]; None without, Unknown when one is. */
function maskFor(layer: LayerView, args: Bound, batch: number, heads: number): Value {
  const masks: Value[] = []
  for (const name of ['attn_mask', 'key_padding_mask']) {
    const given = args.value(name)
    if (given.kind === 'none') continue
    if (!isTensor(given)) return given.kind === 'unknown' ? given : layer.refuse('TypeError', `${name} must be a Tensor`)
    const mask = additive(layer, given)
    if (!isTensor(mask)) return mask
    const { shape } = mask.payload
    const [first = 1, second = 1, third = 1] = shape
    if (name === 'key_padding_mask')
      masks.push(callMethod(layer, mask, 'reshape', shape.length === 1 ? ints(1, 1, first) : ints(first, 1, 1, second)))
    else
      masks.push(
        shape.length === 3 && first === batch * heads ? callMethod(layer, mask, 'reshape', ints(batch, heads, second, third)) : mask,
      )
  }
  const [first = none, second] = masks
  return second === undefined ? first : layer.interpreter.binary('+', first, second, layer.span)
}

function overAll(layer: LayerView, heads: readonly Value[], extra: readonly Value[]): Value {
  const [query, ...others] = heads.filter(isTensor)
  const lost = heads.find((value) => value.kind === 'unknown') ?? none
  return query === undefined || others.length < 2 ? lost : overMoreKeys(layer, [query, ...others], extra.filter(isTensor))
}

/** The forward of MultiheadAttention: (output, weights). The weights are Unknown: nothing follows them. */
export function attend(layer: LayerView, args: Bound): Value {
  const { interpreter } = layer
  const given = names.map((name) => args.value(name))
  const weights = interpreter.unknown('the weights that attention returns are not followed', args.span)
  const lost = (value: Value): Value => tuple([value, weights])
  const unknown = given.find((value) => value.kind === 'unknown')
  if (unknown !== undefined) return lost(unknown)
  const dim = layer.integer('embed_dim')
  const heads = layer.integer('num_heads')
  if (dim === undefined || heads === undefined) {
    return lost(layer.firstUnknown('embed_dim', 'num_heads') ?? interpreter.unknown('sizes of the attention are not known', args.span))
  }
  const [query] = given
  if (!isTensor(query)) return layer.refuse('TypeError', `MultiheadAttention takes tensors, not ${interpreter.typeOf(query ?? none).name}`)
  if (query.payload.shape.at(-1) !== dim) {
    layer.refuse('AssertionError', `was expecting embedding dimension of ${dim}, but got ${query.payload.shape.at(-1)}`)
  }
  const batchFirst = layer.boolean('batch_first') === true
  const batch = query.payload.shape.length === 2 ? 1 : (query.payload.shape[batchFirst ? 0 : 1] ?? 1)
  const [q = none, k = none, v = none] = projections(layer, given, dim).map((value) => toHeads(layer, value, heads, batchFirst))
  const isCausal = interpreter.truth(args.value('is_causal')) === true
  const mask = isCausal ? none : maskFor(layer, args, batch, heads)
  if (mask.kind === 'unknown') return lost(mask)
  const dropout = layer.boolean('training') === false ? int(0) : layer.value('dropout')
  const isLonger = layer.value('bias_k').kind !== 'none' || interpreter.truth(layer.value('add_zero_attn')) !== false
  const mixed = isLonger
    ? overAll(layer, [q, k, v], [layer.value('bias_k'), layer.value('bias_v')])
    : callFunction(
        interpreter,
        'scaled_dot_product_attention',
        [q, k, v],
        { attn_mask: mask, dropout_p: dropout, is_causal: bool(isCausal) },
        args.span,
      )
  if (!isTensor(mixed)) return lost(mixed)
  const projection = layer.value('out_proj')
  const output = linear(
    layer,
    fromHeads(layer, mixed, dim, batchFirst),
    interpreter.getAttribute(projection, 'weight', args.span),
    interpreter.getAttribute(projection, 'bias', args.span),
  )
  return lost(output)
}
