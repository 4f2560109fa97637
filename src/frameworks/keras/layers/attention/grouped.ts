/** GroupQueryAttention: several heads of queries share one head of keys and values. */
import { attention } from '../../../torch/functional/attention'
import type { TensorValue } from '../../../torch/tensor'
import { expand, insertAxis, reshape } from '../../../torch/tensor/views'
import type { KerasLayer } from '../../layer/declare'
import { inTraining } from '../../layer/state'
import type { LayerView } from '../../layer/view'
import { heads, maskFor, optionalTensor, project, projection, withoutHeads } from './projections'

/** Each head [B, heads, T, dim] as many times as there are queries to it, side by side. */
function repeated(view: LayerView, input: TensorValue, times: number): TensorValue {
  const [batch = 1, number = 1, length = 1, dim = 1] = input.payload.shape
  const copies = expand(view, insertAxis(view, input, 2), [batch, number, times, length, dim])
  return reshape(view, copies, [batch, number * times, length, dim])
}

export const groupQuery: KerasLayer = {
  name: 'GroupedQueryAttention',
  aliases: ['GroupQueryAttention'],
  parametric: true,
  composite: true,
  signature:
    "head_dim, num_query_heads, num_key_value_heads, dropout=0.0, use_bias=True, sliding_window=None, flash_attention=None, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None, use_gate=False, seed=None",
  build: (view, [query = [], value = query, key = value]) => {
    const [dim, queries, others] = [view.size('head_dim'), view.size('num_query_heads'), view.size('num_key_value_heads')]
    const [q, k, v] = [query, key, value].map((shape) => shape.at(-1) ?? 1) as [number, number, number]
    projection(view, 'query', [q, queries, dim], q, [queries, dim])
    projection(view, 'key', [k, others, dim], k, [others, dim])
    projection(view, 'value', [v, others, dim], v, [others, dim])
    projection(view, 'attention_output', [queries, dim, q], queries * dim, [q])
  },
  inputs: 'query',
  callSignature:
    'value=None, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None, return_attention_scores=False, training=None, use_causal_mask=False',
  call: (view, query, args) => {
    const [q, v] = [optionalTensor(query), optionalTensor(args.value('value'))]
    if (q === null || v === null)
      return args.firstUnknown() ?? view.interpreter.unknown('attention is called on what are no tensors', view.span)
    if (view.flag('use_gate') || !view.isNone('sliding_window') || args.boolean('return_attention_scores') === true)
      return view.interpreter.unknown('attention with a gate or a sliding window, or that returns its scores, is not modelled', view.span)
    const k = optionalTensor(args.value('key')) ?? v
    const [dim, queries, others] = [view.size('head_dim'), view.size('num_query_heads'), view.size('num_key_value_heads')]
    if (queries % others !== 0) return view.refuse('`num_query_heads` must be divisible by `num_key_value_heads`')
    const times = queries / others
    const training = args.boolean('training') ?? inTraining(view.interpreter)
    const mixed = attention(
      view,
      heads(view, project(view, 'query', q, queries * dim), queries),
      repeated(view, heads(view, project(view, 'key', k, others * dim), others), times),
      repeated(view, heads(view, project(view, 'value', v, others * dim), others), times),
      {
        mask: maskFor(view, optionalTensor(args.value('attention_mask'))),
        dropout: training ? (view.number('dropout') ?? 0) : 0,
        causal: args.boolean('use_causal_mask') === true,
        scale: 1 / Math.sqrt(dim),
      },
    )
    return project(view, 'attention_output', withoutHeads(view, mixed), q.payload.shape.at(-1) ?? 1)
  },
}
