/** What attention layers share: projections onto heads, and masks. */
import type { Fans } from '../../../../graph'
import type { Value } from '../../../../python/values'
import { cast } from '../../../torch/functional/cast'
import { emit } from '../../../torch/tensor/emit'
import { isTensor, type TensorValue } from '../../../torch/tensor'
import { count } from '../../../torch/tensor/layout'
import { insertAxis, permute, reshape } from '../../../torch/tensor/views'
import type { Shape } from '../../layer/declare'
import type { LayerView } from '../../layer/view'

/** A projection's kernel [in, heads, dim], drawn with the fans of the matrix that it is. */
export function projection(view: LayerView, name: string, kernel: Shape, inFeatures: number, bias: Shape): void {
  const outFeatures = count(kernel) / inFeatures
  const fans: Fans = { fanIn: inFeatures, fanOut: outFeatures }
  view.weight(`${name}.kernel`, { shape: kernel, asUsed: [outFeatures, inFeatures], fans, argument: 'kernel_initializer' })
  if (view.flag('use_bias')) view.weight(`${name}.bias`, { shape: bias, role: 'bias', argument: 'bias_initializer' })
}

/** x·W over the last axis. */
export function project(view: LayerView, name: string, input: TensorValue, outFeatures: number): TensorValue {
  const { shape } = input.payload
  return emit(view, {
    op: {
      kind: 'linear',
      weight: view.needed(`${name}.kernel`),
      bias: view.id(`${name}.bias`, 'bias'),
      inFeatures: shape.at(-1) ?? 1,
      outFeatures,
    },
    inputs: [input],
    output: { shape: [...shape.slice(0, -1), outFeatures], dtype: 'float' },
    hasParameters: true,
  })
}

/** [B, T, heads·dim] → [B, heads, T, dim]. */
export function heads(view: LayerView, input: TensorValue, number: number): TensorValue {
  const [batch = 1, length = 1, features = 1] = input.payload.shape
  return permute(view, reshape(view, input, [batch, length, number, features / number]), [0, 2, 1, 3])
}

export function optionalTensor(value: Value): TensorValue | null {
  return isTensor(value) ? value : null
}

/** A mask [B, T, S] or [T, S] for scores [B, heads, T, S]. */
export function maskFor(view: LayerView, mask: TensorValue | null): TensorValue | null {
  if (mask === null) return null
  const typed = mask.payload.dtype === 'bool' ? mask : cast(view, mask, 'bool')
  return typed.payload.shape.length === 3 ? insertAxis(view, typed, 1) : typed
}

/** [B, heads, T, dim] → [B, T, heads·dim]. */
export function withoutHeads(view: LayerView, input: TensorValue): TensorValue {
  const [batch = 1, number = 1, length = 1, dim = 1] = input.payload.shape
  return reshape(view, permute(view, input, [0, 2, 1, 3]), [batch, length, number * dim])
}
