/** Activations as layers, dropouts and noise. */
import type { DropoutOp, InputDistribution } from '../../../graph'
import { activation } from '../../torch/functional/activations'
import { add } from '../../torch/functional/arithmetic'
import { dropout } from '../../torch/functional/dropout'
import { multiply } from '../../torch/functional/arithmetic'
import { softmax } from '../../torch/functional/softmax'
import { drawnTensor } from '../../torch/tensor/make'
import { type KerasLayer, onTensor } from '../layer/declare'
import { inTraining } from '../layer/state'
import type { LayerView } from '../layer/view'
import { rectifier } from '../ops/activation-functions'

function isTraining(view: LayerView, given: boolean | undefined): boolean {
  return given ?? inTraining(view.interpreter)
}

function dropoutLayer(name: string, variant: DropoutOp['variant']): KerasLayer {
  return {
    name,
    signature: 'rate, noise_shape=None, seed=None, data_format=None',
    callSignature: 'training=None',
    call: onTensor((view, input, args) => {
      const rate = view.number('rate')
      if (rate === undefined) return view.refuse('`rate` is not known')
      return isTraining(view, args.boolean('training')) ? dropout(view, input, rate, variant) : input
    }),
  }
}

/** Noise of this distribution, added to the input or multiplied with it, in train mode. */
function noisy(
  name: string,
  signature: string,
  of: (view: LayerView) => { readonly distribution: InputDistribution & { readonly kind: 'normal' }; readonly isFactor: boolean },
): KerasLayer {
  return {
    name,
    signature,
    callSignature: 'training=None',
    call: onTensor((view, input, args) => {
      if (!isTraining(view, args.boolean('training'))) return input
      const { distribution, isFactor } = of(view)
      const noise = drawnTensor(view, input.payload.shape, distribution, name)
      return isFactor ? multiply(view, input, noise) : add(view, input, noise)
    }),
  }
}

export const activationLayers: readonly KerasLayer[] = [
  {
    name: 'Activation',
    signature: 'activation',
    call: (view, inputs) => view.activate(inputs),
  },
  {
    name: 'ReLU',
    signature: 'max_value=None, negative_slope=0.0, threshold=0.0',
    call: onTensor((view, input) => {
      const fn = rectifier(
        view.number('negative_slope'),
        view.isNone('max_value') ? null : view.number('max_value'),
        view.number('threshold'),
      )
      return fn === null ? view.interpreter.unknown('a ReLU with these arguments is not modelled', view.span) : activation(view, input, fn)
    }),
  },
  {
    name: 'LeakyReLU',
    signature: 'negative_slope=0.3, alpha=None',
    call: onTensor((view, input) => {
      const slope = view.isNone('alpha') ? view.number('negative_slope') : view.number('alpha')
      return slope === undefined
        ? view.refuse('`negative_slope` is not known')
        : activation(view, input, { name: 'leakyRelu', slope, learned: false })
    }),
  },
  {
    name: 'PReLU',
    parametric: true,
    signature: "alpha_initializer='Zeros', alpha_regularizer=None, alpha_constraint=None, shared_axes=None",
    build: (view, shapes) => {
      const shape = shapes[0] ?? []
      const shared = new Set(view.isNone('shared_axes') ? [] : (view.perAxis('shared_axes', 1) ?? []))
      view.weight('alpha', { shape: shape.slice(1).map((size, axis) => (shared.has(axis + 1) ? 1 : size)), role: 'slope' })
    },
    call: onTensor((view, input) => {
      const alpha = view.tensor('alpha')
      const { source } = alpha?.payload ?? {}
      const drawn = source?.kind === 'data' ? source.storage.initializer.distribution : null
      if (drawn?.kind !== 'constant') return view.interpreter.unknown('slopes that are drawn at random are not modelled', view.span)
      return activation(view, input, { name: 'leakyRelu', slope: drawn.value, learned: true })
    }),
  },
  {
    name: 'ELU',
    signature: 'alpha=1.0',
    call: onTensor((view, input) => {
      const alpha = view.number('alpha')
      return alpha === undefined ? view.refuse('`alpha` is not known') : activation(view, input, { name: 'elu', alpha })
    }),
  },
  {
    name: 'ThresholdedReLU',
    signature: 'theta=1.0',
    call: onTensor((view, input) => {
      const threshold = view.number('theta')
      return threshold === undefined
        ? view.refuse('`theta` is not known')
        : activation(view, input, { name: 'threshold', threshold, value: 0 })
    }),
  },
  {
    name: 'Softmax',
    signature: 'axis=-1',
    callSignature: 'mask=None',
    call: onTensor((view, input) => softmax(view, input, view.size('axis'))),
  },
  dropoutLayer('Dropout', 'element'),
  dropoutLayer('SpatialDropout1D', 'channel'),
  dropoutLayer('SpatialDropout2D', 'channel'),
  dropoutLayer('SpatialDropout3D', 'channel'),
  dropoutLayer('AlphaDropout', 'alpha'),
  noisy('GaussianNoise', 'stddev, seed=None', (view) => ({
    distribution: { kind: 'normal', mean: 0, std: view.number('stddev') ?? view.refuse('`stddev` is not known') },
    isFactor: false,
  })),
  noisy('GaussianDropout', 'rate, seed=None', (view) => {
    const rate = view.number('rate') ?? view.refuse('`rate` is not known')
    return { distribution: { kind: 'normal', mean: 1, std: Math.sqrt(rate / (1 - rate)) }, isFactor: true }
  }),
]
