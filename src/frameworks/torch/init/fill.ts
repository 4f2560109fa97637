/** Drawing a tensor anew, in place. */
import type { Distribution } from '../../../graph'
import type { Site } from '../site'
import type { Elements, TensorValue } from '../tensor'
import { drawnTensor } from '../tensor/make'
import { assign, writeData } from '../tensor/write'

/** Everything that the tensor shows is drawn from `distribution` from here on. */
export function fill(
  at: Site,
  tensor: TensorValue,
  distribution: Distribution,
  label: string,
  elements: Elements | null = null,
): TensorValue {
  const { source, shape, dtype } = tensor.payload
  const known = elements ?? (distribution.kind === 'constant' ? constant(distribution.value) : null)
  if (source.kind === 'data') {
    writeData(source, shape, { initializer: { distribution, label, origin: 'written', span: at.span }, elements: known, derived: false })
  } else {
    assign(tensor, drawnTensor(at, shape, distribution, label, dtype), false)
  }
  return tensor
}

const constant =
  (value: number): Elements =>
  () =>
    value
