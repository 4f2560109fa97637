/** Pooling over windows, over adaptive windows, and its inverse. */
import type { PoolOp } from '../../../graph'
import { sizes } from '../shapes/text'
import { perAxis, poolCount } from '../shapes/windows'
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { bothSides } from './conv'

export interface PoolArguments {
  readonly reduce: PoolOp['reduce']
  readonly kernel: readonly number[]
  /** Empty: the kernel's. */
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
  readonly ceilMode: boolean
  readonly countIncludePad: boolean
  readonly divisor: number | null
  readonly p: number
}

export const plainPool: Omit<PoolArguments, 'reduce' | 'kernel'> = {
  stride: [],
  padding: [0],
  dilation: [1],
  ceilMode: false,
  countIncludePad: true,
  divisor: null,
  p: 2,
}

/** Windows over the last `rank` axes. */
export function pool(at: Site, input: TensorValue, rank: number, args: PoolArguments): TensorValue {
  const { shape, dtype } = input.payload
  spatialInput(at, shape, rank, `${args.reduce}_pool${rank}d`)
  const kernel = perAxis(args.kernel, rank)
  const stride = args.stride.length === 0 ? kernel : perAxis(args.stride, rank)
  const padding = perAxis(args.padding, rank)
  const dilation = perAxis(args.dilation, rank)
  for (const [axis, size] of padding.entries()) {
    if (size > (kernel[axis] as number) / 2) {
      runtimeError(
        at,
        `pad should be at most half of effective kernel size, but got pad=${size}, kernel_size=${kernel[axis]} and dilation=${dilation[axis]}`,
      )
    }
  }
  const spatial = shape
    .slice(-rank)
    .map((size, axis) =>
      poolCount(size, kernel[axis] as number, stride[axis] as number, padding[axis] as number, dilation[axis] as number, args.ceilMode),
    )
  if (spatial.some((size) => size < 1)) {
    runtimeError(
      at,
      `Given input size: (${shape.slice(-rank - 1).join('x')}). Calculated output size: (${[shape.at(-rank - 1), ...spatial].join('x')}). Output size is too small`,
    )
  }
  const { reduce, ceilMode, countIncludePad, divisor, p } = args
  return emit(at, {
    op: { kind: 'pool', reduce, kernel, stride, padding: bothSides(padding), dilation, ceilMode, countIncludePad, divisor, p },
    inputs: [input],
    output: { shape: [...shape.slice(0, -rank), ...spatial], dtype },
  })
}

/** Windows chosen for an output size; null keeps an axis. */
export function adaptivePool(
  at: Site,
  input: TensorValue,
  rank: number,
  reduce: 'max' | 'average',
  wanted: readonly (number | null)[],
): TensorValue {
  const { shape, dtype } = input.payload
  spatialInput(at, shape, rank, `adaptive_${reduce}_pool${rank}d`)
  const all = wanted.length === 1 ? new Array<number | null>(rank).fill(wanted[0] ?? null) : wanted
  const output = all.map((size, axis) => size ?? (shape.at(axis - rank) as number))
  return emit(at, {
    op: { kind: 'adaptivePool', reduce, output },
    inputs: [input],
    output: { shape: [...shape.slice(0, -rank), ...output], dtype },
  })
}

function spatialInput(at: Site, shape: readonly number[], rank: number, name: string): void {
  if (shape.length < rank + 1 || shape.length > rank + 2) {
    runtimeError(at, `${name}: Expected ${rank + 1}D or ${rank + 2}D tensor, but got input of size: ${sizes(shape)}`)
  }
}
