/** Channels-last tensors for operations that want channels right before the window's axes. */
import { permute } from '../../torch/tensor/views'
import type { TensorValue } from '../../torch/tensor'
import type { LayerView } from '../layer/view'

export function isChannelsFirst(view: LayerView): boolean {
  return view.text('data_format') === 'channels_first'
}

/** [N, …window, C] → [N, C, …window]; as it is where the layer's channels come first. */
export function channelsFirst(view: LayerView, input: TensorValue): TensorValue {
  if (isChannelsFirst(view)) return input
  const last = input.payload.shape.length - 1
  return permute(view, input, [0, last, ...Array.from({ length: last - 1 }, (_, axis) => axis + 1)])
}

/** Back again. */
export function channelsLast(view: LayerView, input: TensorValue): TensorValue {
  if (isChannelsFirst(view)) return input
  const rank = input.payload.shape.length
  return permute(view, input, [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1])
}

/** The axis of the channels. */
export function channelAxis(view: LayerView, rank: number): number {
  return isChannelsFirst(view) ? 1 : rank - 1
}

/** The channels of a shape. */
export function channelsOf(view: LayerView, shape: readonly number[]): number {
  return shape[channelAxis(view, shape.length)] ?? 1
}
