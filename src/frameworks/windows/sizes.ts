/** Sizes and padding of sliding windows, as Keras counts them. */

export type Sides = readonly [number, number]

export type Padding = 'valid' | 'same' | 'causal'

export function paddingOf(text: string | undefined): Padding | null {
  return text === 'valid' || text === 'same' || text === 'causal' ? text : null
}

/** Zeros before and after an axis: `same` gives ⌈n/stride⌉ outputs, the odd zero after; `causal` pads before only. */
export function windowPadding(padding: Padding, size: number, kernel: number, stride: number, dilation: number): Sides {
  const extent = (kernel - 1) * dilation + 1
  if (padding === 'valid') return [0, 0]
  if (padding === 'causal') return [extent - 1, 0]
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size)
  return [Math.floor(total / 2), total - Math.floor(total / 2)]
}

export function windowOutput(size: number, sides: Sides, kernel: number, stride: number, dilation: number): number {
  return Math.floor((size + sides[0] + sides[1] - (kernel - 1) * dilation - 1) / stride) + 1
}

/**
 * What a transposed convolution cuts off the full output (n − 1)·stride + extent before and after; negative after: positions
 * that no tap reaches are added.
 */
export function transposedCrop(padding: Padding, kernel: number, stride: number, dilation: number, outputPadding: number | null): Sides {
  const extent = (kernel - 1) * dilation + 1
  if (padding === 'valid') return [0, -(outputPadding ?? Math.max(extent, stride) - extent)]
  const length = outputPadding === null ? stride + extent - 2 : extent + (extent % 2) - 2 + outputPadding
  const left = Math.min(Math.floor(length / 2) + (length % 2), extent - 1)
  return [extent - 1 - left, extent - 1 - (length - left)]
}
