/** Rows of a table picked by integers. */
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { plainWeight } from '../tensor/weight'

export type BagMode = 'sum' | 'mean' | 'max'

/** weight [count, dim]; the output gains an axis of size dim. */
export function embedding(at: Site, indices: TensorValue, weight: TensorValue, paddingIndex: number | null): TensorValue {
  const [count = 0, dim = 0] = weight.payload.shape
  return lookUp(at, indices, weight, [...indices.payload.shape, dim], { count, dim, paddingIndex, bag: null })
}

/** Rows of the last index axis reduced; `offsets` (1-D indices) give the bags' starts. */
export function embeddingBag(
  at: Site,
  indices: TensorValue,
  weight: TensorValue,
  bags: number | null,
  mode: BagMode,
  paddingIndex: number | null,
): TensorValue {
  const [count = 0, dim = 0] = weight.payload.shape
  const leading = indices.payload.shape.length === 1 ? [bags ?? 1] : indices.payload.shape.slice(0, -1)
  return lookUp(at, indices, weight, [...leading, dim], { count, dim, paddingIndex, bag: mode })
}

interface Lookup {
  readonly count: number
  readonly dim: number
  readonly paddingIndex: number | null
  readonly bag: BagMode | null
}

function lookUp(at: Site, indices: TensorValue, weight: TensorValue, shape: readonly number[], lookup: Lookup): TensorValue {
  if (indices.payload.dtype !== 'int') {
    at.interpreter.raise(
      'RuntimeError',
      "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.FloatTensor instead (while checking arguments for embedding)",
      at.span,
    )
  }
  const parameter = plainWeight(at, weight, 'embedding')
  const output = { shape, dtype: 'float' } as const
  if (parameter === null) {
    return emit(at, { op: { kind: 'opaque', name: 'embedding', reason: 'its table is computed' }, inputs: [indices, weight], output })
  }
  return emit(at, { op: { kind: 'embedding', weight: parameter, ...lookup }, inputs: [indices], output, hasParameters: true })
}
