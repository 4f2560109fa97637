/** fan_in and fan_out as Keras' initializers count them. */
import type { Fans } from '../../../graph'

/** Of a kernel [in, out] or [...window, in, out], whatever the layer means by its axes: a depthwise kernel [3, 3, C, 1] has fan_in 9·C. */
export function kerasFans(shape: readonly number[]): Fans {
  const rank = shape.length
  if (rank === 0) return { fanIn: 1, fanOut: 1 }
  if (rank === 1) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 }
  const field = shape.slice(0, -2).reduce((product, size) => product * size, 1)
  return { fanIn: (shape[rank - 2] ?? 1) * field, fanOut: (shape[rank - 1] ?? 1) * field }
}
