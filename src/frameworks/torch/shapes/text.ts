/** `[8, 3, 32, 32]`, as torch prints sizes. */
export function sizes(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}

/** `8x3`, as torch's matrix errors print sizes. */
export function timesText(shape: readonly number[]): string {
  return shape.join('x')
}
