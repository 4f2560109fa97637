/** SimpleRNN, LSTM, GRU, and Bidirectional around them. */
import type { Distribution, RecurrentLayer, RecurrentOp } from '../../../graph'
import { str, list } from '../../../python/make'
import type { Value } from '../../../python/values'
import { cast } from '../../torch/functional/cast'
import { add, affine, multiply } from '../../torch/functional/arithmetic'
import { concat } from '../../torch/functional/join'
import { initializeRegistries, register } from '../../torch/module/registry'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { emitMany } from '../../torch/tensor/emit'
import { dropAxes, select, slice } from '../../torch/tensor/views'
import { type KerasLayer, onTensor } from '../layer/declare'
import { layerName, layerState } from '../layer/state'
import { LayerView } from '../layer/view'

type Cell = RecurrentOp['cell']

const gates: Record<Cell, number> = { rnn: 1, lstm: 4, gru: 3 }

const regularizers =
  'kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False, time_major=False'
const initializers = "use_bias=True, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros'"

function cellOf(view: LayerView): Cell | null {
  const name = view.layer.cls.mro.find((cls) => cls.qualifiedName.startsWith('keras.layers.'))?.name
  return name === 'SimpleRNN' ? 'rnn' : name === 'LSTM' ? 'lstm' : name === 'GRU' ? 'gru' : null
}

/** LSTM's forget gate starts open: the second quarter of its bias is 1. */
function unitForget(view: LayerView, units: number): void {
  const { source } = view.tensor('bias')?.payload ?? {}
  if (source?.kind !== 'data') return
  const { initializer } = source.storage
  const part = (share: number, distribution: Distribution, from: number, to: number) => ({ share, distribution, rows: [from, to] as const })
  const one: Distribution = { kind: 'constant', value: 1 }
  source.storage.initializer = {
    ...initializer,
    label: `${initializer.label}, forget gate 1`,
    distribution: {
      kind: 'mixture',
      parts: [
        part(0.25, initializer.distribution, 0, units),
        part(0.25, one, units, 2 * units),
        part(0.5, initializer.distribution, 2 * units, 4 * units),
      ],
    },
  }
}

function buildCell(view: LayerView, cell: Cell, features: number): void {
  const units = view.size('units')
  const rows = gates[cell] * units
  view.weight('kernel', { shape: [features, rows], asUsed: [rows, features] })
  view.weight('recurrent_kernel', {
    shape: [units, rows],
    asUsed: [rows, units],
    role: 'recurrentKernel',
    argument: 'recurrent_initializer',
  })
  if (!view.flag('use_bias')) return
  const two = cell === 'gru' && view.flag('reset_after')
  view.weight('bias', { shape: two ? [2, rows] : [rows], role: 'bias' })
  if (cell === 'lstm' && view.flag('unit_forget_bias')) unitForget(view, units)
}

/** Parameters of one direction. A GRU's two biases are one parameter of two rows. */
function parametersOf(view: LayerView, cell: Cell): RecurrentLayer {
  const bias = view.id('bias', 'bias')
  return {
    inputKernel: view.needed('kernel'),
    recurrentKernel: view.needed('recurrent_kernel', 'recurrentKernel'),
    inputBias: bias,
    recurrentBias: cell === 'gru' && view.flag('reset_after') ? bias : null,
    projection: null,
  }
}

function usualFunctions(view: LayerView, cell: Cell): string | null {
  const activation = view.text('activation')
  if (cell === 'rnn') return activation === 'tanh' || activation === 'relu' ? null : 'its activation is neither tanh nor relu'
  const gate = view.text('recurrent_activation')
  return activation === 'tanh' && (gate === 'sigmoid' || gate === 'hard_sigmoid') ? null : 'its activations are not tanh and sigmoid'
}

function run(view: LayerView, cell: Cell, input: TensorValue, directions: readonly LayerView[]): readonly TensorValue[] {
  const [batch = 1, steps = 1] = input.payload.shape
  const units = view.size('units')
  const width = units * directions.length
  const unusual = usualFunctions(view, cell)
  const state = { shape: [directions.length, batch, units], dtype: 'float' as const }
  const outputs = [{ shape: [batch, steps, width], dtype: 'float' as const }, state, ...(cell === 'lstm' ? [state] : [])]
  const layer = directions.map((each) => parametersOf(each, cell))
  if (unusual !== null) return emitMany(view, { kind: 'opaque', name: view.layer.cls.name, reason: unusual }, [input], outputs)
  const op: RecurrentOp = {
    kind: 'recurrent',
    cell,
    nonlinearity: view.text('activation') === 'relu' ? 'relu' : 'tanh',
    hidden: units,
    timeAxis: 1,
    bidirectional: directions.length > 1,
    dropout: 0,
    layers: [layer],
    resetAfter: cell === 'gru' ? view.flag('reset_after') : true,
    ...(cell !== 'rnn' && view.text('recurrent_activation') === 'hard_sigmoid' ? { gateSlope: 1 / 6 } : {}),
  }
  return emitMany(view, op, [input], outputs)
}

/** The sequence, or its last step; the states behind it where they are asked for. */
function results(view: LayerView, sequence: TensorValue, states: readonly TensorValue[], backwards: boolean): Value {
  const steps = sequence.payload.shape[1] ?? 1
  const shown = view.flag('return_sequences') ? sequence : select(view, sequence, 1, backwards ? 0 : steps - 1)
  return view.flag('return_state') ? list([shown, ...states.map((state) => dropAxes(view, state, [0]))]) : shown
}

function checked(view: LayerView, given: TensorValue): TensorValue {
  const { shape } = given.payload
  if (shape.length !== 3) view.refuse(`expected an input of 3 axes, but its shape is (${shape.join(', ')})`)
  return cast(view, given, 'float')
}

function recurrent(name: string, cell: Cell, signature: string): KerasLayer {
  return {
    name,
    parametric: true,
    signature,
    build: (view, shapes) => buildCell(view, cell, shapes[0]?.at(-1) ?? 1),
    callSignature: 'initial_state=None, mask=None, training=None',
    call: onTensor((view, given) => {
      const [sequence, ...states] = run(view, cell, checked(view, given), [view])
      if (sequence === undefined) return view.refuse('it gave nothing')
      return results(view, sequence, states, false)
    }),
  }
}

function innerView(view: LayerView, name: string): LayerView | null {
  const found = view.value(name)
  return found.kind === 'instance' ? new LayerView(view.interpreter, found, view.span) : null
}

/** Joins the two directions, which lie side by side on the last axis. */
function joined(view: LayerView, both: TensorValue, units: number): Value {
  const mode = view.text('merge_mode')
  const axis = both.payload.shape.length - 1
  if (mode === 'concat') return both
  const [forward, backward] = [slice(view, both, axis, 0, units), slice(view, both, axis, units, 2 * units)]
  if (mode === 'sum') return add(view, forward, backward)
  if (mode === 'mul') return multiply(view, forward, backward)
  return mode === 'ave' ? affine(view, add(view, forward, backward), 0.5, 0) : list([forward, backward])
}

const bidirectional: KerasLayer = {
  name: 'Bidirectional',
  parametric: true,
  composite: true,
  signature: "layer, merge_mode='concat', weights=None, backward_layer=None",
  construct: (view) => {
    const layer = view.value('layer')
    if (layer.kind !== 'instance') return
    view.layer.attributes.delete('layer')
    const own = layerName(view.interpreter, layer)
    const twin = view.value('backward_layer')
    const backward = twin.kind === 'instance' ? twin : copyOf(view, layer)
    layerState(view.interpreter, layer).name = `forward_${own}`
    layerState(view.interpreter, backward).name = `backward_${own}`
    register(view.layer, '_modules', 'forward_layer', layer)
    register(view.layer, '_modules', 'backward_layer', backward)
    view.layer.attributes.set('name_of_layer', str(own))
  },
  build: (view, shapes) => {
    for (const name of ['forward_layer', 'backward_layer']) {
      const inner = innerView(view, name)
      const cell = inner === null ? null : cellOf(inner)
      if (inner === null || cell === null || inner.tensor('kernel') !== null) continue
      buildCell(inner, cell, shapes[0]?.at(-1) ?? 1)
      layerState(view.interpreter, inner.layer).built = true
    }
  },
  callSignature: 'initial_state=None, mask=None, training=None',
  call: onTensor((view, given) => {
    const [forward, backward] = [innerView(view, 'forward_layer'), innerView(view, 'backward_layer')]
    const cell = forward === null ? null : cellOf(forward)
    if (forward === null || backward === null || cell === null)
      return view.interpreter.unknown('Bidirectional around a layer that is not SimpleRNN, LSTM or GRU is not modelled', view.span)
    const input = checked(view, given)
    const [sequence, ...states] = run(forward, cell, input, [forward, backward])
    if (sequence === undefined) return view.refuse('it gave nothing')
    const units = forward.size('units')
    const steps = sequence.payload.shape[1] ?? 1
    const both = forward.flag('return_sequences')
      ? sequence
      : concat(view, [lastStep(view, sequence, steps - 1, 0, units), lastStep(view, sequence, 0, units, 2 * units)], 1)
    const shown = joined(view, both, units)
    if (!forward.flag('return_state') || !isTensor(shown)) return shown
    return list([shown, ...[0, 1].flatMap((direction) => states.map((state) => select(view, state, 0, direction)))])
  }),
}

function lastStep(view: LayerView, sequence: TensorValue, step: number, from: number, to: number): TensorValue {
  return slice(view, select(view, sequence, 1, step), 1, from, to)
}

/** A layer of the same configuration. */
function copyOf(view: LayerView, layer: LayerView['layer']): LayerView['layer'] {
  const { interpreter } = view
  const made = interpreter.instantiate(layer.cls, layer.span)
  for (const [name, value] of layer.attributes) if (!name.startsWith('_')) made.attributes.set(name, value)
  initializeRegistries(made)
  for (const written of layerState(interpreter, layer).written) layerState(interpreter, made).written.add(written)
  return made
}

export const recurrentLayers: readonly KerasLayer[] = [
  recurrent('SimpleRNN', 'rnn', `units, activation='tanh', ${initializers}, ${regularizers}`),
  recurrent(
    'LSTM',
    'lstm',
    `units, activation='tanh', recurrent_activation='sigmoid', ${initializers}, unit_forget_bias=True, ${regularizers}`,
  ),
  recurrent('GRU', 'gru', `units, activation='tanh', recurrent_activation='sigmoid', ${initializers}, ${regularizers}, reset_after=True`),
  bidirectional,
]
