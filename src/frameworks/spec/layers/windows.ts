/** Windows that slide over spatial axes. */
import type { Scope } from '../scope'

export type Padding = readonly (readonly [number, number])[]

/** `same`: ⌈n/stride⌋ positions, the odd element after; `causal`: all before; a number or list: on both sides. */
export function paddingOf(
  scope: Scope,
  sizes: readonly number[],
  kernel: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): Padding {
  const { settings } = scope
  const place = settings.at('padding')
  const written = place === null ? scope.context.fallbacks.padding : place.scalar
  const reach = kernel.map((size, axis) => (dilation[axis] as number) * (size - 1))
  if (written === 'valid') return kernel.map(() => [0, 0] as const)
  if (written === 'causal') return reach.map((size) => [size, 0] as const)
  if (written === 'same') {
    return sizes.map((size, axis) => {
      const step = stride[axis] as number
      const total = Math.max((Math.ceil(size / step) - 1) * step + (reach[axis] as number) + 1 - size, 0)
      return [Math.floor(total / 2), Math.ceil(total / 2)] as const
    })
  }
  if (typeof written === 'string')
    return place?.fail(`padding must be same, valid, causal, or numbers like padding: 1; here it is ${place.shown}.`) ?? []
  return settings.sizes('padding', kernel.length, null, 0).map((size) => [size, size] as const)
}

/** Positions of the windows on each axis; fails where a window does not fit. */
export function positions(
  scope: Scope,
  sizes: readonly number[],
  kernel: readonly number[],
  stride: readonly number[],
  padding: Padding,
  dilation: readonly number[],
): readonly number[] {
  return sizes.map((size, axis) => {
    const [before, after] = padding[axis] as readonly [number, number]
    const count =
      Math.floor((size + before + after - (dilation[axis] as number) * ((kernel[axis] as number) - 1) - 1) / (stride[axis] as number)) + 1
    return count >= 1
      ? count
      : scope.settings.place.fail(`${scope.name}: its window ${kernel.join('×')} is larger than what reaches it, ${sizes.join('×')}.`)
  })
}

export const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1)
