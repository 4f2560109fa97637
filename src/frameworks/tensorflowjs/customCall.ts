/** What a layer that the program writes computes: its `build`, then its `call`, on the tensors of the graph. */
import type { TensorId } from '../../graph'
import { ArrayValue, type Evaluator, isFunction, isUnknown, type ObjectValue, Unknown, type Value } from '../../javascript'
import type { Scope } from '../spec/scope'
import { methodOf } from './outputShape'
import { OpTensor, tensorsOf } from './tensors'

/** Ids of the tensors that it gives, or why they are not known. */
export type Computed = readonly TensorId[] | Unknown

export function computedBy(run: Evaluator, instance: ObjectValue, scope: Scope, inputs: readonly TensorId[]): Computed {
  const call = methodOf(instance, 'call')
  if (!isFunction(call) || call.node === null) return new Unknown('it has no call', null)
  const { node } = call
  const shapes = inputs.map((id) => new ArrayValue([null, ...scope.shape(id).slice(1)]))
  const result = run.guarded(node, (): Value => {
    const build = methodOf(instance, 'build')
    if (isFunction(build) && build.node !== null) {
      const built = run.call(build, instance, [shapes.length === 1 ? shapes[0] : new ArrayValue(shapes)], null)
      if (isUnknown(built)) return built
    }
    // As models call their layers: with a list, also of one.
    return run.call(call, instance, [new ArrayValue(inputs.map((id) => new OpTensor(scope, id)))], null)
  })
  const tensors = tensorsOf(result)
  return tensors instanceof Unknown ? tensors : tensors.map(({ id }) => id)
}
