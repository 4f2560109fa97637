/** Layers of the program's own, as far as their `call` is followed, and those of the library that have no rule here: of these the output's shape can be told. */
import type { TensorId } from '../../graph'
import { type ObjectValue, Unknown } from '../../javascript'
import type { LayerKind, Scope } from '../spec/scope'
import type { Computed } from './customCall'

/** What `computeOutputShape` of a user's layer gives for input shapes with the batch; null where it does not say. */
export type OutputShape = (instance: ObjectValue, shapes: readonly (readonly number[])[]) => readonly number[] | null

function shapeOf(scope: Scope, inputs: readonly TensorId[], instance: ObjectValue | null, outputShape: OutputShape): readonly number[] {
  const shapes = inputs.map((input) => scope.shape(input))
  const told = instance === null ? null : outputShape(instance, shapes)
  if (told !== null) return told
  scope.assume(`its output is taken to have its input’s shape`)
  return shapes[0] ?? []
}

/** What the program knows of its own layers. */
export interface OwnLayers {
  readonly outputShape: OutputShape
  readonly computed: (instance: ObjectValue, scope: Scope, inputs: readonly TensorId[]) => Computed
}

export function customKind(type: string, instance: ObjectValue | null, { outputShape, computed }: OwnLayers): LayerKind {
  return {
    type,
    settings: [],
    joins: true,
    lower(scope, inputs) {
      const found = instance === null ? null : computed(instance, scope, inputs)
      if (found !== null && !(found instanceof Unknown) && found[0] !== undefined) return found[0]
      const why = found instanceof Unknown ? `: ${found.reason}` : ''
      const reason = instance === null ? `the layer ${type} is not known here` : `${type} is a layer of this program’s own${why}`
      return scope.emit({ kind: 'opaque', name: type, reason }, inputs, shapeOf(scope, inputs, instance, outputShape))
    },
  }
}
