/** Linear, Bilinear, Identity. */
import type { Value } from '../../../python/values'
import { biasFor, kaimingUniform, symmetric, withoutFans } from './defaults'
import { callFunction } from './functional'
import { functional, type Layer } from './layer'
import type { Draw, LayerView } from './layer-view'

/** Weight `kaiming_uniform_(a=√5)`, bias U(±1/√fan_in) by the weight's fan_in. */
export const drawByFanIn: Draw = (name, layer) => {
  const shape = layer.shape('weight')
  if (shape === null) return withoutFans
  return name === 'bias' ? biasFor(shape) : kaimingUniform(shape)
}

/** weight [out, in], bias [out] or None. */
export function linearParameters(layer: LayerView, bias: Value): void {
  layer.parameter('weight', [layer.value('out_features'), layer.value('in_features')], 'weight')
  if (layer.interpreter.truth(bias) === false) layer.withoutParameter('bias')
  else layer.parameter('bias', [layer.value('out_features')], 'bias')
}

const linear: Layer = {
  name: 'Linear',
  family: 'linear',
  signature: 'in_features, out_features, bias=True, device=None, dtype=None',
  construct: (layer, args) => {
    layer.module.attributes.delete('bias')
    linearParameters(layer, args.value('bias'))
  },
  draw: drawByFanIn,
  forward: functional('linear', 'weight', 'bias'),
}

export const linearLayers: readonly Layer[] = [
  {
    name: 'Identity',
    family: 'linear',
    signature: '*args, **kwargs',
    forward: { signature: 'input', run: (_, args) => args.value('input') },
  },
  linear,
  { ...linear, name: 'NonDynamicallyQuantizableLinear', base: 'Linear' },
  {
    name: 'Bilinear',
    family: 'linear',
    signature: 'in1_features, in2_features, out_features, bias=True, device=None, dtype=None',
    construct: (layer, args) => {
      layer.module.attributes.delete('bias')
      const out = layer.value('out_features')
      layer.parameter('weight', [out, layer.value('in1_features'), layer.value('in2_features')], 'weight')
      if (layer.interpreter.truth(args.value('bias')) === false) layer.withoutParameter('bias')
      else layer.parameter('bias', [out], 'bias')
    },
    // Both by 1/√in1, which is the weight's second axis.
    draw: (_, layer) => {
      const columns = layer.shape('weight')?.[1]
      return columns === undefined ? withoutFans : symmetric(1 / Math.sqrt(columns), 'U(±1/√in1_features)')
    },
    forward: {
      signature: 'input1, input2',
      run: (layer, args) =>
        callFunction(
          layer.interpreter,
          'bilinear',
          [args.value('input1'), args.value('input2'), layer.value('weight'), layer.value('bias')],
          {},
          args.span,
        ),
    },
  },
]
