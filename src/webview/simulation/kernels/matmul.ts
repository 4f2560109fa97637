import { broadcastIndices, eachPosition } from './indices'
import { type Done, type Field, sizeOf } from './kernel'

/** Numbers of a matrix product: out[m, n] += Σ a[m, k]·b[k, n], each read at its own strides. */
interface Product {
  readonly m: number
  readonly k: number
  readonly n: number
}
interface Matrix {
  readonly data: Float32Array
  readonly offset: number
  readonly row: number
  readonly column: number
}

function multiply({ m, k, n }: Product, a: Matrix, b: Matrix, out: Matrix): void {
  for (let i = 0; i < m; i++) {
    for (let inner = 0; inner < k; inner++) {
      const factor = a.data[a.offset + i * a.row + inner * a.column] as number
      if (factor === 0) continue
      const from = b.offset + inner * b.row
      const to = out.offset + i * out.row
      for (let j = 0; j < n; j++)
        out.data[to + j * out.column] = (out.data[to + j * out.column] as number) + factor * (b.data[from + j * b.column] as number)
    }
  }
}

/** Batched matrix product over the last two axes; the axes before them are broadcast. Vectors are no matrices here. */
export function matmul(a: Field, b: Field, shape: readonly number[]): Done {
  const [m = 1, n = 1] = shape.slice(-2)
  const k = a.shape.at(-1) ?? 1
  const lead = shape.slice(0, -2)
  const batches = eachPosition(lead, () => 0).length
  const ofA = broadcastIndices(a.shape.slice(0, -2), lead)
  const ofB = broadcastIndices(b.shape.slice(0, -2), lead)
  const data = new Float32Array(sizeOf(shape))
  const sizes = { m, k, n }
  const at = (field: Float32Array, index: number, row: number, size: number): Matrix => ({
    data: field,
    offset: index * size,
    row,
    column: 1,
  })
  const turned = (matrix: Matrix): Matrix => ({ ...matrix, row: matrix.column, column: matrix.row })
  for (let batch = 0; batch < batches; batch++)
    multiply(sizes, at(a.data, ofA[batch] as number, k, m * k), at(b.data, ofB[batch] as number, n, k * n), at(data, batch, n, m * n))
  return {
    output: { shape, data },
    backward(gradient) {
      const backA = new Float32Array(a.data.length)
      const backB = new Float32Array(b.data.length)
      for (let batch = 0; batch < batches; batch++) {
        const g = at(gradient, batch, n, m * n)
        const [left, right] = [ofA[batch] as number, ofB[batch] as number]
        multiply({ m, k: n, n: k }, g, turned(at(b.data, right, n, k * n)), at(backA, left, k, m * k))
        multiply({ m: k, k: m, n }, turned(at(a.data, left, k, m * k)), g, at(backB, right, n, k * n))
      }
      return [backA, backB]
    },
  }
}
