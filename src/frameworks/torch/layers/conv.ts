/** Conv1d … Conv3d and their transposes. */
import { asInteger } from '../../../python/guards'
import { bool, int, none, str, tuple } from '../../../python/make'
import type { Bound } from '../../../python/native'
import type { Value } from '../../../python/values'
import { callFunction } from './functional'
import type { Forward, Layer } from './layer'
import type { LayerView } from './layer-view'
import { drawByFanIn } from './linear'

const signature =
  "in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros', device=None, dtype=None"
const transposedSignature =
  "in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None"

/** `a // groups`; raises as torch does when channels are not divisible. */
function perGroup(layer: LayerView, which: 'in_channels' | 'out_channels'): Value {
  const channels = layer.value(which)
  const groups = layer.integer('groups')
  const size = asInteger(channels)
  if (size === undefined || groups === undefined) return layer.firstUnknown(which, 'groups') ?? channels
  if (groups <= 0) layer.refuse('ValueError', 'groups must be a positive integer')
  if (size % groups !== 0) layer.refuse('ValueError', `${which} must be divisible by groups`)
  return int(size / groups)
}

/** Weight [out, in/groups, …kernel], or [in, out/groups, …kernel] when transposed. */
export function convParameters(layer: LayerView, transposed: boolean, bias: Value): void {
  const input = perGroup(layer, 'in_channels')
  const output = perGroup(layer, 'out_channels')
  const channels = transposed ? [layer.value('in_channels'), output] : [layer.value('out_channels'), input]
  layer.parameter('weight', [...channels, layer.value('kernel_size')], 'weight')
  if (layer.interpreter.truth(bias) === false) layer.withoutParameter('bias')
  else layer.parameter('bias', [layer.value('out_channels')], 'bias')
}

/** Attributes as torch stores them: tuples of `rank`, and the padding that `F.pad` would take. */
export function convAttributes(layer: LayerView, rank: number, transposed: boolean): void {
  layer.module.attributes.delete('bias')
  for (const name of ['kernel_size', 'stride', 'padding', 'dilation']) layer.expand(name, rank)
  if (transposed) layer.expand('output_padding', rank)
  else layer.set('output_padding', tuple(Array.from({ length: rank }, () => int(0))))
  layer.set('transposed', bool(transposed))
  layer.set('_reversed_padding_repeated_twice', paddingForPad(layer, rank))
}

/** Padding before and after each axis, last axis first; 'same' pads d·(k − 1) in all, the odd one after. */
function paddingForPad(layer: LayerView, rank: number): Value {
  const named = layer.string('padding')
  if (named === undefined) {
    const padding = layer.value('padding')
    return padding.kind === 'tuple' ? tuple([...padding.items].reverse().flatMap((each) => [each, each])) : padding
  }
  const kernel = layer.integers('kernel_size') ?? []
  const dilation = layer.integers('dilation') ?? []
  const sides = Array.from({ length: rank }, (_, axis) => {
    const total = named === 'same' ? (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) : 0
    return [Math.floor(total / 2), total - Math.floor(total / 2)]
  })
  return tuple(
    sides
      .reverse()
      .flat()
      .map((each) => int(each)),
  )
}

function forward(rank: number): Forward {
  const name = `conv${rank}d`
  return {
    signature: 'input',
    run: (layer, args) => {
      const mode = layer.string('padding_mode')
      let input = args.value('input')
      let padding = layer.value('padding')
      if (mode !== undefined && mode !== 'zeros') {
        const around = layer.value('_reversed_padding_repeated_twice')
        input = callFunction(layer.interpreter, 'pad', [input, around], { mode: str(mode) }, args.span)
        padding = int(0)
      }
      const rest = [
        layer.value('weight'),
        layer.value('bias'),
        layer.value('stride'),
        padding,
        layer.value('dilation'),
        layer.value('groups'),
      ]
      return callFunction(layer.interpreter, name, [input, ...rest], {}, args.span)
    },
  }
}

/** output_padding that gives the size asked for: `output_size − ((n − 1)·stride − 2·padding + dilation·(k − 1) + 1)`. */
function outputPadding(layer: LayerView, args: Bound, rank: number): Value {
  const asked = args.value('output_size')
  if (asked.kind === 'none') return layer.value('output_padding')
  const sizes = layer.interpreter.items(asked, args.span)
  const shape = layer.interpreter.items(layer.interpreter.getAttribute(args.value('input'), 'shape', args.span), args.span)
  const stride = layer.integers('stride')
  const padding = layer.integers('padding')
  const dilation = layer.integers('dilation')
  const kernel = layer.integers('kernel_size')
  if (sizes === null || shape === null || !stride || !padding || !dilation || !kernel) {
    return layer.interpreter.unknown('output_size of a transposed convolution is not known', args.span)
  }
  const extra = Array.from({ length: rank }, (_, axis) => {
    const wanted = asInteger(sizes[sizes.length - rank + axis] ?? none)
    const size = asInteger(shape[shape.length - rank + axis] ?? none)
    if (wanted === undefined || size === undefined) return undefined
    const least = (size - 1) * (stride[axis] ?? 1) - 2 * (padding[axis] ?? 0) + (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1
    return wanted - least
  })
  const known = extra.filter((each) => each !== undefined)
  if (known.length < rank) return layer.interpreter.unknown('output_size of a transposed convolution is not known', args.span)
  return tuple(known.map((each) => int(each)))
}

function transposedForward(rank: number): Forward {
  return {
    signature: 'input, output_size=None',
    run: (layer, args) =>
      callFunction(
        layer.interpreter,
        `conv_transpose${rank}d`,
        [
          args.value('input'),
          layer.value('weight'),
          layer.value('bias'),
          layer.value('stride'),
          layer.value('padding'),
          outputPadding(layer, args, rank),
          layer.value('groups'),
          layer.value('dilation'),
        ],
        {},
        args.span,
      ),
  }
}

function conv(rank: number): Layer {
  return {
    name: `Conv${rank}d`,
    family: 'conv',
    base: '_ConvNd',
    signature,
    construct: (layer, args) => {
      convAttributes(layer, rank, false)
      convParameters(layer, false, args.value('bias'))
    },
    draw: drawByFanIn,
    forward: forward(rank),
  }
}

function convTranspose(rank: number): Layer {
  return {
    name: `ConvTranspose${rank}d`,
    family: 'conv',
    base: '_ConvTransposeNd',
    signature: transposedSignature,
    construct: (layer, args) => {
      convAttributes(layer, rank, true)
      convParameters(layer, true, args.value('bias'))
    },
    draw: drawByFanIn,
    forward: transposedForward(rank),
  }
}

export const convLayers: readonly Layer[] = [
  { name: '_ConvNd', family: 'conv', signature: null, forward: null },
  { name: '_ConvTransposeNd', family: 'conv', base: '_ConvNd', signature: null, forward: null },
  ...[1, 2, 3].map(conv),
  ...[1, 2, 3].map(convTranspose),
]
