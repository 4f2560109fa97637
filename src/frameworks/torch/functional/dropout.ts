/** Dropouts, in train mode. */
import type { DropoutOp } from '../../../graph'
import { type Site, valueError } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'

/** Drops with probability `rate`; rate 0 is the input itself. */
export function dropout(
  at: Site,
  input: TensorValue,
  rate: number,
  variant: DropoutOp['variant'] = 'element',
  rescale = true,
): TensorValue {
  if (!(rate >= 0 && rate <= 1)) valueError(at, `dropout probability has to be between 0 and 1, but got ${rate}`)
  const { shape, dtype } = input.payload
  return emit(at, { op: { kind: 'dropout', rate, variant, rescale }, inputs: [input], output: { shape, dtype } })
}
