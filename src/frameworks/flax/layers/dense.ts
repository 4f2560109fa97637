/** Dense, DenseGeneral, Einsum, Embed. */
import { int } from '../../../python/make'
import { emit } from '../../torch/tensor/emit'
import { embedding } from '../../torch/functional/embedding'
import { add } from '../../torch/functional/arithmetic'
import { cast } from '../../torch/functional/cast'
import { axesOf } from '../../torch/shapes/axes'
import { count, replaced } from '../../torch/tensor/layout'
import { permute, reshape } from '../../torch/tensor/views'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { toTensor } from '../arrays/call'
import { sidesOf, termsOf } from '../arrays/weighted'
import { product } from '../arrays/product'
import { embedInitializer, lecunNormal, zeros } from '../initializers/functions'
import { type FlaxLayer, onArray } from '../layer/declare'
import type { LayerView } from '../layer/view'

const types = 'dtype=None, param_dtype=None, precision=None'
const initializers = 'kernel_init=None, bias_init=None'

/** x·W over the last axis. */
export function project(view: LayerView, kernel: string, bias: string, input: TensorValue, outFeatures: number): TensorValue {
  const { shape } = input.payload
  const inFeatures = shape.at(-1) ?? 1
  return emit(view, {
    op: { kind: 'linear', weight: view.needed(kernel), bias: view.id(bias, 'bias'), inFeatures, outFeatures },
    inputs: [input],
    output: { shape: replaced(shape, shape.length - 1, outFeatures), dtype: 'float' },
    hasParameters: true,
  })
}

function expectFeatures(view: LayerView, shape: readonly number[], expected: number): void {
  if (shape.at(-1) !== expected)
    view.refuse(`expected ${expected} features on the last axis of the input, but its shape is (${shape.join(', ')})`)
}

/** kernel [in, features]. */
const dense: FlaxLayer = {
  linen: 'Dense',
  nnx: 'Linear',
  parametric: true,
  fields: `features, use_bias=True, ${types}, ${initializers}, promote_dtype=None, dot_general=None, dot_general_cls=None`,
  nnxParameters: `in_features, out_features, *, use_bias=True, ${types}, ${initializers}, dot_general=None, promote_dtype=None, preferred_element_type=None, kernel_metadata=None, bias_metadata=None`,
  renamed: { features: 'out_features' },
  weights: (view, shape) => {
    const features = view.size('features')
    const inFeatures = shape === null ? view.size('in_features') : (shape.at(-1) ?? 1)
    view.weight('kernel', { shape: [inFeatures, features], asUsed: [features, inFeatures], initial: lecunNormal })
    view.bias([features])
  },
  callSignature: 'inputs, out_sharding=None',
  call: onArray('inputs', (view, input) => {
    expectFeatures(view, input.payload.shape, view.tensor('kernel')?.payload.shape[0] ?? 1)
    return project(view, 'kernel', 'bias', input, view.size('features'))
  }),
}

function contractedAxes(view: LayerView, rank: number): readonly number[] {
  return axesOf(view, view.sizes('axis'), rank)
}

/** kernel [...in, ...features], drawn as the matrix [∏in, ∏features]. */
const general: FlaxLayer = {
  linen: 'DenseGeneral',
  nnx: 'LinearGeneral',
  parametric: true,
  fields: `features, axis=-1, batch_dims=(), use_bias=True, dtype=None, param_dtype=None, ${initializers}, precision=None, promote_dtype=None, dot_general=None, dot_general_cls=None`,
  nnxParameters: `in_features, out_features, *, axis=-1, batch_axis=None, use_bias=True, dtype=None, param_dtype=None, ${initializers}, precision=None, promote_dtype=None, dot_general=None, dot_general_cls=None, preferred_element_type=None, kernel_metadata=None, bias_metadata=None`,
  renamed: { features: 'out_features' },
  weights: (view, shape) => {
    const features = view.sizes('features')
    const ins = shape === null ? view.sizes('in_features') : contractedAxes(view, shape.length).map((axis) => shape[axis] ?? 1)
    const [inFeatures, outFeatures] = [count(ins), count(features)]
    view.weight('kernel', {
      shape: [inFeatures, outFeatures],
      stored: [...ins, ...features],
      asUsed: [outFeatures, inFeatures],
      initial: lecunNormal,
    })
    view.bias(features)
  },
  callSignature: 'inputs, out_sharding=None',
  call: onArray('inputs', (view, input) => {
    const batch = view.value('batch_dims')
    if (batch.kind === 'tuple' && batch.items.length > 0)
      return view.interpreter.unknown('DenseGeneral with batch axes is not modelled', view.span)
    const features = view.sizes('features')
    const { shape } = input.payload
    const axes = contractedAxes(view, shape.length)
    const kept = [...shape.keys()].filter((axis) => !axes.includes(axis))
    const before = kept.map((axis) => shape[axis] ?? 1)
    const flat = reshape(view, permute(view, input, [...kept, ...axes]), [...before, count(axes.map((axis) => shape[axis] ?? 1))])
    return reshape(view, project(view, 'kernel', 'bias', flat, count(features)), [...before, ...features])
  }),
}

/** kernel of its own shape, with the axes that an equation names. */
const einsumLayer: FlaxLayer = {
  linen: 'Einsum',
  nnx: 'Einsum',
  parametric: true,
  fields: `shape, einsum_str=None, use_bias=True, ${types}, ${initializers}, promote_dtype=None, preferred_element_type=None`,
  nnxParameters: `einsum_str, kernel_shape, bias_shape=None, *, ${types}, ${initializers}, promote_dtype=None, einsum_op=None, preferred_element_type=None, kernel_metadata=None, bias_metadata=None`,
  renamed: { shape: 'kernel_shape' },
  weights: (view, shape) => {
    const kernel = view.sizes('shape')
    const equation = view.text('einsum_str')
    const terms = equation === undefined ? null : termsOf(equation, shape?.length ?? equation.indexOf(','))
    const sides = terms === null ? null : sidesOf(terms)
    const size = (letter: string): number => kernel[terms?.kernel.indexOf(letter) ?? 0] ?? 1
    const used = sides === null ? kernel : [count(sides.added.map(size)), count(sides.summed.map(size))]
    view.weight('kernel', { shape: kernel, asUsed: used, initial: lecunNormal })
    if (shape === null) {
      if (!view.isNone('bias_shape')) view.weight('bias', { shape: view.sizes('bias_shape'), role: 'bias', initial: zeros })
    } else if (terms !== null) view.bias(terms.output.filter((letter) => terms.kernel.includes(letter)).map(size))
  },
  callSignature: 'inputs, einsum_str=None',
  call: onArray('inputs', (view, input, args) => {
    const equation = args.string('einsum_str') ?? view.text('einsum_str')
    const kernel = view.tensor('kernel')
    const terms = equation === undefined ? null : termsOf(equation, input.payload.shape.length)
    if (equation === undefined || kernel === null || terms === null)
      return view.interpreter.unknown('the equation of Einsum is not known', view.span)
    const y = product(view, equation, [input, kernel])
    const bias = view.tensor('bias')
    if (bias === null) return y
    const sizes = terms.output.map((letter) =>
      terms.kernel.includes(letter) ? (kernel.payload.shape[terms.kernel.indexOf(letter)] ?? 1) : 1,
    )
    return add(view, y, reshape(view, bias, sizes))
  }),
}

/** embedding [num_embeddings, features]. */
const embed: FlaxLayer = {
  linen: 'Embed',
  nnx: 'Embed',
  parametric: true,
  fields: 'num_embeddings, features, dtype=None, param_dtype=None, embedding_init=None, promote_dtype=None',
  nnxParameters:
    'num_embeddings, features, *, dtype=None, param_dtype=None, embedding_init=None, promote_dtype=None, embedding_metadata=None',
  weights: (view) => {
    view.weight('embedding', {
      shape: [view.size('num_embeddings'), view.size('features')],
      role: 'embedding',
      initial: embedInitializer,
    })
  },
  callSignature: 'inputs',
  call: (view, args) => {
    const given = args.value('inputs')
    const table = view.tensor('embedding')
    const indices = given.kind === 'int' ? toTensor(view, int(Number(given.value))) : toTensor(view, given)
    if (indices === null || table === null)
      return given.kind === 'unknown' ? given : view.interpreter.unknown('Embed is called on what is no array', view.span)
    return embedding(view, cast(view, indices, 'int'), table, null)
  },
}

/** `Embed.attend(query)`: query·embeddingᵀ. */
export function attend(view: LayerView, query: TensorValue): TensorValue {
  const table = view.tensor('embedding')
  return isTensor(table ?? undefined) ? project(view, 'embedding', '', query, view.size('num_embeddings')) : query
}

export const denseLayers: readonly FlaxLayer[] = [dense, general, einsumLayer, embed]
