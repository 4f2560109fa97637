/** Dense, EinsumDense, Embedding, Identity. */
import { cast } from '../../torch/functional/cast'
import { embedding } from '../../torch/functional/embedding'
import { matmul } from '../../torch/functional/matmul'
import { replaced } from '../../torch/tensor/layout'
import { emit } from '../../torch/tensor/emit'
import { transpose } from '../../torch/tensor/views'
import { type KerasLayer, onTensor } from '../layer/declare'

const regularizers =
  'kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None'

/** kernel [in, units]. */
const dense: KerasLayer = {
  name: 'Dense',
  parametric: true,
  signature: `units, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros', ${regularizers}, lora_rank=None, lora_alpha=None`,
  build: (view, shapes) => {
    const units = view.size('units')
    const features = shapes[0]?.at(-1) ?? 1
    view.weight('kernel', { shape: [features, units], asUsed: [units, features] })
    if (view.flag('use_bias')) view.weight('bias', { shape: [units], role: 'bias' })
  },
  call: onTensor((view, given) => {
    const input = cast(view, given, 'float')
    const { shape } = input.payload
    const kernel = view.tensor('kernel')
    const outFeatures = view.size('units')
    const inFeatures = kernel?.payload.shape[0] ?? 1
    if (shape.at(-1) !== inFeatures)
      return view.refuse(`expected axis -1 of the input to have ${inFeatures} entries, but it has shape (${shape.join(', ')})`)
    const product = emit(view, {
      op: { kind: 'linear', weight: view.needed('kernel'), bias: view.id('bias', 'bias'), inFeatures, outFeatures },
      inputs: [input],
      output: { shape: replaced(shape, shape.length - 1, outFeatures), dtype: 'float' },
      hasParameters: true,
    })
    return view.activate(product)
  }),
}

const embeddingLayer: KerasLayer = {
  name: 'Embedding',
  parametric: true,
  signature: `input_dim, output_dim, embeddings_initializer='uniform', embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, weights=None, lora_rank=None, activity_regularizer=None`,
  build: (view) => {
    view.weight('embeddings', { shape: [view.size('input_dim'), view.size('output_dim')], role: 'embedding' })
  },
  call: onTensor((view, input) => {
    const table = view.tensor('embeddings')
    return table === null ? view.refuse('its `embeddings` are not known') : embedding(view, cast(view, input, 'int'), table, null)
  }),
}

/** One table as an embedding, and transposed as the output layer of tokens. */
const reversible: KerasLayer = {
  ...embeddingLayer,
  name: 'ReversibleEmbedding',
  signature: `input_dim, output_dim, tie_weights=True, embeddings_initializer='uniform', embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, reverse_dtype=None, logit_soft_cap=None`,
  callSignature: 'reverse=False',
  call: onTensor((view, input, args) => {
    const table = view.tensor('embeddings')
    if (table === null) return view.refuse('its `embeddings` are not known')
    if (args.boolean('reverse') === true) return matmul(view, input, transpose(view, table, 0, 1))
    return embedding(view, cast(view, input, 'int'), table, null)
  }),
}

export const denseLayers: readonly KerasLayer[] = [
  dense,
  embeddingLayer,
  reversible,
  { name: 'Identity', signature: '', call: (_view, inputs) => inputs },
  {
    name: 'Masking',
    signature: 'mask_value=0.0',
    call: (_view, inputs) => inputs,
  },
  {
    name: 'ActivityRegularization',
    signature: 'l1=0.0, l2=0.0',
    call: (_view, inputs) => inputs,
  },
  {
    name: 'Lambda',
    signature: 'function, output_shape=None, mask=None, arguments=None',
    call: (view, inputs) => {
      const given = view.value('arguments')
      const keyword = new Map(
        given.kind === 'dict'
          ? [...given.entries.entries()].map(([key, value]) => [key.kind === 'str' ? key.value : '', value] as const)
          : [],
      )
      return view.interpreter.call(view.value('function'), [inputs], keyword, view.span)
    },
  },
]
