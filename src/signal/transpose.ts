/** Row-major transposition; `order[i]` is the old axis that becomes axis i. */
export function transpose<A extends Float64Array | Uint16Array>(values: A, dims: readonly number[], order: readonly number[]): A {
  const strides = new Array<number>(dims.length).fill(1)
  for (let i = dims.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] as number) * (dims[i + 1] as number)
  const out = values.slice() as A
  const index = order.map(() => 0)
  for (let at = 0; at < out.length; at++) {
    let from = 0
    for (let i = 0; i < order.length; i++) from += (index[i] as number) * (strides[order[i] as number] as number)
    out[at] = values[from] as number
    for (let i = order.length - 1; i >= 0; i--) {
      index[i] = (index[i] as number) + 1
      if ((index[i] as number) < (dims[order[i] as number] as number)) break
      index[i] = 0
    }
  }
  return out
}
