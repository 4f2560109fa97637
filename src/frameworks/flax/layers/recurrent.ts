/** LSTM, GRU and simple cells, and RNN and Bidirectional that run them over time. */
import type { Distribution, RecurrentLayer, RecurrentOp } from '../../../graph'
import { asBoolean, asIntegers } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { int, none, tuple } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { Value } from '../../../python/values'
import { concat } from '../../torch/functional/join'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { emit, emitMany } from '../../torch/tensor/emit'
import { constantTensor } from '../../torch/tensor/make'
import { dropAxes, insertAxis, permute, select } from '../../torch/tensor/views'
import { stackedTrees } from '../jax/control'
import { keyValue } from '../jax/keys'
import { lecunNormal, orthogonalInitializer, zeros } from '../initializers/functions'
import type { FlaxLayer } from '../layer/declare'
import type { LayerView } from '../layer/view'

type Cell = RecurrentOp['cell']

interface CellKind {
  readonly cell: Cell
  readonly gates: number
  /** Each gate has matrices of its own, as linen's do; else one matrix for all, as most of NNX's. */
  readonly byGate: boolean
}

function kindOf(view: LayerView): CellKind | null {
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

function makeCell(view: LayerView, { cell, gates, byGate }: CellKind, inFeatures: number): void {
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

function operationOf(view: LayerView, { cell }: CellKind, timeAxis: number | null): RecurrentOp | string {
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
function statesIn(cell: Cell, carry: Value): readonly TensorValue[] | null {
  const items = carry.kind === 'tuple' || carry.kind === 'list' ? carry.items : [carry]
  if (!items.every(isTensor)) return null
  const tensors = items.filter(isTensor)
  return cell === 'lstm' ? (tensors.length === 2 ? [...tensors].reverse() : null) : tensors.length === 1 ? tensors : null
}

function carryOf(cell: Cell, states: readonly TensorValue[]): Value {
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

interface Run<T extends Value = TensorValue> {
  readonly carry: Value
  readonly outputs: T
}

function reversed(view: LayerView, x: TensorValue, axis: number): TensorValue {
  return emit(view, { op: { kind: 'flip', axes: [axis] }, inputs: [x], output: x.payload })
}

interface How {
  readonly timeMajor: boolean
  readonly reverse: boolean
  readonly keepOrder: boolean
  readonly initial: Value
}

/** Runs a cell over the time axis of [batch, time, features]. */
export function runOverTime(rnn: LayerView, cellView: LayerView, given: TensorValue, how: How): Run | string {
  const kind = kindOf(cellView)
  if (kind === null) return `RNN around ${cellView.type} is not modelled`
  if (given.payload.shape.length !== 3) return 'RNN over inputs without exactly one batch axis is not modelled'
  const timed = how.timeMajor ? permute(rnn, given, [1, 0, 2]) : given
  const input = how.reverse ? reversed(rnn, timed, 1) : timed
  const [batch = 1, steps = 1, features = 1] = input.payload.shape
  makeCell(cellView, kind, features)
  const units = cellView.size('features')
  const op = operationOf(cellView, kind, 1)
  const states = how.initial.kind === 'none' ? [] : statesIn(kind.cell, how.initial)
  if (states === null) return 'the initial carry is not known'
  const state = { shape: [1, batch, units], dtype: 'float' as const }
  const outputs = [{ shape: [batch, steps, units], dtype: 'float' as const }, state, ...(kind.cell === 'lstm' ? [state] : [])]
  const operands = [input, ...states.map((each) => insertAxis(rnn, each, 0))]
  const [sequence, ...last] =
    typeof op === 'string'
      ? emitMany(rnn, { kind: 'opaque', name: cellView.type, reason: op }, operands, outputs)
      : emitMany(rnn, op, operands, outputs)
  if (sequence === undefined) return 'the cell gave nothing'
  const ordered = how.reverse && how.keepOrder ? reversed(rnn, sequence, 1) : sequence
  return {
    carry: carryOf(
      kind.cell,
      last.map((each) => dropAxes(rnn, each, [0])),
    ),
    outputs: how.timeMajor ? permute(rnn, ordered, [1, 0, 2]) : ordered,
  }
}

function chosen(view: LayerView, args: Bound, name: string): boolean {
  const own = args.value(name)
  return asBoolean(own.kind === 'none' ? view.value(name) : own) ?? false
}

const runSignature =
  'inputs, *, initial_carry=None, init_key=None, rngs=None, seq_lengths=None, return_carry=None, time_major=None, reverse=None, keep_order=None'

/** Steps that a cell of the program's own is run for. */
const mostSteps = 256

/** A cell of the program's own, called for one time step after the other. */
function runByCalls(view: LayerView, cell: Value, given: TensorValue, how: How): Value | readonly [Value, Value] {
  const { interpreter, span } = view
  const timed = how.timeMajor ? permute(view, given, [1, 0, ...given.payload.shape.keys()].slice(0, given.payload.shape.length)) : given
  const input = how.reverse ? reversed(view, timed, 1) : timed
  const { shape } = input.payload
  const steps = shape[1] ?? 0
  if (shape.length < 3 || steps > mostSteps) return interpreter.unknown(`${view.type} over ${steps} steps is not followed`, span)
  const sizes = tuple([...shape.slice(0, 1), ...shape.slice(2)].map((size) => int(size)))
  let carry: Value =
    how.initial.kind === 'none'
      ? interpreter.call(interpreter.getAttribute(cell, 'initialize_carry', span), [keyValue(interpreter), sizes], undefined, span)
      : how.initial
  const outputs: Value[] = []
  for (let step = 0; step < steps; step++) {
    const result = interpreter.call(cell, [carry, select(view, input, 1, step)], undefined, span)
    if (result.kind !== 'tuple') return result.kind === 'unknown' ? result : interpreter.unknown('the cell gives no carry', span)
    carry = result.items[0] ?? none
    outputs.push(result.items[1] ?? none)
  }
  return [carry, stackedTrees(interpreter, how.reverse && how.keepOrder ? outputs.reverse() : outputs, how.timeMajor ? 0 : 1, span)]
}

function runOf(view: LayerView, args: Bound, cellName: string, overrides: Partial<How>): Run<Value> | Value {
  const given = args.value('inputs')
  if (given.kind === 'unknown') return given
  const input = view.array(given)
  const cell = view.other(view.value(cellName))
  if (input === null) return view.interpreter.unknown(`${view.type} is called on what is no array`, view.span)
  if (args.value('seq_lengths').kind !== 'none')
    view.interpreter.note({ kind: 'assumption', message: 'every sequence is taken to fill its row', span: view.span })
  const how: How = {
    timeMajor: chosen(view, args, 'time_major'),
    reverse: chosen(view, args, 'reverse'),
    keepOrder: chosen(view, args, 'keep_order'),
    initial: args.value('initial_carry'),
    ...overrides,
  }
  if (cell === null) {
    const own = runByCalls(view, view.value(cellName), input, how)
    return 'kind' in own ? own : { carry: own[0], outputs: own[1] }
  }
  const run = runOverTime(view, cell, input, how)
  return typeof run === 'string' ? view.interpreter.unknown(run, view.span) : run
}

function isRun(run: Run<Value> | Value): run is Run<Value> {
  return 'outputs' in run
}

const rnn: FlaxLayer = {
  linen: 'RNN',
  nnx: 'RNN',
  composite: true,
  fields:
    'cell, time_major=False, return_carry=False, reverse=False, keep_order=False, unroll=1, variable_axes=None, variable_broadcast=None, variable_carry=False, split_rngs=None',
  nnxParameters:
    'cell, *, time_major=False, return_carry=False, reverse=False, keep_order=False, unroll=1, state_axes=None, broadcast_rngs=None',
  callSignature: runSignature,
  call: (view, args) => {
    const run = runOf(view, args, 'cell', {})
    if (!isRun(run)) return run
    return chosen(view, args, 'return_carry') ? tuple([run.carry, run.outputs]) : run.outputs
  },
}

/** The cell of an RNN layer. */
function cellIn(view: LayerView, name: string): LayerView | null {
  const inner = view.other(view.value(name))
  return inner === null ? null : inner.other(inner.value('cell'))
}

const bidirectional: FlaxLayer = {
  linen: 'Bidirectional',
  nnx: 'Bidirectional',
  composite: true,
  fields: 'forward_rnn, backward_rnn, merge_fn=None, time_major=False, return_carry=False',
  nnxParameters: 'forward_rnn, backward_rnn, *, merge_fn=None, time_major=False, return_carry=False',
  callSignature: runSignature,
  call: (view, args) => {
    const given = args.value('inputs')
    if (given.kind === 'unknown') return given
    const input = view.array(given)
    const [forward, backward] = [cellIn(view, 'forward_rnn'), cellIn(view, 'backward_rnn')]
    if (input === null || forward === null || backward === null)
      return view.interpreter.unknown('Bidirectional around layers other than RNN is not modelled', view.span)
    const timeMajor = chosen(view, args, 'time_major')
    const initial = args.value('initial_carry')
    const [first = initial, second = initial] = initial.kind === 'tuple' ? initial.items : []
    const there = runOverTime(view, forward, input, { timeMajor, reverse: false, keepOrder: false, initial: first })
    const back = runOverTime(view, backward, input, { timeMajor, reverse: true, keepOrder: true, initial: second })
    if (typeof there === 'string') return view.interpreter.unknown(there, view.span)
    if (typeof back === 'string') return view.interpreter.unknown(back, view.span)
    const merge = view.value('merge_fn')
    const outputs =
      merge.kind === 'none'
        ? concat(view, [there.outputs, back.outputs], there.outputs.payload.shape.length - 1)
        : view.interpreter.call(merge, [there.outputs, back.outputs], undefined, view.span)
    return chosen(view, args, 'return_carry') ? tuple([tuple([there.carry, back.carry]), outputs]) : outputs
  },
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

/** A cell that is made, and of which nothing is modelled. */
const unmodelled = (name: string, fields: string): FlaxLayer => ({
  linen: name,
  nnx: null,
  parametric: true,
  composite: true,
  fields,
  callSignature: 'carry, inputs',
  call: (view) => view.interpreter.unknown(`${name} is not modelled`, view.span),
})

export const recurrentLayers: readonly FlaxLayer[] = [
  cell('LSTMCell', 'gate_fn=None, activation_fn=None'),
  cell('OptimizedLSTMCell', 'gate_fn=None, activation_fn=None'),
  cell('GRUCell', 'gate_fn=None, activation_fn=None'),
  cell('SimpleCell', 'activation_fn=None'),
  unmodelled(
    'MGUCell',
    'features, gate_fn=None, activation_fn=None, kernel_init=None, recurrent_kernel_init=None, forget_bias_init=None, activation_bias_init=None, dtype=None, param_dtype=None, carry_init=None, reset_gate=True',
  ),
  unmodelled(
    'ConvLSTMCell',
    "features, kernel_size, strides=None, padding='SAME', use_bias=True, dtype=None, param_dtype=None, carry_init=None",
  ),
  rnn,
  bidirectional,
]
