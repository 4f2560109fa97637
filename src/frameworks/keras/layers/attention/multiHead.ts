/** MultiHeadAttention. */
import { attention } from '../../../torch/functional/attention'
import type { KerasLayer } from '../../layer/declare'
import { inTraining } from '../../layer/state'
import { heads, maskFor, optionalTensor, project, projection, withoutHeads } from './projections'

export const multiHead: KerasLayer = {
  name: 'MultiHeadAttention',
  parametric: true,
  composite: true,
  signature:
    "num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None, attention_axes=None, sliding_window=None, flash_attention=None, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None, use_gate=False, seed=None",
  build: (view, [query = [], value = query, key = value]) => {
    const [number, dim] = [view.size('num_heads'), view.size('key_dim')]
    const valueDim = view.isNone('value_dim') ? dim : view.size('value_dim')
    const [q, k, v] = [query, key, value].map((shape) => shape.at(-1) ?? 1) as [number, number, number]
    projection(view, 'query', [q, number, dim], q, [number, dim])
    projection(view, 'key', [k, number, dim], k, [number, dim])
    projection(view, 'value', [v, number, valueDim], v, [number, valueDim])
    const out = view.isNone('output_shape') ? q : (view.perAxis('output_shape', 1)?.at(-1) ?? q)
    projection(view, 'attention_output', [number, valueDim, out], number * valueDim, [out])
  },
  inputs: 'query',
  callSignature:
    'value=None, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None, return_attention_scores=False, training=None, use_causal_mask=False',
  call: (view, query, args) => {
    const q = optionalTensor(query)
    const v = optionalTensor(args.value('value'))
    if (q === null || v === null)
      return args.firstUnknown() ?? view.interpreter.unknown('attention is called on what are no tensors', view.span)
    const k = optionalTensor(args.value('key')) ?? v
    if (q.payload.shape.length !== 3 || !view.isNone('attention_axes') || view.flag('use_gate'))
      return view.interpreter.unknown('attention over several axes, or with a gate, is not modelled', view.span)
    if (args.boolean('return_attention_scores') === true)
      return view.interpreter.unknown('attention that returns its scores is not modelled', view.span)
    const [number, dim] = [view.size('num_heads'), view.size('key_dim')]
    const valueDim = view.isNone('value_dim') ? dim : view.size('value_dim')
    const training = args.boolean('training') ?? inTraining(view.interpreter)
    const mixed = attention(
      view,
      heads(view, project(view, 'query', q, number * dim), number),
      heads(view, project(view, 'key', k, number * dim), number),
      heads(view, project(view, 'value', v, number * valueDim), number),
      {
        mask: maskFor(view, optionalTensor(args.value('attention_mask'))),
        dropout: training ? (view.number('dropout') ?? 0) : 0,
        causal: args.boolean('use_causal_mask') === true,
        scale: 1 / Math.sqrt(dim),
      },
    )
    const kernel = view.tensor('attention_output.kernel')
    return project(view, 'attention_output', withoutHeads(view, mixed), kernel?.payload.shape.at(-1) ?? 1)
  },
}
