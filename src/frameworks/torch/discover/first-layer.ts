/** What the first layers of a model say about the shape of its input. */
import type { InstanceValue } from '../../../python/values'
import { asInteger } from '../../../python/guards'
import { entriesOf, namedModules, registered } from '../module/registry'
import { isTensor } from '../tensor'

/** How a layer takes its input. */
export type Entry =
  | { readonly kind: 'image'; readonly channels: number; readonly rank: 1 | 2 | 3; readonly transposed: boolean }
  | { readonly kind: 'features'; readonly size: number }
  | { readonly kind: 'tokens'; readonly count: number }
  | { readonly kind: 'sequence'; readonly size: number; readonly batchFirst: boolean }
  | { readonly kind: 'unsized'; readonly rank: 1 | 2 | 3 | 0 }

function attribute(module: InstanceValue, name: string): number | undefined {
  const value = module.attributes.get(name) ?? registered(module, name)
  return value === undefined ? undefined : asInteger(value)
}

function isTrue(module: InstanceValue, name: string): boolean {
  const value = module.attributes.get(name)
  return value?.kind === 'bool' && value.value
}

type Reader = (module: InstanceValue) => Entry | null

const image =
  (rank: 1 | 2 | 3, transposed: boolean): Reader =>
  (module) => {
    const channels = attribute(module, 'in_channels')
    return channels === undefined ? null : { kind: 'image', channels, rank, transposed }
  }
const features: Reader = (module) => {
  const size = attribute(module, 'in_features') ?? attribute(module, 'in1_features')
  return size === undefined ? null : { kind: 'features', size }
}
const tokens: Reader = (module) => {
  const count = attribute(module, 'num_embeddings')
  return count === undefined ? null : { kind: 'tokens', count }
}
const sequence: Reader = (module) => {
  const size = attribute(module, 'input_size')
  return size === undefined ? null : { kind: 'sequence', size, batchFirst: isTrue(module, 'batch_first') }
}
const attention: Reader = (module) => {
  const size = attribute(module, 'embed_dim')
  return size === undefined ? null : { kind: 'sequence', size, batchFirst: isTrue(module, 'batch_first') }
}
const cell: Reader = (module) => {
  const size = attribute(module, 'input_size')
  return size === undefined ? null : { kind: 'features', size }
}

/** By the name of the framework's own class, wherever it stands among the instance's bases. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...([1, 2, 3] as const).flatMap((rank): [string, Reader][] => [
    [`torch.nn.Conv${rank}d`, image(rank, false)],
    [`torch.nn.ConvTranspose${rank}d`, image(rank, true)],
    [`torch.nn.LazyConv${rank}d`, () => ({ kind: 'unsized', rank })],
  ]),
  ['torch.nn.LazyLinear', () => ({ kind: 'unsized', rank: 0 })],
  ['torch.nn.Linear', features],
  ['torch.nn.Bilinear', features],
  ['torch.nn.Embedding', tokens],
  ['torch.nn.EmbeddingBag', tokens],
  ...['RNN', 'LSTM', 'GRU'].map((name): [string, Reader] => [`torch.nn.${name}`, sequence]),
  ...['RNNCell', 'LSTMCell', 'GRUCell'].map((name): [string, Reader] => [`torch.nn.${name}`, cell]),
  ['torch.nn.MultiheadAttention', attention],
])

function read(module: InstanceValue): Entry | null {
  for (const cls of module.cls.mro) {
    const reader = readers.get(cls.qualifiedName)
    if (reader !== undefined) return reader(module)
  }
  return null
}

/** Matrices that the program's own modules hold as parameters: features enter by their columns, else by their rows. */
function ownMatrices(root: InstanceValue): readonly Entry[] {
  return namedModules(root).flatMap(([, module]) =>
    module.cls.span === null
      ? []
      : entriesOf(module, '_parameters').flatMap(([, parameter]): Entry[] => {
          const shape = isTensor(parameter) ? parameter.payload.shape : []
          return shape.length === 2 ? [shape[1] ?? 1, shape[0] ?? 1].map((size) => ({ kind: 'features', size })) : []
        }),
  )
}

/** Distinct ways in which layers below `root` take inputs, in the order of `named_modules()`, which is most often that of use. */
export function entriesBelow(root: InstanceValue): readonly Entry[] {
  const found = new Map<string, Entry>()
  for (const [, module] of namedModules(root)) {
    const entry = read(module)
    if (entry !== null) found.set(JSON.stringify(entry), entry)
  }
  for (const entry of ownMatrices(root)) if (!found.has(JSON.stringify(entry))) found.set(JSON.stringify(entry), entry)
  return [...found.values()]
}
