/** Attention and AdditiveAttention: values weighted by scores of queries and keys, without projections. */
import type { Bound } from '../../../../python/native'
import type { Value } from '../../../../python/values'
import { activation } from '../../../torch/functional/activations'
import { add, multiply } from '../../../torch/functional/arithmetic'
import { attention } from '../../../torch/functional/attention'
import { dropout } from '../../../torch/functional/dropout'
import { matmul } from '../../../torch/functional/matmul'
import { reduce } from '../../../torch/functional/reduce'
import { softmax } from '../../../torch/functional/softmax'
import type { TensorValue } from '../../../torch/tensor'
import { insertAxis } from '../../../torch/tensor/views'
import { type KerasLayer, onTensors } from '../../layer/declare'
import { inTraining } from '../../layer/state'
import type { LayerView } from '../../layer/view'

const callSignature = 'mask=None, return_attention_scores=False, training=None, use_causal_mask=False'

/** Share of the weights that is dropped in this call. */
function dropped(view: LayerView, args: Bound): number {
  return (args.boolean('training') ?? inTraining(view.interpreter)) ? (view.number('dropout') ?? 0) : 0
}

/** softmax(Q·Kᵀ)·V on [query, value] or [query, value, key]. */
const plain: KerasLayer = {
  name: 'Attention',
  signature: "use_scale=False, score_mode='dot', dropout=0.0, seed=None",
  callSignature,
  call: onTensors((view, [query, value, key], args) => {
    if (query === undefined || value === undefined) return view.refuse('it takes a list of query and value')
    if (view.text('score_mode') !== 'dot') return view.interpreter.unknown("attention with score_mode 'concat' is not modelled", view.span)
    return attention(view, query, key ?? value, value, {
      mask: null,
      dropout: dropped(view, args),
      causal: args.boolean('use_causal_mask') === true,
      scale: 1,
    })
  }),
}

/** Σ scale·tanh(q + k) for every query q [B, T, 1, D] and key k [B, 1, S, D]. */
function additiveScores(view: LayerView, query: TensorValue, key: TensorValue): TensorValue {
  const sums = activation(view, add(view, insertAxis(view, query, 2), insertAxis(view, key, 1)), { name: 'tanh' })
  const scale = view.tensor('scale')
  return reduce(view, scale === null ? sums : multiply(view, sums, scale), 'sum', [3], false)
}

/** softmax(Σ scale·tanh(q + k))·V; the scale is drawn by glorot_uniform as a vector of D: Var = 1/D. */
const additive: KerasLayer = {
  name: 'AdditiveAttention',
  parametric: true,
  signature: 'use_scale=True, dropout=0.0',
  build: (view, [query = []]) => {
    const dim = query.at(-1) ?? 1
    const drawn: Value = { kind: 'str', value: 'glorot_uniform' }
    if (view.flag('use_scale')) view.drawn('scale', { shape: [dim], role: 'free', fans: { fanIn: dim, fanOut: dim } }, drawn)
  },
  callSignature,
  call: onTensors((view, [query, value, key], args) => {
    if (query === undefined || value === undefined) return view.refuse('it takes a list of query and value')
    if (args.boolean('use_causal_mask') === true || args.boolean('return_attention_scores') === true)
      return view.interpreter.unknown('additive attention with a causal mask, or that returns its scores, is not modelled', view.span)
    const weights = softmax(view, additiveScores(view, query, key ?? value), 2)
    const rate = dropped(view, args)
    return matmul(view, rate > 0 ? dropout(view, weights, rate, 'element') : weights, value)
  }),
}

export const scoredAttentions: readonly KerasLayer[] = [plain, additive]
