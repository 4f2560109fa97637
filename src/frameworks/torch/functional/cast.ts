import type { Site } from '../site'
import type { DType, TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { isRecorded } from '../tensor/operand'
import { alias } from '../tensor/views'

/** The same numbers in another type; rounded towards zero to become integers. */
export function cast(at: Site, input: TensorValue, dtype: DType): TensorValue {
  const { shape, dtype: own } = input.payload
  if (own === dtype) return input
  return emit(at, {
    op: { kind: 'cast', stopGradient: dtype !== 'float' },
    inputs: [input],
    output: { shape, dtype },
    fold: ([elements]) => {
      if (elements === undefined) return null
      if (dtype === 'int') return (index) => Math.trunc(elements(index))
      return dtype === 'bool' ? (index) => (elements(index) === 0 ? 0 : 1) : elements
    },
    draw: ([base]) => ({ distribution: base ?? { kind: 'unknown', reason: 'no operand' }, label: 'cast' }),
  })
}

/** The same numbers, through which no gradient flows. */
export function detach(at: Site, input: TensorValue): TensorValue {
  if (!isRecorded(at, input)) return alias(at, input)
  return emit(at, { op: { kind: 'cast', stopGradient: true }, inputs: [input], output: input.payload })
}
