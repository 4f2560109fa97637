/** MultiheadAttention: packed or separate projections, computed by one function; its child `out_proj` is never called. */
import { asInteger } from '../../../python/guards'
import { bool, int } from '../../../python/make'
import { attend } from './attend'
import { build, child, redraw } from './compose'
import { xavierNormal, xavierUniform, zeros } from './defaults'
import type { Layer } from './layer'
import type { Draw, LayerView } from './layer-view'
import { times } from './recurrent'

/** Projections `xavier_uniform_` by their own shape (packed: fan_out 3E), biases 0, bias_k and bias_v `xavier_normal_`. */
const draw: Draw = (name, layer) => {
  const shape = layer.shape(name) ?? []
  if (name === 'in_proj_bias') return zeros
  return name === 'bias_k' || name === 'bias_v' ? xavierNormal(shape) : xavierUniform(shape)
}

function construct(layer: LayerView): void {
  const { interpreter } = layer
  const dim = layer.value('embed_dim')
  const heads = layer.value('num_heads')
  for (const name of ['kdim', 'vdim']) if (layer.value(name).kind === 'none') layer.set(name, dim)
  const size = asInteger(dim)
  const count = asInteger(heads)
  if (size !== undefined && count !== undefined) {
    if (size <= 0 || count <= 0) {
      layer.refuse('ValueError', `embed_dim and num_heads must be greater than 0, got embed_dim=${size} and num_heads=${count} instead`)
    }
    if (size % count !== 0) layer.refuse('AssertionError', 'embed_dim must be divisible by num_heads')
    layer.set('head_dim', int(size / count))
  }
  const packed = interpreter.equals(layer.value('kdim'), dim) !== false && interpreter.equals(layer.value('vdim'), dim) !== false
  layer.set('_qkv_same_embed_dim', bool(packed))
  if (packed) {
    layer.parameter('in_proj_weight', [times(dim, 3), dim], 'weight')
    for (const name of ['q_proj_weight', 'k_proj_weight', 'v_proj_weight']) layer.withoutParameter(name)
  } else {
    layer.parameter('q_proj_weight', [dim, dim], 'weight')
    layer.parameter('k_proj_weight', [dim, layer.value('kdim')], 'weight')
    layer.parameter('v_proj_weight', [dim, layer.value('vdim')], 'weight')
    layer.withoutParameter('in_proj_weight')
  }
  const bias = layer.value('bias')
  layer.module.attributes.delete('bias')
  const withBias = interpreter.truth(bias) !== false
  if (withBias) layer.parameter('in_proj_bias', [times(dim, 3)], 'bias')
  else layer.withoutParameter('in_proj_bias')
  const projection = build(layer, 'NonDynamicallyQuantizableLinear', [dim, dim], { bias })
  child(layer, 'out_proj', projection)
  if (withBias) redraw(interpreter.getAttribute(projection, 'bias'), () => zeros)
  for (const name of ['bias_k', 'bias_v']) {
    if (interpreter.truth(layer.value('add_bias_kv')) === true) layer.parameter(name, [int(1), int(1), dim], 'bias')
    else layer.withoutParameter(name)
  }
}

export const attentionLayers: readonly Layer[] = [
  {
    name: 'MultiheadAttention',
    family: 'activation',
    signature:
      'embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None, vdim=None, batch_first=False, device=None, dtype=None',
    construct,
    draw,
    composite: true,
    forward: {
      signature: 'query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True, is_causal=False',
      run: (layer, args) => attend(layer, args),
    },
  },
]
