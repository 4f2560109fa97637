import type { Node, TensorId } from '../graph'

/** Whether a layer may start at zero and learn from its first step on: it is the last, closes a residual branch, or is a gate. */
export function mayStartAtZero(outputs: readonly TensorId[], consumers: readonly (readonly Node[])[], tensor: TensorId): boolean {
  if (outputs.includes(tensor)) return true
  return (consumers[tensor] ?? []).every(({ op, outputs: next }) => {
    if (op.kind === 'add' || op.kind === 'multiply') return true
    const passes =
      op.kind === 'reshape' ||
      op.kind === 'permute' ||
      op.kind === 'dropout' ||
      op.kind === 'cast' ||
      op.kind === 'affine' ||
      op.kind === 'slice'
    return passes && next.every((output) => mayStartAtZero(outputs, consumers, output))
  })
}
