import type { Node, Parameter } from '../graph'

/**
 * How many products each output unit sums on average: the fan_in that keeps the forward signal.
 * Linear: in. Conv: in/groups·∏kernel. Transposed conv: in/groups·∏kernel/∏stride, since only every stride-th tap is hit.
 * null where no sum is meant.
 */
export function arithmeticFanIn(node: Node): number | null {
  const { op } = node
  switch (op.kind) {
    case 'linear':
      return op.inFeatures
    case 'conv':
      return (op.inChannels / op.groups) * product(op.kernel)
    case 'convTranspose':
      return ((op.inChannels / op.groups) * product(op.kernel)) / product(op.stride)
    default:
      return null
  }
}

/** How many output units each input reaches: the fan that keeps the gradient. Conv: out/groups·∏kernel/∏stride. */
export function arithmeticFanOut(node: Node): number | null {
  const { op } = node
  switch (op.kind) {
    case 'linear':
      return op.outFeatures
    case 'conv':
      return ((op.outChannels / op.groups) * product(op.kernel)) / product(op.stride)
    case 'convTranspose':
      return (op.outChannels / op.groups) * product(op.kernel)
    default:
      return null
  }
}

/** Fans as the framework's initializers count them, else the arithmetic's for its first use. */
export function fansOf(parameter: Parameter, use: Node): { readonly fanIn: number | null; readonly fanOut: number | null } {
  if (parameter.fans !== null) return parameter.fans
  return { fanIn: arithmeticFanIn(use), fanOut: arithmeticFanOut(use) }
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1)
}
