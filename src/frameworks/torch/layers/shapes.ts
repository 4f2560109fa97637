/** Layers that move elements without weights: flatten, shuffle, fold, resize. */
import { bool, float, none, str, tuple } from '../../../python/make'
import type { Value } from '../../../python/values'
import { type Forward, functional, type Layer } from './layer'
import type { LayerView } from './layer-view'

/** A forward that is one method of the input tensor, with attributes as arguments. */
function tensorMethod(name: string, ...attributes: readonly string[]): Forward {
  return {
    signature: 'input',
    run: (layer, args) => {
      const fn = layer.interpreter.getAttribute(args.value('input'), name, args.span)
      return layer.interpreter.call(
        fn,
        attributes.map((each) => layer.value(each)),
        undefined,
        args.span,
      )
    },
  }
}

const resize: Forward = functional(
  'interpolate',
  'size',
  'scale_factor',
  'mode',
  'align_corners',
  'recompute_scale_factor=recompute_scale_factor',
)

/** Scale factors are floats, one or one an axis. */
function scaleFactor(layer: LayerView): void {
  const asFloat = (value: Value): Value => (value.kind === 'int' ? float(Number(value.value)) : value)
  const given = layer.value('scale_factor')
  layer.set('scale_factor', given.kind === 'tuple' || given.kind === 'list' ? tuple(given.items.map(asFloat)) : asFloat(given))
}

const upsampling = (name: string, mode: string, alignCorners: boolean): Layer => ({
  name,
  family: 'upsampling',
  base: 'Upsample',
  signature: 'size=None, scale_factor=None',
  construct: (layer) => {
    scaleFactor(layer)
    layer.set('mode', str(mode))
    layer.set('align_corners', alignCorners ? bool(true) : none)
    layer.set('recompute_scale_factor', none)
  },
  forward: null,
})

export const shapeLayers: readonly Layer[] = [
  { name: 'Flatten', family: 'flatten', signature: 'start_dim=1, end_dim=-1', forward: tensorMethod('flatten', 'start_dim', 'end_dim') },
  {
    name: 'Unflatten',
    family: 'flatten',
    signature: 'dim, unflattened_size',
    forward: tensorMethod('unflatten', 'dim', 'unflattened_size'),
  },
  { name: 'PixelShuffle', family: 'pixelshuffle', signature: 'upscale_factor', forward: functional('pixel_shuffle', 'upscale_factor') },
  {
    name: 'PixelUnshuffle',
    family: 'pixelshuffle',
    signature: 'downscale_factor',
    forward: functional('pixel_unshuffle', 'downscale_factor'),
  },
  { name: 'ChannelShuffle', family: 'channelshuffle', signature: 'groups', forward: functional('channel_shuffle', 'groups') },
  {
    name: 'Upsample',
    family: 'upsampling',
    signature: "size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None",
    construct: scaleFactor,
    forward: resize,
  },
  upsampling('UpsamplingNearest2d', 'nearest', false),
  upsampling('UpsamplingBilinear2d', 'bilinear', true),
  {
    name: 'Fold',
    family: 'fold',
    signature: 'output_size, kernel_size, dilation=1, padding=0, stride=1',
    forward: functional('fold', 'output_size', 'kernel_size', 'dilation', 'padding', 'stride'),
  },
  {
    name: 'Unfold',
    family: 'fold',
    signature: 'kernel_size, dilation=1, padding=0, stride=1',
    forward: functional('unfold', 'kernel_size', 'dilation', 'padding', 'stride'),
  },
]
