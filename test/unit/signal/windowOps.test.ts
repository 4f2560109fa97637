import type { ConvOp, ConvTransposeOp, PaddingMode, PoolOp } from '../../../src/graph'
import { type Case, checkAll } from './monteCarlo'

type Values = Float64Array
const at = (values: Values, i: number) => values[i] as number

/** [1, channels, n] signals: every window operation is separable, and one axis shows its options. */
const channels = 3
const n = 7

function padIndex(i: number, size: number, mode: PaddingMode): number {
  if (i >= 0 && i < size) return i
  if (mode === 'zeros') return -1
  if (mode === 'replicate') return i < 0 ? 0 : size - 1
  if (mode === 'circular') return (i + size) % size
  return i < 0 ? -i : 2 * (size - 1) - i
}

interface Shape {
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly dilation: number
  readonly groups?: number
  readonly mode?: PaddingMode
  readonly outputPadding?: number
  readonly outputs?: number
}

const windows = (length: number, { kernel, stride, padding, dilation }: Shape) =>
  Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1

const fields = (shape: Shape) => ({
  bias: null,
  inChannels: channels,
  outChannels: shape.outputs ?? 4,
  kernel: [shape.kernel],
  stride: [shape.stride],
  padding: [[shape.padding, shape.padding]] as const,
  dilation: [shape.dilation],
  groups: shape.groups ?? 1,
})

function conv(name: string, shape: Shape): Case {
  const outputs = shape.outputs ?? 4
  const groups = shape.groups ?? 1
  const size = windows(n, shape)
  const perGroup = channels / groups
  return {
    name: `conv: ${name}`,
    inputs: [[1, channels, n]],
    weights: [[outputs, perGroup, shape.kernel]],
    build: (net, [x = 0], [weight = 0]) => {
      const op: ConvOp = { kind: 'conv', ...fields(shape), weight, paddingMode: shape.mode ?? 'zeros' }
      return net.op(op, [x], [1, outputs, size])
    },
    run: ([x = new Float64Array()], [w = new Float64Array()]) =>
      Float64Array.from({ length: outputs * size }, (_, k) => {
        const c = Math.floor(k / size)
        const group = Math.floor(c / (outputs / groups))
        let sum = 0
        for (let d = 0; d < perGroup; d++)
          for (let t = 0; t < shape.kernel; t++) {
            const i = padIndex((k % size) * shape.stride + t * shape.dilation - shape.padding, n, shape.mode ?? 'zeros')
            if (i >= 0) sum += at(w, (c * perGroup + d) * shape.kernel + t) * at(x, (group * perGroup + d) * n + i)
          }
        return sum
      }),
    trials: 1200,
  }
}

function convTranspose(name: string, shape: Shape): Case {
  const outputs = shape.outputs ?? 4
  const groups = shape.groups ?? 1
  const size = (n - 1) * shape.stride - 2 * shape.padding + shape.dilation * (shape.kernel - 1) + (shape.outputPadding ?? 0) + 1
  const perGroup = outputs / groups
  return {
    name: `convTranspose: ${name}`,
    inputs: [[1, channels, n]],
    weights: [[channels, perGroup, shape.kernel]],
    build: (net, [x = 0], [weight = 0]) => {
      const op: ConvTransposeOp = { kind: 'convTranspose', ...fields(shape), weight, outputPadding: [shape.outputPadding ?? 0] }
      return net.op(op, [x], [1, outputs, size])
    },
    run: ([x = new Float64Array()], [w = new Float64Array()]) => {
      const out = new Float64Array(outputs * size)
      for (let d = 0; d < channels; d++)
        for (let c = 0; c < perGroup; c++)
          for (let i = 0; i < n; i++)
            for (let t = 0; t < shape.kernel; t++) {
              const o = i * shape.stride + t * shape.dilation - shape.padding
              if (o < 0 || o >= size) continue
              const to = (Math.floor(d / (channels / groups)) * perGroup + c) * size + o
              out[to] = at(out, to) + at(w, (d * perGroup + c) * shape.kernel + t) * at(x, d * n + i)
            }
      return out
    },
    trials: 1200,
  }
}

function pool(name: string, reduce: 'max' | 'average', shape: Shape, countIncludePad = true, length = n): Case {
  const size = windows(length, shape)
  const inputs = [1, channels, length]
  return {
    name: `pool: ${name}`,
    inputs: [inputs],
    build: (net, [x = 0]) => {
      const op: PoolOp = {
        kind: 'pool',
        reduce,
        kernel: [shape.kernel],
        stride: [shape.stride],
        padding: [[shape.padding, shape.padding]],
        dilation: [shape.dilation],
        ceilMode: false,
        countIncludePad,
        divisor: null,
        p: 2,
      }
      return net.op(op, [x], [1, channels, size])
    },
    run: ([x = new Float64Array()]) =>
      Float64Array.from({ length: channels * size }, (_, k) => {
        const values: number[] = []
        for (let t = 0; t < shape.kernel; t++) {
          const i = (k % size) * shape.stride + t * shape.dilation - shape.padding
          if (i >= 0 && i < length) values.push(at(x, Math.floor(k / size) * length + i))
        }
        if (reduce === 'max') return Math.max(...values)
        return values.reduce((a, b) => a + b, 0) / (countIncludePad ? shape.kernel : values.length)
      }),
    trials: 1500,
  }
}

const image = 5
const square = { kernel: [2, 3], stride: [1, 2], padding: [1, 1], dilation: [1, 1] }
const [down, across] = [0, 1].map(
  (i) => Math.floor((image + 2 * (square.padding[i] ?? 0) - (square.kernel[i] ?? 1)) / (square.stride[i] ?? 1)) + 1,
) as [number, number]

/** For each column (channel, ky, kx) and window (oy, ox): the pixel that it holds, −1 in the padding. */
function pixels(maps: number): Int32Array {
  const [ky, kx] = square.kernel as [number, number]
  const indices: number[] = []
  for (let c = 0; c < maps; c++)
    for (let ty = 0; ty < ky; ty++)
      for (let tx = 0; tx < kx; tx++)
        for (let oy = 0; oy < down; oy++)
          for (let ox = 0; ox < across; ox++) {
            const y = oy * (square.stride[0] ?? 1) + ty - (square.padding[0] ?? 0)
            const x = ox * (square.stride[1] ?? 1) + tx - (square.padding[1] ?? 0)
            indices.push(y < 0 || y >= image || x < 0 || x >= image ? -1 : (c * image + y) * image + x)
          }
  return Int32Array.from(indices)
}
const columns = pixels(2)
const rows = 2 * 6

/** What two positions of a padded convolution have in common is seen in their mean: less near the border, where each reads less of the map. */
function meanOfPadded(): Case {
  const smoothed = pool('', 'average', { kernel: 5, stride: 1, padding: 0, dilation: 1 }, true, n + 4)
  const wide = conv('', { kernel: 7, stride: 1, padding: 3, dilation: 1 })
  return {
    name: 'mean of a padded convolution of averages',
    inputs: smoothed.inputs,
    weights: wide.weights ?? [],
    build: (net, inputs, weights) => {
      const map = wide.build(net, [smoothed.build(net, inputs, [])], weights)
      return net.op({ kind: 'adaptivePool', reduce: 'average', output: [1] }, [map], [1, 4, 1])
    },
    run: (inputs, weights, noise) => {
      const map = wide.run([smoothed.run(inputs, [], noise)], weights, noise)
      return Float64Array.from({ length: 4 }, (_, c) => map.slice(c * n, (c + 1) * n).reduce((sum, value) => sum + value / n, 0))
    },
    model: 0.02,
    // Backward, the average pool takes elements near its border for as often read as those within.
    modelBackward: 0.18,
    trials: 6000,
    gradientTrials: 2000,
  }
}

const cases: readonly Case[] = [
  meanOfPadded(),
  conv('padding 1', { kernel: 3, stride: 1, padding: 1, dilation: 1 }),
  conv('stride 2, dilation 2', { kernel: 2, stride: 2, padding: 1, dilation: 2 }),
  conv('groups', { kernel: 3, stride: 1, padding: 0, dilation: 1, groups: 3, outputs: 6 }),
  conv('reflected border', { kernel: 3, stride: 1, padding: 2, dilation: 1, mode: 'reflect' }),
  conv('repeated border', { kernel: 3, stride: 1, padding: 2, dilation: 1, mode: 'replicate' }),
  conv('circular border', { kernel: 3, stride: 1, padding: 1, dilation: 1, mode: 'circular' }),
  convTranspose('stride 2, output padding 1', { kernel: 3, stride: 2, padding: 1, dilation: 1, outputPadding: 1 }),
  convTranspose('dilation 2', { kernel: 3, stride: 1, padding: 0, dilation: 2 }),
  convTranspose('groups, stride 3', { kernel: 2, stride: 3, padding: 0, dilation: 1, groups: 3, outputs: 6 }),
  pool('average of 3 with padding counted', 'average', { kernel: 3, stride: 2, padding: 1, dilation: 1 }),
  pool('average of 3 without the padding', 'average', { kernel: 3, stride: 2, padding: 1, dilation: 1 }, false),
  pool('maximum of 2', 'max', { kernel: 2, stride: 2, padding: 0, dilation: 1 }),
  { ...pool('maximum of 3, overlapping', 'max', { kernel: 3, stride: 2, padding: 0, dilation: 1 }), modelBackward: 0.02 },
  {
    name: 'adaptivePool: average of 7 in 3',
    inputs: [[1, channels, n]],
    build: (net, [x = 0]) => net.op({ kind: 'adaptivePool', reduce: 'average', output: [3] }, [x], [1, channels, 3]),
    run: ([x = new Float64Array()]) =>
      Float64Array.from({ length: channels * 3 }, (_, k) => {
        const [from, to] = [Math.floor(((k % 3) * n) / 3), Math.ceil((((k % 3) + 1) * n) / 3)]
        return x.slice(Math.floor(k / 3) * n + from, Math.floor(k / 3) * n + to).reduce((a, b) => a + b, 0) / (to - from)
      }),
    trials: 1500,
  },
  {
    name: 'unfold: windows of 2×3 with stride and padding',
    inputs: [[1, 2, image, image]],
    build: (net, [x = 0]) => net.op({ kind: 'unfold', ...square }, [x], [1, rows, down * across]),
    run: ([x = new Float64Array()]) => Float64Array.from(columns, (i) => (i < 0 ? 0 : at(x, i))),
  },
  {
    name: 'unfold of relu, whose mean the padding dilutes',
    inputs: [[1, 2, image, image]],
    build: (net, [x = 0]) => net.op({ kind: 'unfold', ...square }, [net.relu(x)], [1, rows, down * across]),
    run: ([x = new Float64Array()]) => Float64Array.from(columns, (i) => (i < 0 ? 0 : Math.max(0, at(x, i)))),
  },
  {
    name: 'fold: overlapping columns add up',
    inputs: [[1, rows, down * across]],
    mean: 0.5,
    build: (net, [x = 0]) => net.op({ kind: 'fold', output: [image, image], ...square }, [x], [1, 2, image, image]),
    run: ([x = new Float64Array()]) => {
      const out = new Float64Array(2 * image * image)
      columns.forEach((i, k) => {
        if (i >= 0) out[i] = at(out, i) + at(x, k)
      })
      return out
    },
  },
  {
    name: 'upsample: nearest',
    inputs: [[1, channels, n]],
    build: (net, [x = 0]) => net.op({ kind: 'upsample', mode: 'nearest', alignCorners: false, rank: 1 }, [x], [1, channels, 2 * n]),
    run: ([x = new Float64Array()]) => Float64Array.from({ length: 2 * x.length }, (_, k) => at(x, k >> 1)),
  },
  {
    name: 'upsample: linear',
    inputs: [[1, channels, n]],
    build: (net, [x = 0]) => net.op({ kind: 'upsample', mode: 'linear', alignCorners: false, rank: 1 }, [x], [1, channels, 2 * n]),
    run: ([x = new Float64Array()]) =>
      Float64Array.from({ length: channels * 2 * n }, (_, k) => {
        const place = Math.max(0, ((k % (2 * n)) + 0.5) / 2 - 0.5)
        const low = Math.floor(place)
        const row = Math.floor(k / (2 * n)) * n
        const share = place - low
        return at(x, row + low) * (1 - share) + at(x, row + Math.min(n - 1, low + 1)) * share
      }),
    modelBackward: 0.01,
  },
  {
    name: 'pixelShuffle',
    inputs: [[1, 8, 3, 3]],
    build: (net, [x = 0]) => net.op({ kind: 'pixelShuffle', factor: 2, down: false }, [x], [1, 2, 6, 6]),
    run: ([x = new Float64Array()]) => x,
  },
  {
    name: 'pad: with 0.5',
    inputs: [[1, channels, n]],
    build: (net, [x = 0]) =>
      net.op(
        {
          kind: 'pad',
          padding: [
            [0, 0],
            [0, 0],
            [2, 1],
          ],
          mode: 'zeros',
          value: 0.5,
        },
        [x],
        [1, channels, n + 3],
      ),
    run: ([x = new Float64Array()]) =>
      Float64Array.from({ length: channels * (n + 3) }, (_, k) => {
        const i = (k % (n + 3)) - 2
        return i < 0 || i >= n ? 0.5 : at(x, Math.floor(k / (n + 3)) * n + i)
      }),
  },
  {
    name: 'repeat: 3 copies',
    inputs: [[1, n]],
    build: (net, [x = 0]) => net.op({ kind: 'repeat', times: [1, 3] }, [x], [1, 3 * n]),
    run: ([x = new Float64Array()]) => Float64Array.from({ length: 3 * n }, (_, k) => at(x, k % n)),
  },
  {
    name: 'expand: 1 to 5',
    inputs: [[3, 1]],
    build: (net, [x = 0]) => net.op({ kind: 'expand' }, [x], [3, 5]),
    run: ([x = new Float64Array()]) => Float64Array.from({ length: 15 }, (_, k) => at(x, Math.floor(k / 5))),
  },
  {
    name: 'slice: every second from 1',
    inputs: [[2, n]],
    build: (net, [x = 0]) => net.op({ kind: 'slice', axis: 1, start: 1, stop: 7, step: 2 }, [x], [2, 3]),
    run: ([x = new Float64Array()]) => Float64Array.from({ length: 6 }, (_, k) => at(x, Math.floor(k / 3) * n + 1 + 2 * (k % 3))),
  },
  {
    name: 'gather: some twice',
    inputs: [[2, n]],
    build: (net, [x = 0]) => net.op({ kind: 'gather', axis: 1, indices: [0, 3, 3] }, [x], [2, 3]),
    run: ([x = new Float64Array()]) =>
      Float64Array.from({ length: 6 }, (_, k) => at(x, Math.floor(k / 3) * n + ([0, 3, 3][k % 3] as number))),
  },
  {
    name: 'roll of padded values',
    inputs: [[1, channels, n]],
    build: (net, [x = 0]) => net.op({ kind: 'roll', axes: [2], shifts: [2] }, [x], [1, channels, n]),
    run: ([x = new Float64Array()]) => x.map((_, k) => at(x, Math.floor(k / n) * n + (((k % n) - 2 + n) % n))),
  },
  {
    name: 'flip',
    inputs: [[1, channels, n]],
    build: (net, [x = 0]) => net.op({ kind: 'flip', axes: [2] }, [x], [1, channels, n]),
    run: ([x = new Float64Array()]) => x.map((_, k) => at(x, Math.floor(k / n) * n + (n - 1 - (k % n)))),
  },
  {
    name: 'concat of values and their double',
    inputs: [
      [2, 3],
      [2, 4],
    ],
    build: (net, [a = 0, b = 0]) =>
      net.op({ kind: 'concat', axis: 1 }, [a, net.op({ kind: 'affine', factor: 2, shift: 0 }, [b], [2, 4])], [2, 7]),
    run: ([a = new Float64Array(), b = new Float64Array()]) =>
      Float64Array.from({ length: 14 }, (_, k) =>
        k % 7 < 3 ? at(a, Math.floor(k / 7) * 3 + (k % 7)) : 2 * at(b, Math.floor(k / 7) * 4 + (k % 7) - 3),
      ),
  },
  {
    name: 'permute and reshape',
    inputs: [[2, 3, 4]],
    build: (net, [x = 0]) => net.op({ kind: 'reshape' }, [net.op({ kind: 'permute', order: [0, 2, 1] }, [x], [2, 4, 3])], [2, 12]),
    run: ([x = new Float64Array()]) => x,
  },
]

describe('windows and rearrangements agree with draws', () => checkAll(cases))
