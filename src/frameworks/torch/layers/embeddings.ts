/** Embedding and EmbeddingBag: N(0, 1), the padding row 0. */
import type { Initializer, MixturePart } from '../../../graph'
import { bool, int } from '../../../python/make'
import { native } from '../../../python/native'
import type { ClassMethodValue, Value } from '../../../python/values'
import { isModule, register } from '../module/registry'
import { defaultInitializer, isTensor } from '../tensor'
import { keptElements } from '../tensor/elements'
import { standardNormal } from './defaults'
import { callFunction } from './functional'
import { functional, type Layer } from './layer'
import type { Draw, LayerView } from './layer-view'

/** N(0, 1) but for one row of zeros. */
function withPaddingRow(count: number, row: number): Initializer {
  const zero: MixturePart = { share: 1 / count, distribution: { kind: 'constant', value: 0 }, rows: [row, row + 1] }
  const drawn = (start: number, stop: number): MixturePart[] =>
    stop > start ? [{ share: (stop - start) / count, distribution: standardNormal.distribution, rows: [start, stop] }] : []
  return defaultInitializer({ kind: 'mixture', parts: [...drawn(0, row), zero, ...drawn(row + 1, count)] }, 'N(0, 1), padding row 0')
}

const draw: Draw = (_, layer) => {
  const count = layer.integer('num_embeddings')
  const padding = layer.integer('padding_idx')
  return padding === undefined || count === undefined || count === 0 ? standardNormal : withPaddingRow(count, padding)
}

function construct(layer: LayerView, given: Value): void {
  const count = layer.integer('num_embeddings')
  const padding = layer.integer('padding_idx')
  if (padding !== undefined && count !== undefined) {
    if (padding >= count || padding < -count) layer.refuse('AssertionError', 'Padding_idx must be within num_embeddings')
    layer.set('padding_idx', int(padding < 0 ? padding + count : padding))
  }
  layer.parameter('weight', [layer.value('num_embeddings'), layer.value('embedding_dim')], 'embedding')
  if (given.kind !== 'none') takeWeight(layer, given)
}

/** A weight handed in is used as it is. */
function takeWeight(layer: LayerView, given: Value): void {
  const storage = layer.storage('weight')
  if (given.kind === 'unknown' || storage === null) {
    register(layer.module, '_parameters', 'weight', given.kind === 'unknown' ? given : layer.value('weight'))
    return
  }
  if (!isTensor(given) || given.payload.source.kind !== 'data') return
  storage.initializer = given.payload.source.storage.initializer
  storage.elements = keptElements(given.payload.source.storage)
}

/** `Embedding.from_pretrained(tensor, freeze=True)`: rows and columns of the tensor, not trained unless asked. */
const fromPretrained: ClassMethodValue = {
  kind: 'classMethod',
  fn: native('from_pretrained(cls, embeddings, freeze=True, padding_idx=None, **kwargs)', (args, interpreter) => {
    const given = args.value('embeddings')
    const cls = args.value('cls')
    if (given.kind === 'unknown' || !isTensor(given)) {
      return interpreter.unknown('the embeddings that from_pretrained takes are not known', args.span)
    }
    const [rows = 0, columns = 0] = given.payload.shape
    const keyword = new Map<string, Value>([
      ['padding_idx', args.value('padding_idx')],
      ['_weight', given],
    ])
    const made = interpreter.call(cls, [int(rows), int(columns)], keyword, args.span)
    if (!isModule(made) || interpreter.truth(args.value('freeze')) === false) return made
    return interpreter.call(interpreter.getAttribute(made, 'requires_grad_'), [bool(false)], undefined, args.span)
  }),
}

export const embeddingLayers: readonly Layer[] = [
  {
    name: 'Embedding',
    family: 'sparse',
    signature:
      'num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False, _weight=None, _freeze=False, device=None, dtype=None',
    construct: (layer, args) => construct(layer, args.value('_weight')),
    draw,
    forward: functional('embedding', 'weight', 'padding_idx', 'max_norm', 'norm_type', 'scale_grad_by_freq', 'sparse'),
    attributes: [['from_pretrained', fromPretrained]],
  },
  {
    name: 'EmbeddingBag',
    family: 'sparse',
    signature:
      "num_embeddings, embedding_dim, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, mode='mean', sparse=False, _weight=None, include_last_offset=False, padding_idx=None, device=None, dtype=None",
    construct: (layer, args) => construct(layer, args.value('_weight')),
    draw,
    forward: {
      signature: 'input, offsets=None, per_sample_weights=None',
      run: (layer, args) =>
        callFunction(
          layer.interpreter,
          'embedding_bag',
          [args.value('input'), layer.value('weight'), args.value('offsets')],
          { mode: layer.value('mode'), padding_idx: layer.value('padding_idx') },
          args.span,
        ),
    },
    attributes: [['from_pretrained', fromPretrained]],
  },
]
