/** RNN and Bidirectional, which run cells over time. */
import { asBoolean } from '../../../python/guards'
import { int, none, tuple } from '../../../python/make'
import type { Bound } from '../../../python/native'
import type { Value } from '../../../python/values'
import { concat } from '../../torch/functional/join'
import type { TensorValue } from '../../torch/tensor'
import { emit, emitMany } from '../../torch/tensor/emit'
import { dropAxes, insertAxis, permute, select } from '../../torch/tensor/views'
import { together } from '../jax/axes'
import { keyValue } from '../jax/keys'
import type { FlaxLayer } from '../layer/declare'
import type { LayerView } from '../layer/view'
import { runOpaque } from './opaque-cells'
import { carryOf, kindOf, makeCell, operationOf, statesIn } from './cells'

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

function swapped(view: LayerView, x: TensorValue): TensorValue {
  return permute(view, x, [1, 0, ...x.payload.shape.map((_, axis) => axis).slice(2)])
}

function overTimeOpaque(rnn: LayerView, cellView: LayerView, given: TensorValue, { timeMajor }: How): Run | string | null {
  const run = runOpaque(rnn, cellView, timeMajor ? swapped(rnn, given) : given, true)
  return run === null || typeof run === 'string' || !timeMajor ? run : { ...run, outputs: swapped(rnn, run.outputs) }
}

/** Runs a cell over the time axis of [batch, time, features]. */
export function runOverTime(rnn: LayerView, cellView: LayerView, given: TensorValue, how: How): Run | string {
  const kind = kindOf(cellView)
  if (kind === null) return overTimeOpaque(rnn, cellView, given, how) ?? `RNN around ${cellView.type} is not modelled`
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
  const timed = how.timeMajor ? swapped(view, given) : given
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
  return [carry, together(view, how.reverse && how.keepOrder ? outputs.reverse() : outputs, int(how.timeMajor ? 0 : 1))]
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

export const recurrentLayers: readonly FlaxLayer[] = [rnn, bidirectional]
