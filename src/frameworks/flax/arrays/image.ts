/** `jax.image.resize`. */
import type { UpsampleOp } from '../../../graph'
import { emit } from '../../torch/tensor/emit'
import { permute } from '../../torch/tensor/views'
import type { ArrayFunction } from './declare'

const modes: ReadonlyMap<string, UpsampleOp['mode']> = new Map([
  ['nearest', 'nearest'],
  ['linear', 'linear'],
  ['bilinear', 'linear'],
  ['trilinear', 'linear'],
  ['triangle', 'linear'],
  ['cubic', 'cubic'],
  ['bicubic', 'cubic'],
])

export const imageFunctions: readonly ArrayFunction[] = [
  {
    names: ['resize'],
    parameters: 'image, shape, method="bilinear", antialias=True, precision=None',
    body: (call) => {
      const image = call.tensor('image')
      const wanted = call.integers('shape')
      const { shape, dtype } = image.payload
      const mode = modes.get(call.text('method') ?? '')
      const changed = [...shape.keys()].filter((axis) => shape[axis] !== wanted[axis])
      if (mode === undefined || wanted.length !== shape.length) return null
      if (changed.length === 0) return image
      // Shrinking averages over what it skips, which the operation does not.
      if (mode !== 'nearest' && changed.some((axis) => (wanted[axis] ?? 0) < (shape[axis] ?? 0))) return null
      const kept = [...shape.keys()].filter((axis) => !changed.includes(axis))
      const order = [...kept, ...changed]
      const resized = emit(call, {
        op: { kind: 'upsample', mode, alignCorners: false, rank: changed.length },
        inputs: [permute(call, image, order)],
        output: { shape: order.map((axis) => wanted[axis] ?? 1), dtype },
      })
      return permute(
        call,
        resized,
        [...shape.keys()].map((axis) => order.indexOf(axis)),
      )
    },
  },
]
