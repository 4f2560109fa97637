/** Padding layers. */
import { str } from '../../../python/make'
import { callFunction } from './functional'
import type { Layer } from './layer'

interface Kind {
  readonly prefix: string
  readonly mode: string
  readonly signature: string
}

const kinds: readonly Kind[] = [
  { prefix: 'ReflectionPad', mode: 'reflect', signature: 'padding' },
  { prefix: 'ReplicationPad', mode: 'replicate', signature: 'padding' },
  { prefix: 'CircularPad', mode: 'circular', signature: 'padding' },
  { prefix: 'ZeroPad', mode: 'constant', signature: 'padding' },
  { prefix: 'ConstantPad', mode: 'constant', signature: 'padding, value' },
]

const pad = ({ prefix, mode, signature }: Kind, rank: number): Layer => ({
  name: `${prefix}${rank}d`,
  family: 'padding',
  signature,
  construct: (layer) => layer.expand('padding', 2 * rank),
  forward: {
    signature: 'input',
    run: (layer, args) =>
      callFunction(
        layer.interpreter,
        'pad',
        [args.value('input'), layer.value('padding')],
        { mode: str(mode), ...(prefix === 'ConstantPad' ? { value: layer.value('value') } : {}) },
        args.span,
      ),
  },
})

export const paddingLayers: readonly Layer[] = kinds.flatMap((kind) => [1, 2, 3].map((rank) => pad(kind, rank)))
