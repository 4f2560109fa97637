/** MGUCell and ConvLSTMCell: their weights and the shapes of what they give, which is not modelled. */
import { asIntegers } from '../../../python/guards'
import { tuple } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { Value } from '../../../python/values'
import type { TensorValue } from '../../torch/tensor'
import { emitMany } from '../../torch/tensor/emit'
import { constantTensor } from '../../torch/tensor/make'
import { lecunNormal, ones, orthogonalInitializer, zeros } from '../initializers/functions'
import type { FlaxLayer } from '../layer/declare'
import type { LayerView } from '../layer/view'
import { paddingOf, sidesOf } from './windows'
import { windowOutput } from '../../windows/sizes'

interface OpaqueCell {
  readonly reason: string
  /** Axes of its input behind those of the batch. */
  readonly axes: (view: LayerView) => number
  readonly states: 1 | 2
  readonly weights: (view: LayerView, inFeatures: number) => void
  /** Sizes behind those of the batch of what a step gives. */
  readonly output: (view: LayerView, input: readonly number[]) => readonly number[]
}

/** f = σ(W_f·x + U_f·h + b), n = tanh(W_n·x + b + f·(U_n·h + b)), h' = (1 − f)·n + f·h. */
const minimalGated: OpaqueCell = {
  reason: 'a minimal gated unit is not modelled',
  axes: () => 1,
  states: 1,
  weights: (view, inFeatures) => {
    const units = view.size('features')
    const input = (name: string, field: string, initial: Value): void => {
      view.weight(`${name}.kernel`, { shape: [inFeatures, units], asUsed: [units, inFeatures], field: 'kernel_init', initial: lecunNormal })
      view.weight(`${name}.bias`, { shape: [units], role: 'bias', field, initial })
    }
    const hidden = (name: string): void =>
      view.weight(`${name}.kernel`, {
        shape: [units, units],
        role: 'recurrentKernel',
        field: 'recurrent_kernel_init',
        initial: orthogonalInitializer,
      })
    input('if', 'forget_bias_init', ones)
    hidden('hf')
    hidden('hn')
    if (view.flag('reset_gate')) view.weight('hn.bias', { shape: [units], role: 'bias', field: 'activation_bias_init', initial: zeros })
    input('in', 'activation_bias_init', zeros)
  },
  output: (view) => [view.size('features')],
}

/** An LSTM whose products are convolutions of maps. */
const convLstm: OpaqueCell = {
  reason: 'recurrent convolutions are not modelled',
  axes: (view) => view.sizes('kernel_size').length + 1,
  states: 2,
  weights: (view, inFeatures) => {
    const [units, kernel] = [view.size('features'), view.sizes('kernel_size')]
    for (const [name, features] of [
      ['ih', inFeatures],
      ['hh', units],
    ] as const) {
      const [shape, asUsed] = [
        [...kernel, features, 4 * units],
        [4 * units, features, ...kernel],
      ]
      view.weight(`${name}.kernel`, { shape, asUsed, initial: lecunNormal, ...(name === 'hh' ? { role: 'recurrentKernel' as const } : {}) })
      if (view.flag('use_bias')) view.weight(`${name}.bias`, { shape: [4 * units], role: 'bias', initial: zeros })
    }
  },
  output: (view, input) => {
    const kernel = view.sizes('kernel_size')
    const padding = paddingOf(view.value('padding'), kernel.length) ?? view.refuse('its `padding` is not understood')
    const strides = view.perAxis('strides', kernel.length)
    const maps = kernel.map((size, axis) => {
      const [given, stride] = [input[axis] ?? 1, strides[axis] ?? 1]
      return windowOutput(given, sidesOf(padding, axis, given, size, stride, 1), size, stride, 1)
    })
    return [...maps, view.size('features')]
  },
}

const cells: ReadonlyMap<string, OpaqueCell> = new Map([
  ['MGUCell', minimalGated],
  ['ConvLSTMCell', convLstm],
])

/** A cell over time, or one step of it: [batch, steps, …] or [batch, …]; a message where the input does not fit. */
export function runOpaque(
  at: LayerView,
  cellView: LayerView,
  input: TensorValue,
  isOverTime: boolean,
): { readonly carry: Value; readonly outputs: TensorValue } | string | null {
  const cell = cells.get(cellView.declaredName)
  if (cell === undefined) return null
  const { shape } = input.payload
  const before = shape.slice(0, shape.length - cell.axes(cellView))
  if (isOverTime && before.length !== 2) return `RNN over inputs of the shape (${shape.join(', ')}) is not modelled`
  cell.weights(cellView, shape.at(-1) ?? 1)
  const given = cell.output(cellView, shape.slice(before.length))
  const state = { shape: [...(isOverTime ? before.slice(0, 1) : before), ...given], dtype: 'float' as const }
  const op = { kind: 'opaque' as const, name: cellView.type, reason: cell.reason }
  const sequence = { shape: [...before, ...given], dtype: 'float' as const }
  const [outputs, ...states] = emitMany(at, op, [input], [sequence, ...new Array<typeof state>(cell.states).fill(state)])
  if (outputs === undefined) return 'the cell gave nothing'
  return { carry: cell.states === 2 ? tuple(states) : (states[0] ?? outputs), outputs }
}

/** One step: (carry, x) → (carry, y). */
function step(view: LayerView, args: Bound): Value {
  const unknown = args.firstUnknown()
  const input = view.array(args.value('inputs'))
  if (unknown !== undefined || input === null)
    return unknown ?? view.interpreter.unknown(`${view.type} is called on what is no array`, view.span)
  const ran = runOpaque(view, view, input, false)
  if (ran === null || typeof ran === 'string') return view.interpreter.unknown(ran ?? `${view.type} is not modelled`, view.span)
  return tuple([ran.carry, ran.outputs])
}

function cellLayer(name: string, states: 1 | 2, fields: string): FlaxLayer {
  return {
    linen: name,
    nnx: null,
    parametric: true,
    composite: true,
    fields,
    callSignature: 'carry, inputs',
    call: step,
    methods: [
      method('initialize_carry(self, rng, input_shape)', (args, interpreter) => {
        const self = args.value('self')
        const shape = asIntegers(args.value('input_shape'))
        const features = self.kind === 'instance' ? self.attributes.get('features') : undefined
        if (shape === undefined || features?.kind !== 'int') return interpreter.unknown('the shape of the carry is not known', args.span)
        const state = () =>
          constantTensor({ interpreter, span: args.span }, [...shape.slice(0, -1), Number(features.value)], 'float', 0, 'zeros')
        return states === 2 ? tuple([state(), state()]) : state()
      }),
    ],
  }
}

export const opaqueCells: readonly FlaxLayer[] = [
  cellLayer(
    'MGUCell',
    1,
    'features, gate_fn=None, activation_fn=None, kernel_init=None, recurrent_kernel_init=None, forget_bias_init=None, activation_bias_init=None, dtype=None, param_dtype=None, carry_init=None, reset_gate=True',
  ),
  cellLayer(
    'ConvLSTMCell',
    2,
    "features, kernel_size, strides=None, padding='SAME', use_bias=True, dtype=None, param_dtype=None, carry_init=None",
  ),
]
