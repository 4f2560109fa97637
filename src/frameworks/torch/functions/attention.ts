import { none, tuple, unknown } from '../../../python/make'
import { attention } from '../functional/attention'
import { gather } from '../functional/gather'
import { multiHeadAttention, type Projections } from '../functional/multi-head'
import type { TensorValue } from '../tensor'
import type { Call } from './call'
import type { TorchFunction } from './declare'

/** Grouped queries: each head of keys or values serves several heads of queries in a row. */
function sharedHeads(call: Call, tensor: TensorValue, query: TensorValue): TensorValue {
  const axis = tensor.payload.shape.length - 3
  const own = tensor.payload.shape[axis] ?? 1
  const wanted = query.payload.shape.at(-3) ?? own
  if (own === wanted || wanted % own !== 0) return tensor
  const indices = Array.from({ length: wanted }, (_, head) => Math.floor((head * own) / wanted))
  return gather(call, tensor, axis, indices)
}

function projections(call: Call): Projections {
  const [extraKey, extraValue] = [call.optionalTensor('bias_k'), call.optionalTensor('bias_v')]
  return {
    weights: call.flag('use_separate_proj_weight')
      ? [call.tensor('q_proj_weight'), call.tensor('k_proj_weight'), call.tensor('v_proj_weight')]
      : call.tensor('in_proj_weight'),
    bias: call.optionalTensor('in_proj_bias'),
    extra: extraKey === null || extraValue === null ? null : [extraKey, extraValue],
    outWeight: call.tensor('out_proj_weight'),
    outBias: call.optionalTensor('out_proj_bias'),
  }
}

export const attentionFunctions: readonly TorchFunction[] = [
  {
    names: ['scaled_dot_product_attention'],
    parameters: 'query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False',
    places: ['functional'],
    listed: true,
    body: (call) => {
      const query = call.tensor('query')
      const [key, value] = [call.tensor('key'), call.tensor('value')].map((tensor) =>
        call.flag('enable_gqa') ? sharedHeads(call, tensor, query) : tensor,
      ) as [TensorValue, TensorValue]
      return attention(call, query, key, value, {
        mask: call.optionalTensor('attn_mask'),
        dropout: call.number('dropout_p'),
        causal: call.flag('is_causal'),
        scale: call.optionalNumber('scale'),
      })
    },
  },
  {
    names: ['multi_head_attention_forward'],
    parameters:
      'query, key, value, embed_dim_to_check, num_heads, in_proj_weight, in_proj_bias, bias_k, bias_v, add_zero_attn, dropout_p, out_proj_weight, out_proj_bias, ' +
      'training=True, key_padding_mask=None, need_weights=True, attn_mask=None, use_separate_proj_weight=False, q_proj_weight=None, k_proj_weight=None, v_proj_weight=None, ' +
      'static_k=None, static_v=None, average_attn_weights=True, is_causal=False',
    places: ['functional'],
    listed: true,
    body: (call) => {
      const output = multiHeadAttention(call, call.tensor('query'), call.tensor('key'), call.tensor('value'), projections(call), {
        heads: call.integer('num_heads'),
        dropout: call.flag('training') ? call.number('dropout_p') : 0,
        addZero: call.flag('add_zero_attn'),
        mask: call.optionalTensor('attn_mask'),
        keyPadding: call.optionalTensor('key_padding_mask'),
        causal: call.flag('is_causal'),
      })
      return tuple([output, call.flag('need_weights') ? unknown('attention weights are not followed', call.span) : none])
    },
  },
]
