/** SimpleRNN, LSTM and GRU: the weights of one direction, and the operation that runs them. */
import type { Distribution, RecurrentLayer, RecurrentOp } from '../../../../graph'
import { lookUp } from '../../../../python/mro'
import { isTensor, type TensorValue } from '../../../torch/tensor'
import { emitMany } from '../../../torch/tensor/emit'
import { insertAxis } from '../../../torch/tensor/views'
import type { LayerView } from '../../layer/view'

export type Cell = RecurrentOp['cell']

const gates: Record<Cell, number> = { rnn: 1, lstm: 4, gru: 3 }

const initializers = "use_bias=True, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros'"
const limits =
  'kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, seed=None'

/** What a cell's constructor takes, and that of the layer that runs it. */
export const signatures: Record<Cell, string> = {
  rnn: `units, activation='tanh', ${initializers}, ${limits}`,
  lstm: `units, activation='tanh', recurrent_activation='sigmoid', ${initializers}, unit_forget_bias=True, ${limits}`,
  gru: `units, activation='tanh', recurrent_activation='sigmoid', ${initializers}, ${limits}`,
}

const cells: ReadonlyMap<string, Cell> = new Map([
  ['SimpleRNN', 'rnn'],
  ['SimpleRNNCell', 'rnn'],
  ['LSTM', 'lstm'],
  ['LSTMCell', 'lstm'],
  ['GRU', 'gru'],
  ['GRUCell', 'gru'],
])

/** Which cell of Keras' a layer is; null for others, and where a program computes in its own way. */
export function cellOf({ layer: { cls } }: LayerView): Cell | null {
  if (lookUp(cls, 'call')?.kind !== 'builtin') return null
  const name = cls.mro.find((each) => each.qualifiedName.startsWith('keras.layers.'))?.name
  return cells.get(name ?? '') ?? null
}

/** LSTM's forget gate starts open: the second quarter of its bias is 1. */
export function unitForget(view: LayerView, units: number): void {
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

export function buildCell(view: LayerView, cell: Cell, features: number): void {
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

/** One step where `timeAxis` is null. */
function operationOf(view: LayerView, cell: Cell, directions: readonly LayerView[], timeAxis: number | null): RecurrentOp {
  return {
    kind: 'recurrent',
    cell,
    nonlinearity: view.text('activation') === 'relu' ? 'relu' : 'tanh',
    hidden: view.size('units'),
    timeAxis,
    bidirectional: directions.length > 1,
    dropout: 0,
    layers: [directions.map((each) => parametersOf(each, cell))],
    resetAfter: cell === 'gru' ? view.flag('reset_after') : true,
    ...(cell !== 'rnn' && view.text('recurrent_activation') === 'hard_sigmoid' ? { gateSlope: 1 / 6 } : {}),
  }
}

/**
 * The sequence [batch, steps, directions·units] and the last states [directions, batch, units]: h, and c of an LSTM. `initial` are
 * states of the same shapes; none: zeros.
 */
export function runOverTime(
  view: LayerView,
  cell: Cell,
  input: TensorValue,
  directions: readonly LayerView[],
  initial: readonly TensorValue[],
): readonly TensorValue[] {
  const [batch = 1, steps = 1] = input.payload.shape
  const units = view.size('units')
  const state = { shape: [directions.length, batch, units], dtype: 'float' as const }
  const sequence = { shape: [batch, steps, units * directions.length], dtype: 'float' as const }
  const outputs = [sequence, state, ...(cell === 'lstm' ? [state] : [])]
  const unusual = usualFunctions(view, cell)
  const op = operationOf(view, cell, directions, 1)
  const inputs = [input, ...initial]
  return unusual === null
    ? emitMany(view, op, inputs, outputs)
    : emitMany(view, { kind: 'opaque', name: view.layer.cls.name, reason: unusual }, inputs, outputs)
}

/** One step from the states h, and c of an LSTM, to the next. */
export function step(view: LayerView, cell: Cell, input: TensorValue, states: readonly TensorValue[]): readonly TensorValue[] {
  const [batch = 1] = input.payload.shape
  const state = { shape: [batch, view.size('units')], dtype: 'float' as const }
  const outputs = cell === 'lstm' ? [state, state] : [state]
  const unusual = usualFunctions(view, cell)
  const op = operationOf(view, cell, [view], null)
  return unusual === null
    ? emitMany(view, op, [input, ...states], outputs)
    : emitMany(view, { kind: 'opaque', name: view.layer.cls.name, reason: unusual }, [input, ...states], outputs)
}

/** States [batch, units] of one direction as the operation takes them; null where they are not as many as the cell has. */
export function statesFor(view: LayerView, cell: Cell, given: readonly TensorValue[]): readonly TensorValue[] | null {
  if (given.length === 0) return []
  if (given.length !== (cell === 'lstm' ? 2 : 1) || !given.every(isTensor)) return null
  return given.map((state) => insertAxis(view, state, 0))
}
