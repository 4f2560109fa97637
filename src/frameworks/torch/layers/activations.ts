/** Elementwise activations, softmaxes and PReLU: each is one function of torch.nn.functional. */
import { defaultInitializer } from '../tensor'
import { type Forward, functional, type Layer } from './layer'

/** Name, constructor's parameters, and the function with the attributes that it takes. */
type Row = readonly [name: string, signature: string, forward: Forward, base?: string]

const table: readonly Row[] = [
  ['Threshold', 'threshold, value, inplace=False', functional('threshold', 'threshold', 'value')],
  ['ReLU', 'inplace=False', functional('relu', 'inplace=inplace')],
  ['RReLU', 'lower=0.125, upper=0.3333333333333333, inplace=False', functional('rrelu', 'lower', 'upper', 'training')],
  ['Hardtanh', 'min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None', functional('hardtanh', 'min_val', 'max_val')],
  ['ReLU6', 'inplace=False', functional('relu6'), 'Hardtanh'],
  ['Sigmoid', '', functional('sigmoid')],
  ['Hardsigmoid', 'inplace=False', functional('hardsigmoid')],
  ['Tanh', '', functional('tanh')],
  ['SiLU', 'inplace=False', functional('silu')],
  ['Mish', 'inplace=False', functional('mish')],
  ['Hardswish', 'inplace=False', functional('hardswish')],
  ['ELU', 'alpha=1.0, inplace=False', functional('elu', 'alpha')],
  ['CELU', 'alpha=1.0, inplace=False', functional('celu', 'alpha')],
  ['SELU', 'inplace=False', functional('selu')],
  ['GLU', 'dim=-1', functional('glu', 'dim')],
  ['GELU', "approximate='none'", functional('gelu', 'approximate=approximate')],
  ['Hardshrink', 'lambd=0.5', functional('hardshrink', 'lambd')],
  ['LeakyReLU', 'negative_slope=0.01, inplace=False', functional('leaky_relu', 'negative_slope')],
  ['LogSigmoid', '', functional('logsigmoid')],
  ['Softplus', 'beta=1.0, threshold=20.0', functional('softplus', 'beta', 'threshold')],
  ['Softshrink', 'lambd=0.5', functional('softshrink', 'lambd')],
  ['Softsign', '', functional('softsign')],
  ['Tanhshrink', '', functional('tanhshrink')],
  ['Softmin', 'dim=None', functional('softmin', 'dim')],
  ['Softmax', 'dim=None', functional('softmax', 'dim')],
  ['LogSoftmax', 'dim=None', functional('log_softmax', 'dim')],
]

export const activationLayers: readonly Layer[] = [
  ...table.map(([name, signature, forward, base]): Layer => ({ name, family: 'activation', signature, forward, base })),
  {
    name: 'Softmax2d',
    family: 'activation',
    signature: '',
    // Over channels, the third axis from the end.
    construct: (layer) => layer.set('dim', { kind: 'int', value: -3 }),
    forward: functional('softmax', 'dim'),
  },
  {
    name: 'PReLU',
    family: 'activation',
    signature: 'num_parameters=1, init=0.25, device=None, dtype=None',
    construct: (layer) => layer.parameter('weight', [layer.value('num_parameters')], 'slope'),
    draw: (_, layer) => {
      const value = layer.number('init')
      return value === undefined
        ? defaultInitializer({ kind: 'unknown', reason: 'the slope that PReLU starts at is not known' }, 'init')
        : defaultInitializer({ kind: 'constant', value }, `constant ${value}`)
    },
    forward: functional('prelu', 'weight'),
  },
]
