/** SimpleRNN, LSTM and GRU, and their cells by themselves. */
import { asItems } from '../../../../python/guards'
import { int, list } from '../../../../python/make'
import type { Value } from '../../../../python/values'
import { dropAxes } from '../../../torch/tensor/views'
import { type KerasLayer, onTensor } from '../../layer/declare'
import type { LayerView } from '../../layer/view'
import { buildCell, type Cell, runOverTime, signatures, statesFor, step } from './cells'
import { type Given, givenTo, isGiven, type Ran, results, reversed, tensorsIn } from './states'

const overTime = 'return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False, time_major=False'

/** Runs a cell of Keras' over [batch, steps, features] from the states that are given. */
export function ranOverTime(view: LayerView, cell: Cell, { input, initial }: Given): Ran | Value {
  const { shape } = input.payload
  if (shape.length !== 3) return view.refuse(`expected an input of 3 axes, but its shape is (${shape.join(', ')})`)
  if (view.tensor('kernel') === null) buildCell(view, cell, shape[2] ?? 1)
  const states = statesFor(view, cell, initial)
  if (states === null) return view.interpreter.unknown(`${view.layer.cls.name} is given states that are not its own`, view.span)
  const [sequence, ...last] = runOverTime(view, cell, input, [view], states)
  if (sequence === undefined) return view.refuse('it gave nothing')
  return { sequence, states: last.map((state) => dropAxes(view, state, [0])) }
}

function recurrent(name: string, cell: Cell, extra = ''): KerasLayer {
  return {
    name,
    parametric: true,
    signature: `${signatures[cell]}, ${overTime}${extra}`,
    build: (view, shapes) => buildCell(view, cell, shapes[0]?.at(-1) ?? 1),
    callSignature: 'initial_state=None, mask=None, training=None',
    call: (view, inputs, args) => {
      const given = givenTo(view, inputs, args.value('initial_state'))
      if (!isGiven(given)) return given
      const input = view.flag('go_backwards') ? reversed(view, given.input, 1) : given.input
      const ran = ranOverTime(view, cell, { ...given, input })
      return 'sequence' in ran ? results(view, ran) : ran
    },
  }
}

/** One step: (x, [h, …]) → (h, [h, …]). */
function cellLayer(name: string, cell: Cell, extra = ''): KerasLayer {
  return {
    name,
    parametric: true,
    signature: `${signatures[cell]}${extra}`,
    construct: (view) => {
      const units = view.value('units')
      view.layer.attributes.set('state_size', cell === 'lstm' ? list([units, units]) : units)
      view.layer.attributes.set('output_size', units)
    },
    build: (view, shapes) => buildCell(view, cell, shapes[0]?.at(-1) ?? 1),
    callSignature: 'states=None, training=None',
    call: onTensor((view, input, args) => {
      const states = args.value('states')
      if (states.kind === 'unknown') return states
      const own = tensorsIn(states)
      if (own.length !== (cell === 'lstm' ? 2 : 1) || (asItems(states) ?? [states]).length !== own.length)
        return view.interpreter.unknown(`${name} is given states that are not its own`, view.span)
      const next = step(view, cell, input, own)
      return { kind: 'tuple', items: [next[0] ?? int(0), list([...next])] }
    }),
  }
}

export const recurrentLayers: readonly KerasLayer[] = [
  recurrent('SimpleRNN', 'rnn'),
  recurrent('LSTM', 'lstm'),
  recurrent('GRU', 'gru', ', reset_after=True'),
  cellLayer('SimpleRNNCell', 'rnn'),
  cellLayer('LSTMCell', 'lstm'),
  cellLayer('GRUCell', 'gru', ', reset_after=True'),
]
