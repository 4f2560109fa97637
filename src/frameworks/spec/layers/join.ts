import type { Op, TensorId } from '../../../graph'
import type { LayerKind, Scope } from '../scope'

/** Shape that broadcasting gives; fails where sizes differ and neither is 1. */
export function together(scope: Scope, inputs: readonly TensorId[]): readonly number[] {
  const shapes = inputs.map((input) => scope.shape(input))
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = new Set(shapes.map((shape) => shape[axis - (rank - shape.length)] ?? 1).filter((size) => size !== 1))
    if (sizes.size > 1)
      scope.settings.place.fail(`${scope.name} joins tensors of different sizes: ${shapes.map((shape) => shape.join('×')).join(' and ')}.`)
    return [...sizes][0] ?? 1
  })
}

const several = (scope: Scope, inputs: readonly TensorId[], least = 2): void => {
  if (inputs.length < least) scope.settings.place.fail(`${scope.name} joins ${least} tensors or more: name them, like from: [left, right].`)
}

/** x + y + …, as one node. */
export function sum(scope: Scope, inputs: readonly TensorId[]): TensorId {
  return scope.emit({ kind: 'add', signs: inputs.map(() => 1 as const) }, inputs, together(scope, inputs))
}

const add: LayerKind = {
  type: 'add',
  settings: [],
  joins: true,
  lower(scope, inputs) {
    several(scope, inputs)
    return sum(scope, inputs)
  },
}

const average: LayerKind = {
  type: 'average',
  settings: [],
  joins: true,
  lower(scope, inputs) {
    several(scope, inputs)
    const total = sum(scope, inputs)
    return scope.emit({ kind: 'affine', factor: 1 / inputs.length, shift: 0 }, [total], scope.shape(total))
  },
}

/** Pairs from the left. */
function folded(type: string, op: Op): LayerKind {
  return {
    type,
    settings: [],
    joins: true,
    lower(scope, inputs) {
      several(scope, inputs)
      return inputs.slice(1).reduce((left, right) => scope.emit(op, [left, right], together(scope, [left, right])), inputs[0] as number)
    },
  }
}

const concat: LayerKind = {
  type: 'concat',
  aliases: ['concatenate'],
  settings: ['axis'],
  joins: true,
  lower(scope, inputs) {
    several(scope, inputs)
    const shapes = inputs.map((input) => scope.shape(input))
    const [first] = shapes as [readonly number[]]
    const written = scope.settings.integer('axis', scope.channelAxis(inputs[0] as number), -first.length)
    const axis = written < 0 ? written + first.length : written
    const fits = shapes.every(
      (shape) => shape.length === first.length && shape.every((size, index) => index === axis || size === first[index]),
    )
    if (!fits || axis >= first.length)
      scope.settings.place.fail(`${scope.name} cannot join ${shapes.map((shape) => shape.join('×')).join(' and ')} along axis ${axis}.`)
    const size = shapes.reduce((all, shape) => all + (shape[axis] as number), 0)
    return scope.emit(
      { kind: 'concat', axis },
      inputs,
      first.map((own, index) => (index === axis ? size : own)),
    )
  },
}

export const joins: readonly LayerKind[] = [
  add,
  average,
  folded('subtract', { kind: 'add', signs: [1, -1] }),
  folded('multiply', { kind: 'multiply' }),
  folded('maximum', { kind: 'extremum', which: 'max' }),
  folded('minimum', { kind: 'extremum', which: 'min' }),
  concat,
]
