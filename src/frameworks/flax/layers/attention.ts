/** Dot-product attention: the layers, the function, the masks. */
import type { Bound } from '../../../python/native'
import type { Value } from '../../../python/values'
import { attention } from '../../torch/functional/attention'
import { add, affine } from '../../torch/functional/arithmetic'
import { cast } from '../../torch/functional/cast'
import { logic, where } from '../../torch/functional/compare'
import { dropout } from '../../torch/functional/dropout'
import { matmul } from '../../torch/functional/matmul'
import { softmax } from '../../torch/functional/softmax'
import type { Site } from '../../torch/site'
import type { TensorValue } from '../../torch/tensor'
import { emit } from '../../torch/tensor/emit'
import { elementsOf } from '../../torch/tensor/elements'
import { count } from '../../torch/tensor/layout'
import { constantTensor } from '../../torch/tensor/make'
import { isRecorded } from '../../torch/tensor/operand'
import { insertAxis, permute, reshape, transpose } from '../../torch/tensor/views'
import { type ArrayCall, toTensor } from '../arrays/call'
import type { ArrayFunction } from '../arrays/declare'
import { lecunNormal, ones } from '../initializers/functions'
import type { FlaxLayer } from '../layer/declare'
import type { LayerView } from '../layer/view'
import { project } from './dense'
import { given } from './norms'

/** Projections' kernels are kept as [in, heads, dim] and drawn as the matrix [in, heads·dim]. */
function projection(
  view: LayerView,
  name: string,
  stored: readonly number[],
  inFeatures: number,
  bias: readonly number[],
  suffix: string,
): void {
  const outFeatures = bias.reduce((product, size) => product * size, 1)
  view.weight(`${name}.kernel`, {
    shape: [inFeatures, outFeatures],
    stored,
    asUsed: [outFeatures, inFeatures],
    field: view.isNone(`${suffix}kernel_init`) ? 'kernel_init' : `${suffix}kernel_init`,
    initial: lecunNormal,
  })
  view.bias(bias, `${name}.bias`, view.isNone(`${suffix}bias_init`) ? 'bias_init' : `${suffix}bias_init`)
}

interface Sizes {
  readonly heads: number
  readonly dim: number
  readonly out: number
}

function sizesOf(view: LayerView, features: number): Sizes {
  const heads = view.size('num_heads')
  const width = view.isNone('qkv_features') ? features : view.size('qkv_features')
  if (width % heads !== 0) view.refuse(`its ${width} features are not divisible by ${heads} heads`)
  return { heads, dim: width / heads, out: view.isNone('out_features') ? features : view.size('out_features') }
}

function makeWeights(view: LayerView, q: number, kv: number): void {
  const { heads, dim, out } = sizesOf(view, q)
  projection(view, 'query', [q, heads, dim], q, [heads, dim], '')
  projection(view, 'key', [kv, heads, dim], kv, [heads, dim], '')
  projection(view, 'value', [kv, heads, dim], kv, [heads, dim], '')
  projection(view, 'out', [heads, dim, out], heads * dim, [out], 'out_')
  if (view.flag('normalize_qk'))
    for (const name of ['query_ln', 'key_ln'])
      view.weight(`${name}.scale`, { shape: [dim], role: 'normScale', field: `${name}_init`, initial: ones })
}

/** [..., T, heads·dim] → [..., heads, T, dim]. */
function split(view: LayerView, x: TensorValue, { heads, dim }: Sizes): TensorValue {
  const { shape } = x.payload
  const wide = reshape(view, x, [...shape.slice(0, -1), heads, dim])
  return headsFirst(view, wide)
}

/** [..., T, heads, dim] ⇄ [..., heads, T, dim]. */
function headsFirst(at: Site, x: TensorValue): TensorValue {
  const rank = x.payload.shape.length
  const order = [...x.payload.shape.keys()]
  order[rank - 3] = rank - 2
  order[rank - 2] = rank - 3
  return permute(at, x, order)
}

function normed(view: LayerView, x: TensorValue, name: string): TensorValue {
  const scale = view.id(`${name}.scale`, 'normScale')
  if (scale === null) return x
  return emit(view, {
    op: { kind: 'layerNorm', axes: [x.payload.shape.length - 1], eps: 1e-6, center: true, scale, shift: null },
    inputs: [x],
    output: x.payload,
    hasParameters: true,
  })
}

/** A mask that is true, or 1, where attention is allowed. */
function asMask(at: Site, value: Value): TensorValue | null {
  const mask = value.kind === 'none' ? null : toTensor(at, value)
  return mask === null || mask.payload.dtype === 'bool' ? mask : cast(at, mask, 'bool')
}

/** More elements than this are not looked at one by one. */
const mostElements = 1 << 20

interface Masking {
  readonly mask: TensorValue | null
  readonly causal: boolean
}

/** A known mask that allows everything is none, one that allows what is not later is causality. */
function maskingOf(mask: TensorValue | null): Masking {
  const elements = mask === null ? null : elementsOf(mask)
  if (mask === null || elements === null) return { mask, causal: false }
  const { shape } = mask.payload
  const [rows = 1, columns = 1] = shape.slice(-2)
  const total = count(shape)
  if (total > mostElements) return { mask, causal: false }
  let isFull = true
  let isCausal = rows === columns
  for (let index = 0; index < total && (isFull || isCausal); index++) {
    const allows = elements(index) !== 0
    const isEarlier = index % columns <= Math.floor(index / columns) % rows
    isFull &&= allows
    isCausal &&= allows === isEarlier
  }
  return isFull ? { mask: null, causal: false } : { mask: isCausal ? null : mask, causal: isCausal }
}

function attendOver(view: LayerView, query: Value, keyGiven: Value, valueGiven: Value, args: Bound): Value {
  const { interpreter } = view
  const unusual = !view.isNone('attention_fn') ? 'an `attention_fn` of its own' : view.flag('decode') ? 'decoding step by step' : null
  const key = keyGiven.kind === 'none' ? query : keyGiven
  const value = valueGiven.kind === 'none' ? key : valueGiven
  const unknown = [query, key, value, args.value('mask')].find((each) => each.kind === 'unknown')
  if (unknown !== undefined) return unknown
  const [q, k, v] = [query, key, value].map((each) => view.array(each))
  if (!q || !k || !v) return interpreter.unknown('attention is called on what are no arrays', view.span)
  if (unusual !== null) return interpreter.unknown(`attention with ${unusual} is not modelled`, view.span)
  const features = q.payload.shape.at(-1) ?? 1
  makeWeights(view, features, k.payload.shape.at(-1) ?? 1)
  const sizes = sizesOf(view, features)
  const width = sizes.heads * sizes.dim
  const rate = view.number('dropout_rate') ?? view.refuse('`dropout_rate` is not known')
  const mixed = attention(
    view,
    normed(view, split(view, project(view, 'query.kernel', 'query.bias', q, width), sizes), 'query_ln'),
    normed(view, split(view, project(view, 'key.kernel', 'key.bias', k, width), sizes), 'key_ln'),
    split(view, project(view, 'value.kernel', 'value.bias', v, width), sizes),
    {
      ...maskingOf(asMask(view, args.value('mask'))),
      dropout: given(view, args, 'deterministic') === true ? 0 : rate,
      scale: 1 / Math.sqrt(sizes.dim),
    },
  )
  const back = headsFirst(view, mixed)
  const joined = reshape(view, back, [...back.payload.shape.slice(0, -2), width])
  return project(view, 'out.kernel', 'out.bias', joined, sizes.out)
}

const fields =
  'num_heads, dtype=None, param_dtype=None, qkv_features=None, out_features=None, broadcast_dropout=True, dropout_rate=0.0, deterministic=None, precision=None, kernel_init=None, out_kernel_init=None, bias_init=None, out_bias_init=None, use_bias=True, attention_fn=None, decode=False, normalize_qk=False, force_fp32_for_softmax=False, qkv_dot_general=None, out_dot_general=None, qkv_dot_general_cls=None, out_dot_general_cls=None, qk_attn_weights_einsum_cls=None, attn_weights_value_einsum_cls=None'
const nnxConstructor =
  'num_heads, in_features, qkv_features=None, out_features=None, num_kv_heads=None, in_kv_features=None, *, dtype=None, param_dtype=None, broadcast_dropout=True, dropout_rate=0.0, deterministic=None, precision=None, kernel_init=None, out_kernel_init=None, bias_init=None, out_bias_init=None, use_bias=True, attention_fn=None, decode=None, normalize_qk=False, qkv_promote_dtype=None, out_promote_dtype=None, ln_promote_dtype=None, qkv_dot_general=None, out_dot_general=None, qkv_dot_general_cls=None, out_dot_general_cls=None, keep_rngs=True, kernel_metadata=None, out_kernel_metadata=None, bias_metadata=None, out_bias_metadata=None, query_ln_scale_metadata=None, key_ln_scale_metadata=None'

function multiHead(linen: string, nnx: string | null): FlaxLayer {
  return {
    linen,
    nnx,
    parametric: true,
    composite: true,
    fields,
    nnxParameters: nnxConstructor,
    weights: (view, shape) => {
      if (shape !== null) return
      const features = view.size('in_features')
      if (!view.isNone('num_kv_heads')) return
      makeWeights(view, features, view.isNone('in_kv_features') ? features : view.size('in_kv_features'))
    },
    callSignature:
      'inputs_q, inputs_k=None, inputs_v=None, *, inputs_kv=None, mask=None, deterministic=None, dropout_rng=None, rngs=None, sow_weights=False, decode=None, is_causal=False',
    call: (view, args) => {
      if (!view.isNone('num_kv_heads')) return view.interpreter.unknown('grouped-query attention is not modelled', view.span)
      const both = args.value('inputs_kv')
      const key = both.kind === 'none' ? args.value('inputs_k') : both
      return attendOver(view, args.value('inputs_q'), key, both.kind === 'none' ? args.value('inputs_v') : both, args)
    },
  }
}

const selfAttention: FlaxLayer = {
  ...multiHead('SelfAttention', null),
  callSignature: 'inputs_q, mask=None, deterministic=None, dropout_rng=None, sow_weights=False',
  call: (view, args) => attendOver(view, args.value('inputs_q'), { kind: 'none' }, { kind: 'none' }, args),
}

export const attentionLayers: readonly FlaxLayer[] = [
  multiHead('MultiHeadDotProductAttention', null),
  multiHead('MultiHeadAttention', 'MultiHeadAttention'),
  selfAttention,
]

/** softmax(q·kᵀ/√d + bias, mask)·v for [..., T, heads, d]. */
function dotProduct(call: ArrayCall, rate: number, causal: boolean): Value | null {
  const [query, key, value] = ['query', 'key', 'value'].map((name) => headsFirst(call, call.tensor(name))) as [
    TensorValue,
    TensorValue,
    TensorValue,
  ]
  const bias = call.optionalTensor('bias')
  const mask = asMask(call, call.value('mask'))
  if (bias !== null && mask !== null) return null
  if (query.payload.shape.at(-3) !== key.payload.shape.at(-3)) return null
  const scale = call.isNone('scale') ? null : call.number('scale')
  const masking = maskingOf(mask)
  const how = { mask: masking.mask ?? bias, dropout: rate, causal: causal || masking.causal, scale }
  return headsFirst(call, attention(call, query, key, value, how))
}

/** softmax(q·kᵀ/√d + bias), [..., heads, queries, keys]; dropped, for a caller that mixes the values itself. */
function weights(call: ArrayCall): Value | null {
  const [query, key] = ['query', 'key'].map((name) => headsFirst(call, call.tensor(name))) as [TensorValue, TensorValue]
  const dim = query.payload.shape.at(-1) ?? 1
  const rank = key.payload.shape.length
  const scores = matmul(call, affine(call, query, 1 / Math.sqrt(dim), 0), transpose(call, key, rank - 2, rank - 1))
  const bias = call.optionalTensor('bias')
  const biased = bias === null ? scores : add(call, scores, bias)
  const mask = asMask(call, call.value('mask'))
  const masked = mask === null ? biased : where(call, mask, biased, constantTensor(call, [], 'float', Number.NEGATIVE_INFINITY, 'mask'))
  const shares = softmax(call, masked, masked.payload.shape.length - 1)
  const rate = call.flag('deterministic') ? 0 : call.number('dropout_rate')
  return rate === 0 ? shares : dropout(call, shares, rate)
}

export const attentionFunctions: readonly ArrayFunction[] = [
  {
    names: ['dot_product_attention_weights'],
    parameters:
      'query, key, bias=None, mask=None, broadcast_dropout=True, dropout_rng=None, dropout_rate=0.0, deterministic=False, dtype=None, precision=None, module=None, force_fp32_for_softmax=False, einsum_dot_general=None, einsum=None, promote_dtype=None',
    body: weights,
  },
  {
    names: ['dot_product_attention'],
    parameters:
      'query, key, value, bias=None, mask=None, broadcast_dropout=True, dropout_rng=None, dropout_rate=0.0, deterministic=False, dtype=None, precision=None, module=None, scale=None, is_causal=False, implementation=None, force_fp32_for_softmax=False, einsum_dot_general=None, qk_attn_weights_einsum=None, attn_weights_value_einsum=None, promote_dtype=None, query_seq_lengths=None, key_value_seq_lengths=None, local_window_size=None',
    body: (call) => dotProduct(call, call.flag('deterministic') ? 0 : call.number('dropout_rate'), call.flag('is_causal')),
  },
  {
    names: ['make_attention_mask'],
    parameters: 'query_input, key_input, pairwise_fn=None, extra_batch_dims=0, dtype=None',
    body: (call) => {
      const [query, key] = [call.tensor('query_input'), call.tensor('key_input')]
      const left = insertAxis(call, query, query.payload.shape.length)
      const right = insertAxis(call, key, key.payload.shape.length - 1)
      const pairwise = call.value('pairwise_fn')
      if (pairwise.kind === 'none' && (isRecorded(call, query) || isRecorded(call, key))) {
        call.interpreter.note({ kind: 'assumption', message: 'no position is taken to be padding', span: call.span })
        const sizes = [...query.payload.shape.slice(0, -1), 1, query.payload.shape.at(-1) ?? 1, key.payload.shape.at(-1) ?? 1]
        return constantTensor(call, sizes, 'bool', 1, 'mask')
      }
      const pairs =
        pairwise.kind === 'none'
          ? logic(call, 'and', cast(call, left, 'bool'), cast(call, right, 'bool'))
          : call.interpreter.call(pairwise, [left, right], undefined, call.span)
      const mask = toTensor(call, pairs)
      return mask === null ? pairs : insertAxis(call, cast(call, mask, 'bool'), mask.payload.shape.length - 2)
    },
  },
  {
    names: ['combine_masks'],
    parameters: '*masks, dtype=None',
    body: (call) => {
      const masks = call.rest('masks').flatMap((value) => asMask(call, value) ?? [])
      return masks.length === 0 ? { kind: 'none' } : masks.reduce((all, mask) => logic(call, 'and', all, mask))
    },
  },
]
