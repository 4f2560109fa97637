/** x·Wᵀ over the last axis of x: `units` sums for every row of `columns` values. */
export function linear(x: Float64Array, w: Float64Array, columns: number, units: number): Float64Array {
  return Float64Array.from({ length: (x.length / columns) * units }, (_, k) => {
    const [row, unit] = [Math.floor(k / units) * columns, (k % units) * columns]
    let sum = 0
    for (let i = 0; i < columns; i++) sum += (x[row + i] as number) * (w[unit + i] as number)
    return sum
  })
}
