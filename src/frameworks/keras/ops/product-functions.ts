/** Products of matrices. */
import { attention } from '../../torch/functional/attention'
import { einsum } from '../../torch/functional/einsum'
import { matmul } from '../../torch/functional/matmul'
import type { Site } from '../../torch/site'
import type { TensorValue } from '../../torch/tensor'
import { emit } from '../../torch/tensor/emit'
import { transpose } from '../../torch/tensor/views'
import { plainWeight } from '../../torch/tensor/weight'
import { tensor, type TensorFunction } from './tensor-function'

function transposed(at: Site, x: TensorValue, flag: boolean): TensorValue {
  const rank = x.payload.shape.length
  return flag && rank >= 2 ? transpose(at, x, rank - 2, rank - 1) : x
}

/** x·W with a matrix [in, out] that a layer of the program's own made by `add_weight`: what a Dense does. */
function timesWeight(at: Site, input: TensorValue, weight: TensorValue): TensorValue | null {
  const { shape, source } = weight.payload
  const [inFeatures, outFeatures] = shape
  const record = source.kind === 'data' ? source.storage.parameter : null
  const isMatrix = record !== null && (record.role === 'free' || record.role === 'weight') && shape.length === 2
  if (!isMatrix || inFeatures === undefined || outFeatures === undefined || input.payload.shape.at(-1) !== inFeatures) return null
  record.role = 'weight'
  record.shape = [outFeatures, inFeatures]
  const id = plainWeight(at, weight, 'weight')
  if (id === null) return null
  return emit(at, {
    op: { kind: 'linear', weight: id, bias: null, inFeatures, outFeatures },
    inputs: [input],
    output: { shape: [...input.payload.shape.slice(0, -1), outFeatures], dtype: 'float' },
    hasParameters: true,
  })
}

export const productFunctions: readonly TensorFunction[] = [
  {
    names: ['matmul', 'dot'],
    parameters: 'x1, x2, transpose_a=False, transpose_b=False, **kwargs',
    body: (at, args) => {
      const [a, b] = [tensor(at, args.value('x1')), tensor(at, args.value('x2'))]
      if (a === null || b === null) return null
      const plain = args.boolean('transpose_a') !== true && args.boolean('transpose_b') !== true
      return (
        (plain ? timesWeight(at, a, b) : null) ??
        matmul(at, transposed(at, a, args.boolean('transpose_a') ?? false), transposed(at, b, args.boolean('transpose_b') ?? false))
      )
    },
  },
  {
    names: ['einsum'],
    parameters: 'subscripts, *operands, **kwargs',
    body: (at, args) => {
      const parts = args.rest('operands').map((value) => tensor(at, value))
      const equation = args.string('subscripts')
      return equation === undefined || !parts.every((part) => part !== null) ? null : einsum(at, equation, parts)
    },
  },
  {
    names: ['dot_product_attention'],
    parameters: 'query, key, value, bias=None, mask=None, scale=None, is_causal=False, **kwargs',
    // Keras keeps positions before heads.
    body: (at, args) => {
      const [query, key, value] = ['query', 'key', 'value'].map((name) => tensor(at, args.value(name)))
      if (!query || !key || !value || args.value('bias').kind !== 'none') return null
      const heads = (each: TensorValue): TensorValue => transpose(at, each, 1, 2)
      const mask = tensor(at, args.value('mask'))
      const scale = args.value('scale').kind === 'none' ? null : (args.number('scale') ?? null)
      const causal = args.boolean('is_causal') ?? false
      return heads(attention(at, heads(query), heads(key), heads(value), { mask, dropout: 0, causal, scale }))
    },
  },
]
