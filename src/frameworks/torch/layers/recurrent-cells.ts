/** RNNCell, LSTMCell and GRUCell: one step of a recurrent layer. */
import type { RecurrentOp } from '../../../graph'
import { tuple } from '../../../python/make'
import { currentRun } from '../run'
import { isTensor } from '../tensor'
import { emitMany } from '../tensor/emit'
import type { Forward, Layer } from './layer'
import type { LayerView } from './layer-view'
import { type CellKind, drawByHidden, initialStates, recurrentLayer, times } from './recurrent'

const gates: Readonly<Record<CellKind, number>> = { rnn: 1, lstm: 4, gru: 3 }

function construct(cell: CellKind): (layer: LayerView) => void {
  return (layer) => {
    const rows = times(layer.value('hidden_size'), gates[cell])
    layer.parameter('weight_ih', [rows, layer.value('input_size')], 'weight')
    layer.parameter('weight_hh', [rows, layer.value('hidden_size')], 'recurrentKernel')
    for (const name of ['bias_ih', 'bias_hh']) {
      if (layer.interpreter.truth(layer.value('bias')) === false) layer.withoutParameter(name)
      else layer.parameter(name, [rows], 'bias')
    }
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
      const expected = layer.integer('input_size')
      const { shape } = input.payload
      if (expected !== undefined && shape.at(-1) !== expected) {
        layer.refuse('RuntimeError', `input has inconsistent input_size: got ${shape.at(-1)} expected ${expected}`)
      }
      const run = currentRun(interpreter)
      if (run === null) return interpreter.unknown('a recurrent cell is followed only inside a model that is traced', args.span)
      const weights = recurrentLayer(layer, run, '')
      const hidden = layer.integer('hidden_size')
      if (weights === null || hidden === undefined) {
        return (
          layer.firstUnknown('hidden_size', 'input_size') ?? interpreter.unknown('weights of the recurrent cell are not known', args.span)
        )
      }
      const operation: RecurrentOp = {
        kind: 'recurrent',
        cell,
        nonlinearity: cell === 'rnn' && layer.string('nonlinearity') === 'relu' ? 'relu' : 'tanh',
        hidden,
        timeAxis: null,
        bidirectional: false,
        dropout: 0,
        layers: [[weights]],
        resetAfter: true,
      }
      const state = { shape: [...shape.slice(0, -1), hidden], dtype: 'float' as const }
      const outputs = cell === 'lstm' ? [state, state] : [state]
      const made = emitMany({ interpreter, span: args.span }, operation, [input, ...states.filter(isTensor)], outputs)
      const [first] = made
      if (first === undefined) return interpreter.unknown('the recurrent cell gave nothing', args.span)
      return cell === 'lstm' ? tuple(made) : first
    },
  }
}

const cells: readonly (readonly [name: string, cell: CellKind, extra: string])[] = [
  ['RNNCell', 'rnn', ", nonlinearity='tanh'"],
  ['LSTMCell', 'lstm', ''],
  ['GRUCell', 'gru', ''],
]

export const recurrentCellLayers: readonly Layer[] = [
  { name: 'RNNCellBase', family: 'rnn', signature: null, forward: null },
  ...cells.map(
    ([name, cell, extra]): Layer => ({
      name,
      family: 'rnn',
      base: 'RNNCellBase',
      signature: `input_size, hidden_size, bias=True${extra}, device=None, dtype=None`,
      construct: construct(cell),
      draw: drawByHidden,
      forward: forward(cell),
    }),
  ),
]
