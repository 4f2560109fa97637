import type { Initializer } from '../graph'
import { count } from './torch/tensor/layout'

function largerSide(rows: number, elements: number): number {
  return Math.max(rows, elements / Math.max(1, rows))
}

/**
 * Keras and JAX draw an orthogonal matrix of [all axes but the last, the last]. Where the operation uses the same numbers as a matrix
 * of other sides, as a depthwise kernel is, they are no orthogonal matrix of its own, but numbers of this variance.
 */
export function orthogonalAsUsed(initializer: Initializer, shape: readonly number[], used: readonly number[]): Initializer {
  const { distribution } = initializer
  if (distribution.kind !== 'orthogonal' || shape.length < 2) return initializer
  const elements = count(shape)
  const own = largerSide(shape.at(-1) ?? 1, elements)
  if (own === largerSide(used[0] ?? 1, elements)) return initializer
  return { ...initializer, distribution: { kind: 'normal', mean: 0, std: distribution.gain / Math.sqrt(own) } }
}
