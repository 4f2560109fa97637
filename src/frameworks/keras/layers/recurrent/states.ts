/** States that recurrent layers are given and give. */
import { asItems } from '../../../../python/guards'
import { list } from '../../../../python/make'
import type { Value } from '../../../../python/values'
import { cast } from '../../../torch/functional/cast'
import { isTensor, type TensorValue } from '../../../torch/tensor'
import { emit } from '../../../torch/tensor/emit'
import { select } from '../../../torch/tensor/views'
import type { LayerView } from '../../layer/view'

/** The sequence that a layer is called on, and the states behind it: `layer([x, h, c])` or `layer(x, initial_state=[h, c])`. */
export interface Given {
  readonly input: TensorValue
  readonly initial: readonly TensorValue[]
}

export function tensorsIn(value: Value): readonly TensorValue[] {
  if (isTensor(value)) return [value]
  return (asItems(value) ?? []).flatMap(tensorsIn)
}

/** What a layer is called on; what of it is not known otherwise. */
export function givenTo(view: LayerView, inputs: Value, initial: Value): Given | Value {
  const items = asItems(inputs)
  const [first = inputs, ...behind] = items ?? []
  if (first.kind === 'unknown') return first
  if (initial.kind === 'unknown') return initial
  if (!isTensor(first)) return view.interpreter.unknown(`${view.layer.cls.name} is called on what is no tensor`, view.span)
  const states = [...behind, ...(asItems(initial) ?? [initial])]
  return { input: cast(view, first, 'float'), initial: states.flatMap(tensorsIn) }
}

export function isGiven(given: Given | Value): given is Given {
  return 'initial' in given
}

export function reversed(view: LayerView, x: TensorValue, axis: number): TensorValue {
  return emit(view, { op: { kind: 'flip', axes: [axis] }, inputs: [x], output: x.payload })
}

/** A sequence [batch, steps, …] and the last states: arrays, or those of each of several cells as a list. */
export interface Ran {
  readonly sequence: TensorValue
  readonly states: readonly Value[]
}

/** The sequence, or its last step; the states behind it where they are asked for. */
export function results(view: LayerView, { sequence, states }: Ran): Value {
  const steps = sequence.payload.shape[1] ?? 1
  const shown = view.flag('return_sequences') ? sequence : select(view, sequence, 1, steps - 1)
  return view.flag('return_state') ? list([shown, ...states]) : shown
}
