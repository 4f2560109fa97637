/** Fourier transforms and complex tensors: their moments are not followed, their shapes are. A complex tensor has no axis for its two parts. */
import { asItems } from '../../../python/guards'
import { activation } from '../functional/activations'
import { multiply } from '../functional/arithmetic'
import { stack } from '../functional/join'
import { axisOf } from '../shapes/axes'
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { replaced } from '../tensor/layout'
import { complexTensor } from '../tensor/make'
import { select } from '../tensor/views'
import { type Call, integersOf } from './call'
import type { TorchFunction } from './declare'

function followedShape(call: Call, inputs: readonly TensorValue[], shape: readonly number[]): TensorValue {
  return emit(call, {
    op: { kind: 'opaque', name: call.name, reason: `${call.name}: complex numbers are not modelled` },
    inputs,
    output: { shape, dtype: 'float' },
  })
}

/** Transforms that keep every axis, or set it to the length asked for. */
function transform(names: readonly string[], rank: 1 | 2 | 'all', change: (size: number, isLast: boolean) => number): TorchFunction {
  const single = rank === 1
  return {
    names,
    parameters: single ? 'input, n=None, dim=-1, norm=None' : 'input, s=None, dim=None, norm=None',
    places: ['fft'],
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const { shape } = input.payload
      const byDefault = single ? [shape.length - 1] : rank === 2 ? [shape.length - 2, shape.length - 1] : [...shape.keys()]
      const axes = call.isNone('dim') ? byDefault : call.integers('dim').map((dim) => axisOf(call, dim, shape.length))
      const wanted = asItems(call.value(single ? 'n' : 's')) ?? [call.value(single ? 'n' : 's')]
      const sizes = wanted.map((value) => integersOf(value)?.[0] ?? null)
      const output = axes.reduce<readonly number[]>((result, axis, which) => {
        const isLast = which === axes.length - 1
        const size = sizes[which] ?? null
        return replaced(
          result,
          axis,
          size === null
            ? change(shape[axis] as number, isLast)
            : names.some((name) => name.startsWith('rfft')) && isLast
              ? Math.floor(size / 2) + 1
              : size,
        )
      }, shape)
      return followedShape(call, [input], output)
    },
  }
}

const keep = (size: number) => size
const half = (size: number, isLast: boolean) => (isLast ? Math.floor(size / 2) + 1 : size)
const double = (size: number, isLast: boolean) => (isLast ? 2 * (size - 1) : size)

export const complexFunctions: readonly TorchFunction[] = [
  transform(['fft', 'ifft', 'hfft'], 1, keep),
  transform(['rfft', 'ihfft'], 1, half),
  transform(['irfft'], 1, double),
  transform(['fft2', 'ifft2'], 2, keep),
  transform(['rfft2'], 2, half),
  transform(['irfft2'], 2, double),
  transform(['fftn', 'ifftn', 'fftshift', 'ifftshift'], 'all', keep),
  transform(['rfftn'], 'all', half),
  transform(['irfftn'], 'all', double),
  {
    names: ['view_as_complex'],
    parameters: 'input',
    places: ['torch'],
    body: (call) => {
      const input = call.tensor('input')
      if (input.payload.shape.at(-1) !== 2) runtimeError(call, 'Tensor must have a last dimension of size 2')
      return complexTensor(call, input)
    },
  },
  {
    names: ['view_as_real'],
    parameters: 'input',
    places: ['torch'],
    body: (call) =>
      call.tensor('input').payload.pair ?? followedShape(call, [call.tensor('input')], [...call.tensor('input').payload.shape, 2]),
  },
  {
    // abs·(cos angle + i sin angle)
    names: ['polar'],
    parameters: 'abs, angle',
    places: ['torch'],
    body: (call) => {
      const [size, angle] = [call.tensor('abs'), call.tensor('angle')]
      const parts = (['cos', 'sin'] as const).map((name) => multiply(call, size, activation(call, angle, { name })))
      return complexTensor(call, stack(call, parts, -1))
    },
  },
  {
    names: ['complex'],
    parameters: 'real, imag',
    places: ['torch'],
    body: (call) => complexTensor(call, stack(call, [call.tensor('real'), call.tensor('imag')], -1)),
  },
  ...(['real', 'imag'] as const).map(
    (name, which): TorchFunction => ({
      names: [name],
      parameters: 'input',
      places: ['torch'],
      body: (call) => partOf(call, call.tensor('input'), which),
    }),
  ),
  {
    names: ['angle', 'conj'],
    parameters: 'input',
    places: ['torch'],
    body: (call) => followedShape(call, [call.tensor('input')], call.tensor('input').payload.shape),
  },
  {
    names: ['angle'],
    parameters: 'input',
    places: ['method'],
    body: (call) => followedShape(call, [call.tensor('input')], call.tensor('input').payload.shape),
  },
]

/** The real (0) or imaginary (1) part. */
export function partOf(at: Site, input: TensorValue, which: number): TensorValue {
  const { pair } = input.payload
  return pair === undefined ? input : select(at, pair, pair.payload.shape.length - 1, which)
}
