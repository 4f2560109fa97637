/** MultiHeadAttention, Attention, AdditiveAttention, EinsumDense. */
import type { Fans } from '../../../graph'
import type { Value } from '../../../python/values'
import { attention } from '../../torch/functional/attention'
import { cast } from '../../torch/functional/cast'
import { emit } from '../../torch/tensor/emit'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { count } from '../../torch/tensor/layout'
import { insertAxis, permute, reshape } from '../../torch/tensor/views'
import { type KerasLayer, onTensors, type Shape } from '../layer/declare'
import { inTraining } from '../layer/state'
import type { LayerView } from '../layer/view'

/** A projection's kernel [in, heads, dim], drawn with the fans of the matrix that it is. */
function projection(view: LayerView, name: string, kernel: Shape, inFeatures: number, bias: Shape): void {
  const outFeatures = count(kernel) / inFeatures
  const fans: Fans = { fanIn: inFeatures, fanOut: outFeatures }
  view.weight(`${name}.kernel`, { shape: kernel, asUsed: [outFeatures, inFeatures], fans, argument: 'kernel_initializer' })
  if (view.flag('use_bias')) view.weight(`${name}.bias`, { shape: bias, role: 'bias', argument: 'bias_initializer' })
}

/** x·W over the last axis. */
function project(view: LayerView, name: string, input: TensorValue, outFeatures: number): TensorValue {
  const { shape } = input.payload
  return emit(view, {
    op: {
      kind: 'linear',
      weight: view.needed(`${name}.kernel`),
      bias: view.id(`${name}.bias`, 'bias'),
      inFeatures: shape.at(-1) ?? 1,
      outFeatures,
    },
    inputs: [input],
    output: { shape: [...shape.slice(0, -1), outFeatures], dtype: 'float' },
    hasParameters: true,
  })
}

/** [B, T, heads·dim] → [B, heads, T, dim]. */
function heads(view: LayerView, input: TensorValue, number: number): TensorValue {
  const [batch = 1, length = 1, features = 1] = input.payload.shape
  return permute(view, reshape(view, input, [batch, length, number, features / number]), [0, 2, 1, 3])
}

function optionalTensor(value: Value): TensorValue | null {
  return isTensor(value) ? value : null
}

/** A mask [B, T, S] or [T, S] for scores [B, heads, T, S]. */
function maskFor(view: LayerView, mask: TensorValue | null): TensorValue | null {
  if (mask === null) return null
  const typed = mask.payload.dtype === 'bool' ? mask : cast(view, mask, 'bool')
  return typed.payload.shape.length === 3 ? insertAxis(view, typed, 1) : typed
}

const multiHead: KerasLayer = {
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
    const [batch = 1, , length = 1] = mixed.payload.shape
    const joined = reshape(view, permute(view, mixed, [0, 2, 1, 3]), [batch, length, number * valueDim])
    const kernel = view.tensor('attention_output.kernel')
    return project(view, 'attention_output', joined, kernel?.payload.shape.at(-1) ?? 1)
  },
}

/** softmax(Q·Kᵀ)·V on [query, value] or [query, value, key]. */
const plain: KerasLayer = {
  name: 'Attention',
  signature: "use_scale=False, score_mode='dot', dropout=0.0, seed=None",
  callSignature: 'mask=None, return_attention_scores=False, training=None, use_causal_mask=False',
  call: onTensors((view, [query, value, key], args) => {
    if (query === undefined || value === undefined) return view.refuse('it takes a list of query and value')
    if (view.text('score_mode') !== 'dot') return view.interpreter.unknown("attention with score_mode 'concat' is not modelled", view.span)
    const training = args.boolean('training') ?? inTraining(view.interpreter)
    return attention(view, query, key ?? value, value, {
      mask: null,
      dropout: training ? (view.number('dropout') ?? 0) : 0,
      causal: args.boolean('use_causal_mask') === true,
      scale: 1,
    })
  }),
}

interface Equation {
  readonly input: string
  readonly kernel: string
  readonly output: string
}

function equationOf(view: LayerView): Equation | null {
  const match = /^([a-z.]+),([a-z]+)->([a-z.]+)$/i.exec((view.text('equation') ?? '').replace(/\s/g, ''))
  return match === null ? null : { input: match[1] ?? '', kernel: match[2] ?? '', output: match[3] ?? '' }
}

/** Sizes of the kernel's letters, from the input's shape and the output shape that the layer names. */
function letterSizes(view: LayerView, { input, output }: Equation, shape: Shape): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  const inner = input.replaceAll('.', '')
  for (const [axis, letter] of [...inner].entries()) sizes.set(letter, shape[shape.length - inner.length + axis] ?? 1)
  const outputs = output.replaceAll('.', '')
  const value = view.value('output_shape')
  const given = value.kind === 'int' ? [value] : (view.interpreter.items(value, view.span) ?? [])
  for (const [index, item] of given.entries()) {
    const letter = outputs.at(index - given.length)
    if (letter !== undefined && item.kind === 'int') sizes.set(letter, Number(item.value))
  }
  return sizes
}

/** x·W with the axes that an equation names: a matrix over the summed ones where these end the input. */
const einsumDense: KerasLayer = {
  name: 'EinsumDense',
  parametric: true,
  signature:
    "equation, output_shape, activation=None, bias_axes=None, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, kernel_constraint=None, bias_constraint=None, lora_rank=None, lora_alpha=None, activity_regularizer=None",
  build: (view, [shape = []]) => {
    const equation = equationOf(view)
    if (equation === null) return
    const sizes = letterSizes(view, equation, shape)
    const kernel = [...equation.kernel].map((letter) => sizes.get(letter) ?? 1)
    const summed = [...equation.kernel].filter((letter) => equation.input.includes(letter) && !equation.output.includes(letter))
    const fanIn = count(summed.map((letter) => sizes.get(letter) ?? 1))
    const kept = [...equation.kernel].filter((letter) => equation.output.includes(letter))
    const fanOut = count(kept.map((letter) => sizes.get(letter) ?? 1))
    view.weight('kernel', { shape: kernel, asUsed: [fanOut, fanIn], fans: { fanIn, fanOut } })
    const axes = view.text('bias_axes')
    if (axes !== undefined) view.weight('bias', { shape: [...axes].map((letter) => sizes.get(letter) ?? 1), role: 'bias' })
  },
  call: onTensors((view, [input]) => {
    const equation = equationOf(view)
    if (input === undefined || equation === null) return view.interpreter.unknown('the equation is not understood', view.span)
    const { shape } = input.payload
    const sizes = letterSizes(view, equation, shape)
    const summed = [...equation.kernel].filter((letter) => equation.input.includes(letter) && !equation.output.includes(letter)).join('')
    const added = [...equation.kernel].filter((letter) => !equation.input.includes(letter)).join('')
    const isMatrix =
      equation.input.endsWith(summed) && equation.output === equation.input.slice(0, equation.input.length - summed.length) + added
    if (!isMatrix || summed.length + added.length < equation.kernel.length)
      return view.interpreter.unknown(`EinsumDense with ${view.text('equation') ?? 'this equation'} is not modelled`, view.span)
    const before = shape.slice(0, shape.length - summed.length)
    const inFeatures = count([...summed].map((letter) => sizes.get(letter) ?? 1))
    const outSizes = [...added].map((letter) => sizes.get(letter) ?? 1)
    const outFeatures = count(outSizes)
    const axes = view.text('bias_axes') ?? ''
    const wholeBias = axes === added
    const product = emit(view, {
      op: { kind: 'linear', weight: view.needed('kernel'), bias: wholeBias ? view.id('bias', 'bias') : null, inFeatures, outFeatures },
      inputs: [reshape(view, cast(view, input, 'float'), [...before, inFeatures])],
      output: { shape: [...before, outFeatures], dtype: 'float' },
      hasParameters: true,
    })
    return view.activate(reshape(view, product, [...before, ...outSizes]))
  }),
}

export const attentionLayers: readonly KerasLayer[] = [multiHead, plain, einsumDense]
