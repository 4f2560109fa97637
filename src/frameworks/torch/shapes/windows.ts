/** Output sizes of windows that slide over spatial axes. */
import { runtimeError, type Site } from '../site'

/** One number for each of `rank` spatial axes. */
export function perAxis(sizes: readonly number[], rank: number): readonly number[] {
  const [only] = sizes
  return sizes.length === 1 && only !== undefined ? new Array<number>(rank).fill(only) : sizes
}

/** ⌊(n + before + after − dilation·(kernel − 1) − 1) / stride⌋ + 1. */
export function windowCount(size: number, kernel: number, stride: number, padding: readonly [number, number], dilation: number): number {
  return Math.floor((size + padding[0] + padding[1] - dilation * (kernel - 1) - 1) / stride) + 1
}

/** torch's pooling size: with ceil mode the last window must still start inside the input or its left padding. */
export function poolCount(size: number, kernel: number, stride: number, padding: number, dilation: number, ceilMode: boolean): number {
  const span = size + 2 * padding - dilation * (kernel - 1) - 1
  const windows = (ceilMode ? Math.ceil(span / stride) : Math.floor(span / stride)) + 1
  return ceilMode && (windows - 1) * stride >= size + padding ? windows - 1 : windows
}

export interface Windows {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly (readonly [number, number])[]
  readonly dilation: readonly number[]
}

/** Spatial sizes of a convolution's output. */
export function convolvedSizes(at: Site, sizes: readonly number[], windows: Windows): number[] {
  return sizes.map((size, axis) => {
    const kernel = windows.kernel[axis] as number
    const dilation = windows.dilation[axis] as number
    const padding = windows.padding[axis] as readonly [number, number]
    const padded = size + padding[0] + padding[1]
    if (padded < dilation * (kernel - 1) + 1) {
      const all = sizes.map((own, which) => own + (windows.padding[which]?.[0] ?? 0) + (windows.padding[which]?.[1] ?? 0))
      const spans = windows.kernel.map((own, which) => (windows.dilation[which] as number) * (own - 1) + 1)
      runtimeError(
        at,
        `Calculated padded input size per channel: (${all.join(' x ')}). Kernel size: (${spans.join(' x ')}). Kernel size can't be greater than actual input size`,
      )
    }
    return windowCount(size, kernel, windows.stride[axis] as number, padding, dilation)
  })
}
