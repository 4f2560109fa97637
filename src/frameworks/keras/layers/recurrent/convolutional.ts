/**
 * ConvLSTM1D … ConvLSTM3D: their weights and the shapes that they give. What they give is not modelled: a cell adds up inputs that
 * share much from step to step, at every place of a map.
 */
import { emitMany } from '../../../torch/tensor/emit'
import { paddingOf, windowOutput, windowPadding } from '../../../windows/sizes'
import type { KerasLayer, Shape } from '../../layer/declare'
import type { LayerView } from '../../layer/view'
import { channelsOf, isChannelsFirst } from '../channels'
import { unitForget } from './cells'
import { givenTo, isGiven, results } from './states'

/** Sizes of the maps that a step gives, of one that it takes. */
function mapSizes(view: LayerView, sizes: Shape, kernel: Shape): Shape {
  const padding = paddingOf(view.text('padding'))
  if (padding === null || padding === 'causal') return view.refuse("`padding` must be 'valid' or 'same'")
  const [strides, dilations] = [view.sizes('strides', kernel.length), view.sizes('dilation_rate', kernel.length)]
  return sizes.map((size, axis) => {
    const window = [kernel[axis] ?? 1, strides[axis] ?? 1, dilations[axis] ?? 1] as const
    const given = windowOutput(size, windowPadding(padding, size, ...window), ...window)
    return given > 0 ? given : view.refuse(`the maps of ${sizes.join('×')} are smaller than the window`)
  })
}

function convLstm(rank: number): KerasLayer {
  return {
    name: `ConvLSTM${rank}D`,
    parametric: true,
    signature:
      "filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1, activation='tanh', recurrent_activation='sigmoid', use_bias=True, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros', unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False, go_backwards=False, stateful=False",
    build: (view, [shape = []]) => {
      const filters = view.size('filters')
      const kernel = view.sizes('kernel_size', rank)
      // Without the axis of time the channels stand where a convolution has them.
      const channels = channelsOf(view, [shape[0] ?? 1, ...shape.slice(2)])
      view.weight('kernel', { shape: [...kernel, channels, 4 * filters], asUsed: [4 * filters, channels, ...kernel] })
      view.weight('recurrent_kernel', {
        shape: [...kernel, filters, 4 * filters],
        asUsed: [4 * filters, filters, ...kernel],
        role: 'recurrentKernel',
        argument: 'recurrent_initializer',
      })
      if (!view.flag('use_bias')) return
      view.weight('bias', { shape: [4 * filters], role: 'bias' })
      if (view.flag('unit_forget_bias')) unitForget(view, filters)
    },
    inputs: 'sequences',
    callSignature: 'initial_state=None, mask=None, training=None',
    call: (view, inputs, args) => {
      const given = givenTo(view, inputs, args.value('initial_state'))
      if (!isGiven(given)) return given
      const { shape } = given.input.payload
      if (shape.length !== rank + 3) return view.refuse(`expected an input of ${rank + 3} axes, but its shape is (${shape.join(', ')})`)
      const [batch = 1, steps = 1] = shape
      const [filters, isFirst] = [view.size('filters'), isChannelsFirst(view)]
      const maps = mapSizes(view, isFirst ? shape.slice(3) : shape.slice(2, -1), view.sizes('kernel_size', rank))
      const each = isFirst ? [filters, ...maps] : [...maps, filters]
      const state = { shape: [batch, ...each], dtype: 'float' as const }
      const op = { kind: 'opaque' as const, name: view.layer.cls.name, reason: 'recurrent convolutions are not modelled' }
      const outputs = [{ shape: [batch, steps, ...each], dtype: 'float' as const }, state, state]
      const [sequence, ...states] = emitMany(view, op, [given.input, ...given.initial], outputs)
      return sequence === undefined ? view.refuse('it gave nothing') : results(view, { sequence, states })
    },
  }
}

export const convLstmLayers: readonly KerasLayer[] = [convLstm(1), convLstm(2), convLstm(3)]
