/** Matrix products with torch's rules for vectors and batches. */
import { broadcastShapes } from '../shapes/broadcast'
import { timesText } from '../shapes/text'
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { promoted } from '../tensor/promote'
import { dropAxes, insertAxis } from '../tensor/views'

/** `a @ b`. Vectors become a row on the left, a column on the right, and lose that axis again. */
export function matmul(at: Site, a: TensorValue, b: TensorValue): TensorValue {
  if (a.payload.shape.length === 0 || b.payload.shape.length === 0) {
    runtimeError(
      at,
      `both arguments to matmul need to be at least 1D, but they are ${a.payload.shape.length}D and ${b.payload.shape.length}D`,
    )
  }
  const leftVector = a.payload.shape.length === 1
  const rightVector = b.payload.shape.length === 1
  const left = leftVector ? insertAxis(at, a, 0) : a
  const right = rightVector ? insertAxis(at, b, 1) : b
  const product = matrices(at, left, right)
  const rank = product.payload.shape.length
  return dropAxes(at, product, [...(leftVector ? [rank - 2] : []), ...(rightVector ? [rank - 1] : [])])
}

function matrices(at: Site, a: TensorValue, b: TensorValue): TensorValue {
  const [x, y] = [a.payload.shape, b.payload.shape]
  const inner = x.at(-1) as number
  if (inner !== y.at(-2)) {
    if (x.length > 2 || y.length > 2) {
      const batch = broadcastShapes(at, x.slice(0, -2), y.slice(0, -2))
      runtimeError(
        at,
        `Expected size for first two dimensions of batch2 tensor to be: [${batch.reduce((all, size) => all * size, 1)}, ${inner}] but got: [${batch.reduce((all, size) => all * size, 1)}, ${y.at(-2)}].`,
      )
    }
    runtimeError(at, `mat1 and mat2 shapes cannot be multiplied (${timesText(x)} and ${timesText(y)})`)
  }
  const shape = [...broadcastShapes(at, x.slice(0, -2), y.slice(0, -2)), x.at(-2) as number, y.at(-1) as number]
  return emit(at, { op: { kind: 'matmul' }, inputs: [a, b], output: { shape, dtype: promoted(a.payload.dtype, b.payload.dtype) } })
}
