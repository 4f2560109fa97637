/** EinsumDense. */
import { cast } from '../../../torch/functional/cast'
import { emit } from '../../../torch/tensor/emit'
import { count } from '../../../torch/tensor/layout'
import { reshape } from '../../../torch/tensor/views'
import { type KerasLayer, onTensors, type Shape } from '../../layer/declare'
import type { LayerView } from '../../layer/view'

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
export const einsumDense: KerasLayer = {
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
