/** Layers that are not read: the user's own, and those of the library that have no rule here. Their output's shape is what can be told. */
import type { TensorId } from '../../graph'
import type { ObjectValue } from '../../javascript'
import type { LayerKind, Scope } from '../spec/scope'

/** What `computeOutputShape` of a user's layer gives for input shapes with the batch; null where it does not say. */
export type OutputShape = (instance: ObjectValue, shapes: readonly (readonly number[])[]) => readonly number[] | null

function shapeOf(scope: Scope, inputs: readonly TensorId[], instance: ObjectValue | null, outputShape: OutputShape): readonly number[] {
  const shapes = inputs.map((input) => scope.shape(input))
  const told = instance === null ? null : outputShape(instance, shapes)
  if (told !== null) return told
  scope.assume(`its output is taken to have its input’s shape`)
  return shapes[0] ?? []
}

export function customKind(type: string, instance: ObjectValue | null, outputShape: OutputShape): LayerKind {
  return {
    type,
    settings: [],
    joins: true,
    lower(scope, inputs) {
      const reason = instance === null ? `the layer ${type} is not known here` : `${type} is a layer of this program’s own`
      return scope.emit({ kind: 'opaque', name: type, reason }, inputs, shapeOf(scope, inputs, instance, outputShape))
    },
  }
}
