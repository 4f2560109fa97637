/** TransformerEncoder, TransformerDecoder and Transformer: stacks of deep copies. */
import { float, int, tuple } from '../../../python/make'
import { native } from '../../../python/native'
import type { StaticMethodValue, Value } from '../../../python/values'
import { namedMembers } from '../module/registry'
import { isTensor } from '../tensor'
import { build, callChild, child, clones, redraw } from './compose'
import { xavierUniform } from './defaults'
import type { Layer } from './layer'
import type { LayerView } from './layer-view'

function stack(parameter: string): (layer: LayerView) => void {
  return (layer) => {
    const copied = layer.value(parameter)
    const norm = layer.value('norm')
    layer.module.attributes.delete(parameter)
    layer.module.attributes.delete('norm')
    child(layer, 'layers', clones(layer, copied, layer.value('num_layers')))
    layer.interpreter.setAttribute(layer.module, 'norm', norm, layer.span)
  }
}

/** Runs the stack, passing every layer the same further arguments, then the norm when there is one. */
function through(layer: LayerView, first: Value, rest: readonly Value[], keyword: Readonly<Record<string, Value>>): Value {
  const stacked = layer.value('layers')
  const items = layer.interpreter.items(stacked, layer.span)
  if (items === null)
    return stacked.kind === 'unknown' ? stacked : layer.interpreter.unknown('the stack of layers is not known', layer.span)
  let value = first
  for (const each of items) value = layer.interpreter.call(each, [value, ...rest], new Map(Object.entries(keyword)), layer.span)
  return layer.value('norm').kind === 'none' ? value : callChild(layer, 'norm', [value])
}

/** `nn.Transformer` draws every matrix anew, which also parts the copies of each stack. */
function resetMatrices(layer: LayerView): void {
  for (const [, parameter] of namedMembers(layer.module, '_parameters')) {
    if (isTensor(parameter) && parameter.payload.shape.length > 1) redraw(parameter, xavierUniform)
  }
}

function construct(layer: LayerView): void {
  const shared = {
    dim_feedforward: layer.value('dim_feedforward'),
    dropout: layer.value('dropout'),
    activation: layer.value('activation'),
    layer_norm_eps: layer.value('layer_norm_eps'),
    batch_first: layer.value('batch_first'),
    norm_first: layer.value('norm_first'),
    bias: layer.value('bias'),
  }
  const [dim, heads] = [layer.value('d_model'), layer.value('nhead')]
  for (const [kind, lower] of [
    ['Encoder', 'encoder'],
    ['Decoder', 'decoder'],
  ] as const) {
    const custom = layer.value(`custom_${lower}`)
    if (custom.kind !== 'none') {
      child(layer, lower, custom)
      continue
    }
    const one = build(layer, `Transformer${kind}Layer`, [dim, heads], shared)
    const norm = build(layer, 'LayerNorm', [dim], { eps: shared.layer_norm_eps, bias: shared.bias })
    child(layer, lower, build(layer, `Transformer${kind}`, [one, layer.value(`num_${lower}_layers`), norm]))
  }
  resetMatrices(layer)
  const kept = new Set(['d_model', 'nhead', 'batch_first', 'training', '_parameters', '_buffers', '_modules'])
  for (const name of [...layer.module.attributes.keys()]) if (!kept.has(name)) layer.module.attributes.delete(name)
}

/** Zero on and below the diagonal, −∞ above: no position attends to later ones. */
const squareMask: StaticMethodValue = {
  kind: 'staticMethod',
  fn: native('generate_square_subsequent_mask(sz, device=None, dtype=None)', (args, interpreter) => {
    const torch = interpreter.importModule('torch')
    const size = args.value('sz')
    const full = interpreter.getAttribute(torch, 'full')
    const filled = interpreter.call(full, [tuple([size, size]), float(Number.NEGATIVE_INFINITY)], undefined, args.span)
    return interpreter.call(interpreter.getAttribute(torch, 'triu'), [filled, int(1)], undefined, args.span)
  }),
}

export const transformerLayers: readonly Layer[] = [
  {
    name: 'TransformerEncoder',
    family: 'transformer',
    signature: 'encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True',
    construct: stack('encoder_layer'),
    forward: {
      signature: 'src, mask=None, src_key_padding_mask=None, is_causal=None',
      run: (layer, args) =>
        through(layer, args.value('src'), [], { src_mask: args.value('mask'), src_key_padding_mask: args.value('src_key_padding_mask') }),
    },
  },
  {
    name: 'TransformerDecoder',
    family: 'transformer',
    signature: 'decoder_layer, num_layers, norm=None',
    construct: stack('decoder_layer'),
    forward: {
      signature:
        'tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, tgt_is_causal=None, memory_is_causal=False',
      run: (layer, args) =>
        through(layer, args.value('tgt'), [args.value('memory')], {
          tgt_mask: args.value('tgt_mask'),
          memory_mask: args.value('memory_mask'),
          tgt_key_padding_mask: args.value('tgt_key_padding_mask'),
          memory_key_padding_mask: args.value('memory_key_padding_mask'),
        }),
    },
  },
  {
    name: 'Transformer',
    family: 'transformer',
    signature:
      "d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1, activation='relu', custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-5, batch_first=False, norm_first=False, bias=True, device=None, dtype=None",
    construct,
    forward: {
      signature:
        'src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, src_is_causal=None, tgt_is_causal=None, memory_is_causal=False',
      run: (layer, args) => {
        const memory = callChild(layer, 'encoder', [args.value('src')], {
          mask: args.value('src_mask'),
          src_key_padding_mask: args.value('src_key_padding_mask'),
        })
        return callChild(layer, 'decoder', [args.value('tgt'), memory], {
          tgt_mask: args.value('tgt_mask'),
          memory_mask: args.value('memory_mask'),
          tgt_key_padding_mask: args.value('tgt_key_padding_mask'),
          memory_key_padding_mask: args.value('memory_key_padding_mask'),
        })
      },
    },
    attributes: [['generate_square_subsequent_mask', squareMask]],
  },
]
