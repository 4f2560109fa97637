/** LSTM, GRU and simple cells: their weights, and one step. */
import type { Distribution, RecurrentLayer, RecurrentOp } from '../../../graph'
import { asIntegers } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { tuple } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { Value } from '../../../python/values'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { emitMany } from '../../torch/tensor/emit'
import { constantTensor } from '../../torch/tensor/make'
import { lecunNormal, orthogonalInitializer, zeros } from '../initializers/functions'
import type { FlaxLayer } from '../layer/declare'
import type { LayerView } from '../layer/view'
import { opaqueCells } from './opaque-cells'

type Cell = RecurrentOp['cell']

interface CellKind {
  readonly cell: Cell
  readonly gates: number
  /** Each gate has matrices of its own, as linen's do; else one matrix for all, as most of NNX's. */
  readonly byGate: boolean
}

export function kindOf(view: LayerView): CellKind | null {
  const name = view.declaredName
  const isLinen = view.isLinen
  if (name === 'LSTMCell') return { cell: 'lstm', gates: 4, byGate: true }
  if (name === 'OptimizedLSTMCell') return { cell: 'lstm', gates: 4, byGate: isLinen }
  if (name === 'GRUCell') return { cell: 'gru', gates: 3, byGate: isLinen }
  return name === 'SimpleCell' ? { cell: 'rnn', gates: 1, byGate: true } : null
}

/** NNX keeps most cells' matrices in two layers of their own names. */
function sideNames(view: LayerView): { readonly input: string; readonly hidden: string } {
  return view.isLinen || view.declaredName === 'LSTMCell' ? { input: 'i', hidden: 'h' } : { input: 'dense_i', hidden: 'dense_h' }
}

/** Gate by gate, a semi-orthogonal matrix is so within its own rows. */
function stackGates(view: LayerView, name: string, gates: number, rows: number): void {
  const { source } = view.tensor(name)?.payload ?? {}
  if (source?.kind !== 'data' || gates === 1) return
  const { initializer } = source.storage
  if (initializer.distribution.kind !== 'orthogonal') return
  const distribution: Distribution = {
    kind: 'mixture',
    parts: Array.from({ length: gates }, (_, gate) => ({
      share: 1 / gates,
      distribution: initializer.distribution,
      rows: [gate * rows, (gate + 1) * rows] as const,
    })),
  }
  source.storage.initializer = { ...initializer, distribution }
}

export function makeCell(view: LayerView, { cell, gates, byGate }: CellKind, inFeatures: number): void {
  const units = view.size('features')
  const rows = gates * units
  const drawn = byGate ? units : rows
  const { input, hidden } = sideNames(view)
  view.weight(`${input}.kernel`, {
    shape: [inFeatures, drawn],
    stored: [inFeatures, rows],
    asUsed: [rows, inFeatures],
    field: 'kernel_init',
    initial: lecunNormal,
  })
  if (view.tensor(`${hidden}.kernel`) === null) {
    view.weight(`${hidden}.kernel`, {
      shape: [units, drawn],
      stored: [units, rows],
      asUsed: [rows, units],
      role: 'recurrentKernel',
      field: 'recurrent_kernel_init',
      initial: orthogonalInitializer,
    })
    if (byGate) stackGates(view, `${hidden}.kernel`, gates, units)
  }
  const bias = `${cell === 'lstm' ? hidden : input}.bias`
  view.weight(bias, { shape: [rows], role: 'bias', field: 'bias_init', initial: zeros })
  if (cell === 'gru' && byGate && view.tensor('h.bias') === null) candidateBias(view, units)
}

/** Of a GRU's recurrent matrices only the candidate's has a bias: the last third of the rows. */
function candidateBias(view: LayerView, units: number): void {
  view.weight('h.bias', { shape: [units], stored: [3 * units], role: 'bias', field: 'bias_init', initial: zeros })
  const { source } = view.tensor('h.bias')?.payload ?? {}
  if (source?.kind !== 'data') return
  const { initializer } = source.storage
  const zero: Distribution = { kind: 'constant', value: 0 }
  if (initializer.distribution.kind === 'constant' && initializer.distribution.value === 0) return
  source.storage.initializer = {
    ...initializer,
    distribution: {
      kind: 'mixture',
      parts: [
        { share: 2 / 3, distribution: zero, rows: [0, 2 * units] },
        { share: 1 / 3, distribution: initializer.distribution, rows: [2 * units, 3 * units] },
      ],
    },
  }
  source.storage.elements = null
}

function parametersOf(view: LayerView, cell: Cell): RecurrentLayer {
  const { input, hidden } = sideNames(view)
  return {
    inputKernel: view.needed(`${input}.kernel`),
    recurrentKernel: view.needed(`${hidden}.kernel`, 'recurrentKernel'),
    inputBias: view.id(`${cell === 'lstm' ? hidden : input}.bias`, 'bias'),
    recurrentBias: cell === 'gru' ? view.id('h.bias', 'bias') : null,
    projection: null,
  }
}

/** Which of these nonlinearities a field holds, the first where it is left out; null for another function. */
function functionIn(view: LayerView, field: string, ...names: readonly string[]): string | null {
  const value = view.value(field)
  if (value.kind === 'none') return names[0] ?? null
  const name = value.kind === 'builtin' ? value.name : ''
  return names.includes(name) ? name : null
}

export function operationOf(view: LayerView, { cell }: CellKind, timeAxis: number | null): RecurrentOp | string {
  const activation = cell === 'rnn' ? functionIn(view, 'activation_fn', 'tanh', 'relu') : functionIn(view, 'activation_fn', 'tanh')
  const gate = cell === 'rnn' ? 'sigmoid' : functionIn(view, 'gate_fn', 'sigmoid')
  if (activation === null || gate === null) return 'its activations are not tanh and sigmoid'
  if (cell === 'rnn' && view.flag('residual')) return 'a residual cell is not modelled'
  return {
    kind: 'recurrent',
    cell,
    nonlinearity: activation === 'relu' ? 'relu' : 'tanh',
    hidden: view.size('features'),
    timeAxis,
    bidirectional: false,
    dropout: 0,
    layers: [[parametersOf(view, cell)]],
    resetAfter: true,
  }
}

/** States as the operation takes them: h, then c. Flax carries (c, h). */
export function statesIn(cell: Cell, carry: Value): readonly TensorValue[] | null {
  const items = carry.kind === 'tuple' || carry.kind === 'list' ? carry.items : [carry]
  if (!items.every(isTensor)) return null
  const tensors = items.filter(isTensor)
  return cell === 'lstm' ? (tensors.length === 2 ? [...tensors].reverse() : null) : tensors.length === 1 ? tensors : null
}

export function carryOf(cell: Cell, states: readonly TensorValue[]): Value {
  const [h, c] = states
  if (h === undefined) return { kind: 'none' }
  return cell === 'lstm' && c !== undefined ? tuple([c, h]) : h
}

/** One step: (carry, x) → (carry, y). */
function step(view: LayerView, args: Bound): Value {
  const { interpreter } = view
  const kind = kindOf(view)
  const [carry, given] = [args.value('carry'), args.value('inputs')]
  if (kind === null) return interpreter.unknown(`${view.type} is not modelled`, view.span)
  if (given.kind === 'unknown' || carry.kind === 'unknown') return given.kind === 'unknown' ? given : carry
  const input = view.array(given)
  const states = statesIn(kind.cell, carry)
  if (input === null || states === null) return interpreter.unknown(`${view.type} is called on what are no arrays`, view.span)
  makeCell(view, kind, input.payload.shape.at(-1) ?? 1)
  const op = operationOf(view, kind, null)
  const state = { shape: [...input.payload.shape.slice(0, -1), view.size('features')], dtype: 'float' as const }
  const outputs = kind.cell === 'lstm' ? [state, state] : [state]
  const made =
    typeof op === 'string'
      ? emitMany(view, { kind: 'opaque', name: view.type, reason: op }, [input], outputs)
      : emitMany(view, op, [input, ...states], outputs)
  const [first] = made
  return first === undefined ? interpreter.unknown('the cell gave nothing', view.span) : tuple([carryOf(kind.cell, made), first])
}
/** Zeros for every sample: (c, h) of an LSTM, h of the others. */
function zeroCarry(interpreter: Interpreter, args: Bound, name: string): Value {
  const self = args.value('self')
  // linen is given a key first, NNX the shape.
  const shape = [...args.rest('given'), args.value('input_shape')].map(asIntegers).find((each) => each !== undefined)
  const field = self.kind === 'instance' ? (self.attributes.get('features') ?? self.attributes.get('hidden_features')) : undefined
  if (shape === undefined || field?.kind !== 'int')
    return args.firstUnknown() ?? interpreter.unknown('the shape of the carry is not known', args.span)
  const state = () => constantTensor({ interpreter, span: args.span }, [...shape.slice(0, -1), Number(field.value)], 'float', 0, 'zeros')
  return name.includes('LSTM') ? tuple([state(), state()]) : state()
}

function cell(name: string, extra: string): FlaxLayer {
  const common = `kernel_init=None, recurrent_kernel_init=None, bias_init=None, dtype=None, param_dtype=None, carry_init=None`
  return {
    linen: name,
    nnx: name,
    parametric: true,
    composite: true,
    fields: `features, ${extra}, ${common}, residual=False`,
    nnxParameters: `in_features, hidden_features, *, ${extra}, ${common}, residual=False, promote_dtype=None, keep_rngs=False, kernel_metadata=None, recurrent_kernel_metadata=None, bias_metadata=None`,
    renamed: { features: 'hidden_features' },
    weights: (view, shape) => {
      const kind = kindOf(view)
      if (shape === null && kind !== null) makeCell(view, kind, view.size('in_features'))
    },
    callSignature: 'carry, inputs',
    call: step,
    methods: [
      method('initialize_carry(self, *given, input_shape=None, rngs=None, rng=None, carry_init=None)', (args, interpreter) =>
        zeroCarry(interpreter, args, name),
      ),
    ],
  }
}

export const cellLayers: readonly FlaxLayer[] = [
  cell('LSTMCell', 'gate_fn=None, activation_fn=None'),
  cell('OptimizedLSTMCell', 'gate_fn=None, activation_fn=None'),
  cell('GRUCell', 'gate_fn=None, activation_fn=None'),
  cell('SimpleCell', 'activation_fn=None'),
  ...opaqueCells,
]
