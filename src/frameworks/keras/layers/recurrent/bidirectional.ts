/** Bidirectional: a recurrent layer and its twin that reads backwards. */
import { asItems } from '../../../../python/guards'
import { bool, list, str } from '../../../../python/make'
import type { Value } from '../../../../python/values'
import { add, affine, multiply } from '../../../torch/functional/arithmetic'
import { concat } from '../../../torch/functional/join'
import { register } from '../../../torch/module/registry'
import { isTensor, type TensorValue } from '../../../torch/tensor'
import { select, slice } from '../../../torch/tensor/views'
import { callLayer } from '../../layer/call'
import { copiedLayer } from '../../layer/copy'
import type { KerasLayer } from '../../layer/declare'
import { layerName, layerState } from '../../layer/state'
import { LayerView } from '../../layer/view'
import { buildCell, cellOf, runOverTime } from './cells'
import { type Given, givenTo, isGiven, reversed } from './states'

function innerView(view: LayerView, name: string): LayerView | null {
  const found = view.value(name)
  return found.kind === 'instance' ? new LayerView(view.interpreter, found, view.span) : null
}

/** Both outputs as one, and the states behind it; without a merge mode the outputs stand side by side in front of the states. */
function together(view: LayerView, forward: TensorValue, backward: TensorValue, states: readonly Value[]): Value {
  if (view.isNone('merge_mode')) return list([forward, backward, ...states])
  const shown = merged(view, forward, backward)
  return states.length === 0 || !isTensor(shown) ? shown : list([shown, ...states])
}

function merged(view: LayerView, forward: TensorValue, backward: TensorValue): Value {
  switch (view.text('merge_mode')) {
    case 'concat':
      return concat(view, [forward, backward], forward.payload.shape.length - 1)
    case 'sum':
      return add(view, forward, backward)
    case 'mul':
      return multiply(view, forward, backward)
    case 'ave':
      return affine(view, add(view, forward, backward), 0.5, 0)
    default:
      return view.refuse("`merge_mode` must be 'concat', 'sum', 'mul', 'ave' or None")
  }
}

/** Both directions of Keras' own cells are one operation, whose outputs lie side by side on the last axis. */
function ranTogether(view: LayerView, forward: LayerView, backward: LayerView, { input, initial }: Given): Value {
  const cell = cellOf(forward)
  const { shape } = input.payload
  if (cell === null || cellOf(backward) !== cell) return ranApart(view, forward, backward, { input, initial })
  if (shape.length !== 3) return view.refuse(`expected an input of 3 axes, but its shape is (${shape.join(', ')})`)
  if (initial.length > 0) return view.interpreter.unknown('states that are given to Bidirectional are not followed', view.span)
  const [sequence, ...states] = runOverTime(forward, cell, input, [forward, backward], [])
  if (sequence === undefined) return view.refuse('it gave nothing')
  const units = forward.size('units')
  const steps = shape[1] ?? 1
  const half = (from: number, step: number): TensorValue => {
    const own = forward.flag('return_sequences') ? sequence : select(view, sequence, 1, step)
    return slice(view, own, own.payload.shape.length - 1, from, from + units)
  }
  const last = forward.flag('return_state') ? [0, 1].flatMap((direction) => states.map((state) => select(view, state, 0, direction))) : []
  if (view.text('merge_mode') !== 'concat' || !forward.flag('return_sequences'))
    return together(view, half(0, steps - 1), half(units, 0), last)
  return last.length === 0 ? sequence : list([sequence, ...last])
}

/** Other recurrent layers run one after the other, the second on the reversed input. */
function ranApart(view: LayerView, forward: LayerView, backward: LayerView, { input, initial }: Given): Value {
  const { interpreter, span } = view
  if (initial.length > 0) return interpreter.unknown('states that are given to Bidirectional are not followed', span)
  const results = [forward, backward].map(({ layer }) => callLayer(interpreter, layer, { positional: [input], keyword: new Map(), span }))
  const parts = results.map((result) => (isTensor(result) ? [result] : (asItems(result) ?? [])))
  const [[there, ...thereStates] = [], [back, ...backStates] = []] = parts
  if (there === undefined || back === undefined || !isTensor(there) || !isTensor(back))
    return results.find(({ kind }) => kind === 'unknown') ?? interpreter.unknown('Bidirectional around this layer is not modelled', span)
  const ordered = forward.flag('return_sequences') ? reversed(view, back, 1) : back
  return together(view, there, ordered, [...thereStates, ...backStates])
}

export const bidirectional: KerasLayer = {
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
    const backward = twin.kind === 'instance' ? twin : copiedLayer(view.interpreter, layer)
    if (backward.kind !== 'instance') return
    if (twin.kind !== 'instance')
      backward.attributes.set('go_backwards', bool(!new LayerView(view.interpreter, layer, null).flag('go_backwards')))
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
  call: (view, inputs, args) => {
    const [forward, backward] = [innerView(view, 'forward_layer'), innerView(view, 'backward_layer')]
    if (forward === null || backward === null) return view.refuse('it takes a layer')
    const given = givenTo(view, inputs, args.value('initial_state'))
    return isGiven(given) ? ranTogether(view, forward, backward, given) : given
  },
}
