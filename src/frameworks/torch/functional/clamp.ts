import { broadcastShapes } from '../shapes/broadcast'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { scalarOf } from '../tensor/elements'
import { emit } from '../tensor/emit'
import { constantTensor } from '../tensor/make'
import { isRecorded } from '../tensor/operand'
import { promoted } from '../tensor/promote'
import { activation } from './activations'
import { dtypeOf, type Operand } from './arithmetic'

/** Elementwise max or min of two tensors. */
export function extremum(at: Site, which: 'max' | 'min', a: TensorValue, b: TensorValue): TensorValue {
  const shape = broadcastShapes(at, a.payload.shape, b.payload.shape)
  return emit(at, { op: { kind: 'extremum', which }, inputs: [a, b], output: { shape, dtype: promoted(a.payload.dtype, b.payload.dtype) } })
}

/** min(max(x, low), high); a bound that is null is none. Known bounds make it a nonlinearity, clamp(x, 0) a ReLU. */
export function clamp(at: Site, input: TensorValue, low: Operand | null, high: Operand | null): TensorValue {
  const least = low === null ? Number.NEGATIVE_INFINITY : knownBound(at, low)
  const most = high === null ? Number.POSITIVE_INFINITY : knownBound(at, high)
  if (least !== null && most !== null) {
    if (least === 0 && most === Number.POSITIVE_INFINITY) return activation(at, input, { name: 'relu' })
    const { shape } = input.payload
    const dtype = promoted(input.payload.dtype, ...[low, high].filter((bound) => bound !== null).map(dtypeOf))
    return emit(at, {
      op: { kind: 'activation', fn: { name: 'clippedLinear', slope: 1, shift: 0, low: least, high: most } },
      inputs: [input],
      output: { shape, dtype },
    })
  }
  const above = low === null ? input : extremum(at, 'max', input, tensorBound(at, low))
  return high === null ? above : extremum(at, 'min', above, tensorBound(at, high))
}

function knownBound(at: Site, bound: Operand): number | null {
  if (bound.kind === 'number') return bound.value
  return isRecorded(at, bound) ? null : scalarOf(bound.payload)
}

function tensorBound(at: Site, bound: Operand): TensorValue {
  return bound.kind === 'number' ? constantTensor(at, [], bound.dtype, bound.value, String(bound.value)) : bound
}
