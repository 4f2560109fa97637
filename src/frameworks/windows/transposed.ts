/** Transposed convolutions as Keras and JAX make them: the full output, cropped. */
import type { ParameterId } from '../../graph'
import type { Site } from '../torch/site'
import type { TensorValue } from '../torch/tensor'
import { emit } from '../torch/tensor/emit'
import type { Sides } from './sizes'

export interface Transposed {
  readonly weight: ParameterId
  readonly bias: ParameterId | null
  readonly outChannels: number
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  /** What is cut before and after each axis; negative after: positions that no tap reaches are added. */
  readonly crops: readonly Sides[]
}

/** Sizes of the window's axes of the output, of an input [N, C, …window]. */
export function transposedSizes(
  shape: readonly number[],
  { kernel, stride, dilation, crops }: Omit<Transposed, 'weight' | 'bias'>,
): readonly number[] {
  return shape.slice(2).map((size, axis) => {
    const [before, after] = crops[axis] ?? [0, 0]
    return (size - 1) * (stride[axis] ?? 1) + ((kernel[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1 - before - after
  })
}

/** Of an input [N, C, …window]; nothing is cut before that is not there. */
export function convolveTransposed(at: Site, input: TensorValue, what: Transposed): TensorValue {
  const { weight, bias, outChannels, kernel, stride, dilation, crops } = what
  const { shape } = input.payload
  return emit(at, {
    op: {
      kind: 'convTranspose',
      weight,
      bias,
      inChannels: shape[1] ?? 1,
      outChannels,
      kernel,
      stride,
      padding: crops.map(([before, after]) => [before, Math.max(0, after)] as const),
      dilation,
      groups: 1,
      outputPadding: crops.map(([, after]) => Math.max(0, -after)),
    },
    inputs: [input],
    output: { shape: [shape[0] ?? 1, outChannels, ...transposedSizes(shape, what)], dtype: 'float' },
    hasParameters: true,
  })
}
