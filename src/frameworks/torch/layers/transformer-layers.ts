/** TransformerEncoderLayer and TransformerDecoderLayer, composed of named children as torch composes them. */
import { bool, none } from '../../../python/make'
import type { Value } from '../../../python/values'
import { add, build, callChild, child } from './compose'
import { functionNamed } from './functional'
import type { Layer } from './layer'
import type { LayerView } from './layer-view'

const signature =
  "d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-5, batch_first=False, norm_first=False, bias=True, device=None, dtype=None"

/** What the parts are made from stays on the parts. */
const forgotten = ['d_model', 'nhead', 'dim_feedforward', 'layer_norm_eps', 'batch_first', 'bias', 'dropout']

function construct(attentions: readonly string[], norms: readonly string[]): (layer: LayerView) => void {
  return (layer) => {
    const [dim, heads, width, rate] = ['d_model', 'nhead', 'dim_feedforward', 'dropout'].map((name) => layer.value(name)) as [
      Value,
      Value,
      Value,
      Value,
    ]
    const eps = layer.value('layer_norm_eps')
    const bias = layer.value('bias')
    const batchFirst = layer.value('batch_first')
    for (const name of forgotten) layer.module.attributes.delete(name)
    for (const name of attentions) {
      child(layer, name, build(layer, 'MultiheadAttention', [dim, heads], { dropout: rate, bias, batch_first: batchFirst }))
    }
    child(layer, 'linear1', build(layer, 'Linear', [dim, width], { bias }))
    child(layer, 'dropout', build(layer, 'Dropout', [rate]))
    child(layer, 'linear2', build(layer, 'Linear', [width, dim], { bias }))
    for (const name of norms) child(layer, name, build(layer, 'LayerNorm', [dim], { eps, bias }))
    for (const index of norms.keys()) child(layer, `dropout${index + 1}`, build(layer, 'Dropout', [rate]))
    const activation = layer.value('activation')
    const name = layer.string('activation')
    const chosen = name === undefined ? activation : activationNamed(layer, name)
    layer.module.attributes.delete('activation')
    layer.interpreter.setAttribute(layer.module, 'activation', chosen, layer.span)
  }
}

function activationNamed(layer: LayerView, name: string): Value {
  if (name === 'relu' || name === 'gelu') return functionNamed(layer.interpreter, name)
  return layer.refuse('RuntimeError', `activation should be relu/gelu, not ${name}`)
}

function attend(layer: LayerView, name: string, dropout: string, query: Value, memory: Value, mask: Value, padding: Value): Value {
  const result = callChild(layer, name, [query, memory, memory], { attn_mask: mask, key_padding_mask: padding, need_weights: bool(false) })
  const [output = none] = layer.interpreter.items(result, layer.span) ?? [result]
  return callChild(layer, dropout, [output])
}

function feedForward(layer: LayerView, x: Value, dropout: string): Value {
  const inner = callChild(layer, 'activation', [callChild(layer, 'linear1', [x])])
  return callChild(layer, dropout, [callChild(layer, 'linear2', [callChild(layer, 'dropout', [inner])])])
}

/** x + f(norm(x)) when the norm comes first, else norm(x + f(x)). */
function residual(layer: LayerView, norm: string, x: Value, block: (x: Value) => Value): Value {
  if (layer.boolean('norm_first') === true) return add(layer, x, block(callChild(layer, norm, [x])))
  return callChild(layer, norm, [add(layer, x, block(x))])
}

export const transformerLayerLayers: readonly Layer[] = [
  {
    name: 'TransformerEncoderLayer',
    family: 'transformer',
    signature,
    construct: construct(['self_attn'], ['norm1', 'norm2']),
    forward: {
      signature: 'src, src_mask=None, src_key_padding_mask=None, is_causal=False',
      run: (layer, args) => {
        const mask = args.value('src_mask')
        const padding = args.value('src_key_padding_mask')
        const attended = residual(layer, 'norm1', args.value('src'), (x) => attend(layer, 'self_attn', 'dropout1', x, x, mask, padding))
        return residual(layer, 'norm2', attended, (x) => feedForward(layer, x, 'dropout2'))
      },
    },
  },
  {
    name: 'TransformerDecoderLayer',
    family: 'transformer',
    signature,
    construct: construct(['self_attn', 'multihead_attn'], ['norm1', 'norm2', 'norm3']),
    forward: {
      signature:
        'tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, tgt_is_causal=False, memory_is_causal=False',
      run: (layer, args) => {
        const memory = args.value('memory')
        const itself = residual(layer, 'norm1', args.value('tgt'), (x) =>
          attend(layer, 'self_attn', 'dropout1', x, x, args.value('tgt_mask'), args.value('tgt_key_padding_mask')),
        )
        const crossed = residual(layer, 'norm2', itself, (x) =>
          attend(layer, 'multihead_attn', 'dropout2', x, memory, args.value('memory_mask'), args.value('memory_key_padding_mask')),
        )
        return residual(layer, 'norm3', crossed, (x) => feedForward(layer, x, 'dropout3'))
      },
    },
  },
]
