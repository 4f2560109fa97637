import { runtimeError, type Site } from '../site'

/** The shape that all of `shapes` broadcast to. */
export function broadcastShapes(at: Site, ...shapes: readonly (readonly number[])[]): readonly number[] {
  return shapes.reduce((a, b) => broadcastPair(at, a, b), [])
}

function broadcastPair(at: Site, a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    if (left === right || right === 1) return left
    if (left === 1) return right
    return runtimeError(at, `The size of tensor a (${left}) must match the size of tensor b (${right}) at non-singleton dimension ${axis}`)
  })
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}
