/** RNN, LSTM and GRU over sequences. */
import type { RecurrentLayer, RecurrentOp } from '../../../graph'
import { asItems } from '../../../python/guards'
import { int, list, none, str, tuple } from '../../../python/make'
import { method } from '../../../python/native'
import type { Value } from '../../../python/values'
import { parameterIdOf } from '../parameter-id'
import { currentRun, type ModelRun } from '../run'
import { isTensor, type TensorValue } from '../tensor'
import { emitMany } from '../tensor/emit'
import { symmetric } from './defaults'
import type { Forward, Layer } from './layer'
import type { Draw, LayerView } from './layer-view'

export type CellKind = RecurrentOp['cell']
const gates: Readonly<Record<CellKind, number>> = { rnn: 1, lstm: 4, gru: 3 }

/** Every weight and bias U(±1/√hidden). */
export const drawByHidden: Draw = (_, layer) => {
  const hidden = layer.integer('hidden_size') ?? 0
  return symmetric(hidden > 0 ? 1 / Math.sqrt(hidden) : 0, 'U(±1/√hidden_size)')
}

/** `value · factor`, Unknown when it is. */
export function times(value: Value, factor: number): Value {
  return value.kind === 'int' ? int(Number(value.value) * factor) : value
}

const suffixes = (layer: LayerView): readonly string[] => {
  const directions = layer.boolean('bidirectional') === true ? ['', '_reverse'] : ['']
  const count = layer.integer('num_layers') ?? 1
  return Array.from({ length: count }, (_, index) => directions.map((direction) => `_l${index}${direction}`)).flat()
}

/** Stacked layers are made one by one: more are hostile. */
const mostLayers = 1000

function construct(cell: CellKind): (layer: LayerView) => void {
  return (layer) => {
    const hidden = layer.value('hidden_size')
    const unknown = layer.firstUnknown('num_layers', 'bidirectional')
    const count = layer.integer('num_layers')
    if (unknown !== undefined || count === undefined || count > mostLayers) {
      layer.set('num_layers', unknown ?? layer.interpreter.unknown('the number of layers is not known', layer.span))
      return
    }
    if (count <= 0) layer.refuse('ValueError', 'num_layers must be greater than zero')
    const size = layer.integer('hidden_size')
    if (size !== undefined && size <= 0) layer.refuse('ValueError', 'hidden_size must be greater than zero')
    const projection = cell === 'lstm' ? (layer.integer('proj_size') ?? 0) : 0
    if (size !== undefined && projection >= size && projection > 0)
      layer.refuse('ValueError', 'proj_size has to be smaller than hidden_size')
    layer.set('mode', str(cell === 'rnn' ? `RNN_${(layer.string('nonlinearity') ?? 'tanh').toUpperCase()}` : cell.toUpperCase()))
    const state = projection > 0 ? int(projection) : hidden
    const directions = layer.boolean('bidirectional') === true ? 2 : 1
    const withBias = layer.interpreter.truth(layer.value('bias')) !== false
    const rows = times(hidden, gates[cell])
    for (const suffix of suffixes(layer)) {
      const input = suffix.startsWith('_l0') ? layer.value('input_size') : times(state, directions)
      layer.parameter(`weight_ih${suffix}`, [rows, input], 'weight')
      layer.parameter(`weight_hh${suffix}`, [rows, state], 'recurrentKernel')
      if (withBias) {
        layer.parameter(`bias_ih${suffix}`, [rows], 'bias')
        layer.parameter(`bias_hh${suffix}`, [rows], 'bias')
      }
      if (projection > 0) layer.parameter(`weight_hr${suffix}`, [int(projection), hidden], 'weight')
    }
  }
}

/** Ids of a layer's parameters; null when one is not known. */
export function recurrentLayer(layer: LayerView, run: ModelRun, suffix: string): RecurrentLayer | null {
  const id = (name: string): number | null => {
    const storage = layer.storage(`${name}${suffix}`)
    return storage === null ? null : parameterIdOf(run, storage)
  }
  const inputKernel = id('weight_ih')
  const recurrentKernel = id('weight_hh')
  if (inputKernel === null || recurrentKernel === null) return null
  return { inputKernel, recurrentKernel, inputBias: id('bias_ih'), recurrentBias: id('bias_hh'), projection: id('weight_hr') }
}

/** Initial states: none, one, or (LSTM) a pair. */
export function initialStates(layer: LayerView, hx: Value): readonly Value[] {
  if (hx.kind === 'none') return []
  if (hx.kind === 'tuple' || hx.kind === 'list') return layer.interpreter.items(hx) ?? []
  return [hx]
}

function operationOf(layer: LayerView, run: ModelRun, cell: CellKind, timeAxis: number): RecurrentOp | null {
  const bidirectional = layer.boolean('bidirectional') === true
  const directions = bidirectional ? 2 : 1
  const each = suffixes(layer).map((suffix) => recurrentLayer(layer, run, suffix))
  const known = each.filter((found) => found !== null)
  if (known.length < each.length) return null
  const stacked = Array.from({ length: known.length / directions }, (_, index) => known.slice(index * directions, (index + 1) * directions))
  return {
    kind: 'recurrent',
    cell,
    nonlinearity: cell === 'rnn' && layer.string('nonlinearity') === 'relu' ? 'relu' : 'tanh',
    hidden: layer.integer('hidden_size') ?? 0,
    timeAxis,
    bidirectional,
    dropout: layer.boolean('training') === false ? 0 : (layer.number('dropout') ?? 0),
    layers: stacked,
    resetAfter: true,
  }
}

function check(layer: LayerView, input: TensorValue): void {
  const { shape } = input.payload
  if (shape.length !== 2 && shape.length !== 3) {
    layer.refuse('RuntimeError', `${layer.module.cls.name}: Expected input to be 2D or 3D, got ${shape.length}D instead`)
  }
  const expected = layer.integer('input_size')
  const last = shape.at(-1)
  if (expected !== undefined && last !== expected) {
    layer.refuse('RuntimeError', `input.size(-1) must be equal to input_size. Expected ${expected}, got ${last}`)
  }
}

function forward(cell: CellKind): Forward {
  return {
    signature: 'input, hx=None',
    run: (layer, args) => {
      const { interpreter } = layer
      const input = args.value('input')
      const states = initialStates(layer, args.value('hx'))
      const unknown = [input, ...states].find((value) => value.kind === 'unknown')
      if (unknown !== undefined) return unknown
      if (!isTensor(input))
        return layer.refuse('TypeError', `${layer.module.cls.name} takes a tensor, not ${interpreter.typeOf(input).name}`)
      check(layer, input)
      const run = currentRun(interpreter)
      if (run === null) return interpreter.unknown('a recurrent layer is followed only inside a model that is traced', args.span)
      const { shape } = input.payload
      const batched = shape.length === 3
      const batchFirst = layer.boolean('batch_first') === true
      const operation = operationOf(layer, run, cell, batched && batchFirst ? 1 : 0)
      const hidden = layer.integer('hidden_size')
      if (operation === null || hidden === undefined) {
        return (
          layer.firstUnknown('num_layers', 'hidden_size', 'input_size') ??
          interpreter.unknown('weights of the recurrent layer are not known', args.span)
        )
      }
      const projection = cell === 'lstm' ? (layer.integer('proj_size') ?? 0) : 0
      const width = projection > 0 ? projection : hidden
      const directions = operation.bidirectional ? 2 : 1
      const batch = batched ? [shape[batchFirst ? 0 : 1] ?? 1] : []
      const stack = operation.layers.length * directions
      const outputs = [
        { shape: [...shape.slice(0, -1), width * directions], dtype: 'float' as const },
        { shape: [stack, ...batch, width], dtype: 'float' as const },
        ...(cell === 'lstm' ? [{ shape: [stack, ...batch, hidden], dtype: 'float' as const }] : []),
      ]
      const [sequence, state, memory] = emitMany({ interpreter, span: args.span }, operation, [input, ...states.filter(isTensor)], outputs)
      if (sequence === undefined || state === undefined) return interpreter.unknown('the recurrent layer gave nothing', args.span)
      return tuple([sequence, memory === undefined ? state : tuple([state, memory])])
    },
  }
}

const shared = 'batch_first=False, dropout=0.0, bidirectional=False'

const recurrent = (name: string, cell: CellKind, signature: string): Layer => ({
  name,
  family: 'rnn',
  base: 'RNNBase',
  signature,
  construct: construct(cell),
  draw: drawByHidden,
  forward: forward(cell),
})

/** One list for all layers. */
function flat(ofLayers: (layer: LayerView) => Value): (layer: LayerView) => Value {
  return (layer) => list((asItems(ofLayers(layer)) ?? []).flatMap((each) => asItems(each) ?? []))
}

/** The parameters (or what else `of` gives for their names), one list for each layer and direction. */
function byLayer(of: (layer: LayerView, name: string) => Value): (layer: LayerView) => Value {
  const names = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh', 'weight_hr']
  return (layer) =>
    list(
      suffixes(layer).map((suffix) =>
        list(names.map((name) => `${name}${suffix}`).flatMap((name) => (layer.shape(name) === null ? [] : [of(layer, name)]))),
      ),
    )
}

export const recurrentLayers: readonly Layer[] = [
  {
    name: 'RNNBase',
    family: 'rnn',
    signature: null,
    forward: null,
    methods: [method('flatten_parameters(self)', () => none), method('check_forward_args(self, *args)', () => none)],
    computed: [
      ['all_weights', byLayer((layer, name) => layer.value(name))],
      ['_all_weights', byLayer((_, name) => str(name))],
      ['_flat_weights', flat(byLayer((layer, name) => layer.value(name)))],
      ['_flat_weights_names', flat(byLayer((_, name) => str(name)))],
    ],
  },
  recurrent('RNN', 'rnn', `input_size, hidden_size, num_layers=1, nonlinearity='tanh', bias=True, ${shared}, device=None, dtype=None`),
  recurrent('LSTM', 'lstm', `input_size, hidden_size, num_layers=1, bias=True, ${shared}, proj_size=0, device=None, dtype=None`),
  recurrent('GRU', 'gru', `input_size, hidden_size, num_layers=1, bias=True, ${shared}, device=None, dtype=None`),
]
