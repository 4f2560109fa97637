/** RNN around cells of Keras' or the program's own, and StackedRNNCells. */
import { asInteger, asItems } from '../../../../python/guards'
import type { CallArguments } from '../../../../python/host'
import { int, list, none } from '../../../../python/make'
import { lookUp } from '../../../../python/mro'
import type { InstanceValue, Value } from '../../../../python/values'
import { stack } from '../../../torch/functional/join'
import { isModule, register } from '../../../torch/module/registry'
import { currentRun } from '../../../torch/run'
import { isTensor, type TensorValue } from '../../../torch/tensor'
import { constantTensor } from '../../../torch/tensor/make'
import { select } from '../../../torch/tensor/views'
import { callLayer } from '../../layer/call'
import type { KerasLayer } from '../../layer/declare'
import { kerasState, layerState } from '../../layer/state'
import { LayerView } from '../../layer/view'
import { cellOf } from './cells'
import { ranOverTime } from './layers'
import { type Given, givenTo, isGiven, type Ran, results, reversed } from './states'

/** Steps that a cell of the program's own is called for. */
const mostSteps = 128

/** Cells that run one behind the other, those of a StackedRNNCells or a list; null for one cell. */
function stackedIn(cell: Value): readonly Value[] | null {
  if (cell.kind !== 'instance') return asItems(cell) ?? null
  const isStack = cell.cls.mro.some(({ qualifiedName }) => qualifiedName === 'keras.layers.StackedRNNCells')
  return isStack ? (asItems(cell.attributes.get('cells') ?? none) ?? null) : null
}

/** `state_size` of a cell: one size, sizes, or shapes. */
function stateShapes(value: Value): readonly (readonly number[])[] | null {
  const one = asInteger(value)
  if (one !== undefined) return [[one]]
  const shapes = asItems(value)?.map((item) => {
    const size = asInteger(item)
    const sizes = size === undefined ? asItems(item)?.map((each) => asInteger(each)) : [size]
    return sizes?.every((each) => each !== undefined) ? sizes.filter((each) => each !== undefined) : null
  })
  return shapes?.every((each) => each !== null) ? shapes : null
}

function initialStates(view: LayerView, cell: InstanceValue, batch: number): readonly Value[] | string {
  const { interpreter, span } = view
  if (lookUp(cell.cls, 'get_initial_state') !== undefined) {
    const own = interpreter.getAttribute(cell, 'get_initial_state', span)
    const given = interpreter.call(own, [], new Map([['batch_size', int(batch)]]), span)
    if (given.kind === 'unknown') return given.reason
    return asItems(given) ?? [given]
  }
  const shapes = stateShapes(interpreter.getAttribute(cell, 'state_size', span))
  if (shapes === null) return 'the sizes of its states are not known'
  return shapes.map((shape) => constantTensor(view, [batch, ...shape], 'float', 0, 'zeros'))
}

/** Calls a cell of the program's own for one step after the other. */
function ranByCalls(view: LayerView, cell: InstanceValue, { input, initial }: Given): Ran | Value {
  const { interpreter, span } = view
  const [batch = 1, steps = 0] = input.payload.shape
  if (steps > mostSteps) return interpreter.unknown(`a cell of the program's own over ${steps} steps is not followed`, span)
  const call = (args: Omit<CallArguments, 'span' | 'keyword'>): Value => callLayer(interpreter, cell, { ...args, keyword: new Map(), span })
  const outputs: TensorValue[] = []
  let states: readonly Value[] = initial
  for (let index = 0; index < steps; index++) {
    interpreter.step()
    const now = select(view, input, 1, index)
    if (index === 0 && initial.length === 0) {
      const made = initialStates(view, cell, batch)
      if (typeof made === 'string') return interpreter.unknown(`${cell.cls.name}: ${made}`, span)
      states = made
    }
    const result = call({ positional: [now, list([...states])] })
    const [output, next] = asItems(result) ?? []
    if (output === undefined || next === undefined || !isTensor(output))
      return result.kind === 'unknown'
        ? result
        : output?.kind === 'unknown'
          ? output
          : interpreter.unknown('the cell gives no states', span)
    outputs.push(output)
    states = asItems(next) ?? [next]
  }
  return { sequence: stack(view, outputs, 1), states }
}

/** Whether a layer is called for a functional model, which knows of its outputs what `compute_output_shape` tells. */
function isSymbolic({ interpreter }: LayerView): boolean {
  return currentRun(interpreter) === kerasState(interpreter).building
}

/**
 * The last states of one of several cells: a list, or the only one as it is. Symbolically it is bare where `state_size` is a number;
 * with arrays, where the cell began with a bare one: Keras' own begin with a list, others where their `get_initial_state` gives one.
 */
function stateOf(view: LayerView, cell: Value, states: readonly Value[]): Value {
  const [only = none] = states
  const all = list([...states])
  if (states.length !== 1 || !isModule(cell)) return all
  const { interpreter, span } = view
  const isKeras = cellOf(new LayerView(interpreter, cell, span)) !== null
  const beginsBare = !isKeras && lookUp(cell.cls, 'get_initial_state') === undefined
  const isSized = asInteger(interpreter.getAttribute(cell, 'state_size', span)) !== undefined
  return isSized && (isSymbolic(view) || beginsBare) ? only : all
}

/** Runs a cell, or several, over the steps of an input. */
function ran(view: LayerView, cell: Value, given: Given, depth = 0): Ran | Value {
  const stacked = stackedIn(cell)
  if (stacked !== null && depth < 4) {
    if (given.initial.length > 0) return view.interpreter.unknown('states that are given to stacked cells are not followed', view.span)
    let sequence = given.input
    const states: Value[] = []
    for (const each of stacked) {
      const next = ran(view, each, { input: sequence, initial: [] }, depth + 1)
      if (!('sequence' in next)) return next
      sequence = next.sequence
      states.push(stateOf(view, each, next.states))
    }
    const [only = none] = states
    return { sequence, states: states.length === 1 && !isSymbolic(view) ? (asItems(only) ?? states) : states }
  }
  if (!isModule(cell)) return cell.kind === 'unknown' ? cell : view.interpreter.unknown('RNN is given no cell', view.span)
  const inner = new LayerView(view.interpreter, cell, view.span)
  const kind = cellOf(inner)
  if (kind === null) return ranByCalls(view, cell, given)
  layerState(view.interpreter, cell).built = true
  return ranOverTime(inner, kind, given)
}

const rnn: KerasLayer = {
  name: 'RNN',
  composite: true,
  signature:
    'cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False, zero_output_for_mask=False, time_major=False',
  construct: (view) => {
    const cell = view.value('cell')
    const { attributes } = view.layer
    if (cell.kind === 'list' || cell.kind === 'tuple') {
      const { interpreter, span } = view
      const stackClass = interpreter.getAttribute(interpreter.importModule('keras.layers'), 'StackedRNNCells', span)
      const made = interpreter.call(stackClass, [cell], undefined, view.layer.span)
      attributes.delete('cell')
      register(view.layer, '_modules', 'cell', made)
    } else if (isModule(cell)) {
      attributes.delete('cell')
      register(view.layer, '_modules', 'cell', cell)
    }
  },
  inputs: 'sequences',
  callSignature: 'initial_state=None, mask=None, training=None',
  call: (view, inputs, args) => {
    const given = givenTo(view, inputs, args.value('initial_state'))
    if (!isGiven(given)) return given
    const input = view.flag('go_backwards') ? reversed(view, given.input, 1) : given.input
    const found = ran(view, view.value('cell'), { ...given, input })
    return 'sequence' in found ? results(view, found) : found
  },
}

/** One step of cells one behind the other. */
const stackedCells: KerasLayer = {
  name: 'StackedRNNCells',
  composite: true,
  signature: 'cells',
  construct: (view) => {
    const sizes = (asItems(view.value('cells')) ?? []).map((cell) => view.interpreter.getAttribute(cell, 'state_size', view.span))
    view.layer.attributes.set('state_size', list(sizes))
  },
  callSignature: 'states=None, training=None',
  call: (view, input, args) => {
    let output = input
    const next: Value[] = []
    const states = asItems(args.value('states')) ?? []
    for (const [index, cell] of (asItems(view.value('cells')) ?? []).entries()) {
      const result = view.interpreter.call(cell, [output, states[index] ?? none], undefined, view.span)
      const [first, own] = asItems(result) ?? []
      if (first === undefined || own === undefined) return result
      output = first
      next.push(own)
    }
    return { kind: 'tuple', items: [output, list(next)] }
  },
}

export const cellRunners: readonly KerasLayer[] = [rnn, stackedCells]
