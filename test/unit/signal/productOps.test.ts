import { type Case, checkAll } from './monteCarlo'

type Values = Float64Array
const at = (values: Values, i: number) => values[i] as number
const empty = new Float64Array()

/** [rows, inner]·[inner, columns]. */
function product(a: Values, b: Values, rows: number, inner: number, columns: number): Values {
  return Float64Array.from({ length: rows * columns }, (_, k) => {
    let sum = 0
    for (let i = 0; i < inner; i++) sum += at(a, Math.floor(k / columns) * inner + i) * at(b, i * columns + (k % columns))
    return sum
  })
}
const relu = (values: Values) => values.map((x) => Math.max(0, x))

const softmaxRows = (values: Values, width: number): Values => {
  const out = new Float64Array(values.length)
  for (let from = 0; from < values.length; from += width) {
    const row = values.slice(from, from + width).map(Math.exp)
    const sum = row.reduce((a, b) => a + b, 0)
    out.set(
      row.map((x) => x / sum),
      from,
    )
  }
  return out
}

const rowsOf = (values: Values, width: number) =>
  Array.from({ length: values.length / width }, (_, r) => [...values.slice(r * width, (r + 1) * width)])
const mean = (row: readonly number[]) => row.reduce((a, b) => a + b, 0) / row.length
const normed = (row: readonly number[], eps: number, centred: boolean) => {
  const m = centred ? mean(row) : 0
  const v = mean(row.map((x) => (x - m) ** 2))
  return row.map((x) => (x - m) / Math.sqrt(v + eps))
}

const bilinear = { kind: 'bilinear' as const, bias: null }

const cases: readonly Case[] = [
  {
    name: 'linear behind relu',
    inputs: [[2, 6]],
    weights: [[4, 6]],
    build: (net, [x = 0], [weight = 0]) =>
      net.op({ kind: 'linear', weight, bias: null, inFeatures: 6, outFeatures: 4 }, [net.relu(x)], [2, 4]),
    run: ([x = empty], [w = empty]) => {
      const h = relu(x)
      return Float64Array.from({ length: 8 }, (_, k) =>
        [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + at(h, Math.floor(k / 4) * 6 + i) * at(w, (k % 4) * 6 + i), 0),
      )
    },
    trials: 2000,
  },
  {
    name: 'a written RMS norm whose learned scale comes first',
    inputs: [[3, 8]],
    weights: [[8]],
    build: (net, [x = 0], [weight = 0]) => {
      const square = net.op({ kind: 'power', exponent: 2 }, [x], [3, 8])
      const mean = net.op({ kind: 'reduce', reduce: 'mean', axes: [1], keepDims: true }, [square], [3, 1])
      const shifted = net.op({ kind: 'affine', factor: 1, shift: 1e-6 }, [mean], [3, 1])
      const root = net.op({ kind: 'activation', fn: { name: 'rsqrt' } }, [shifted], [3, 1])
      const scaled = net.op({ kind: 'multiply' }, [net.op({ kind: 'parameter', parameter: weight }, [], [8]), x], [3, 8])
      return net.op({ kind: 'multiply' }, [scaled, root], [3, 8])
    },
    run: ([x = empty], [w = empty]) =>
      Float64Array.from(
        rowsOf(x, 8).flatMap((row) => normed(row, 1e-6, false)),
        (value, i) => value * at(w, i % 8),
      ),
    trials: 2000,
    gradientTrials: 500,
  },
  {
    name: 'bilinear of two inputs, one of them behind relu',
    inputs: [
      [2, 4],
      [2, 3],
    ],
    weights: [[5, 4, 3]],
    build: (net, [a = 0, b = 0], [weight = 0]) => net.op({ ...bilinear, weight }, [net.relu(a), b], [2, 5]),
    run: ([a = empty, b = empty], [w = empty]) => {
      const h = relu(a)
      return Float64Array.from({ length: 10 }, (_, k) => {
        const [r, o] = [Math.floor(k / 5), k % 5]
        let sum = 0
        for (let i = 0; i < 4; i++) for (let j = 0; j < 3; j++) sum += at(w, (o * 4 + i) * 3 + j) * at(h, r * 4 + i) * at(b, r * 3 + j)
        return sum
      })
    },
    trials: 2500,
    gradientTrials: 1000,
  },
  {
    name: 'bilinear of an input with itself',
    inputs: [[2, 4]],
    weights: [[5, 4, 4]],
    build: (net, [x = 0], [weight = 0]) => net.op({ ...bilinear, weight }, [x, x], [2, 5]),
    run: ([x = empty], [w = empty]) =>
      Float64Array.from({ length: 10 }, (_, k) => {
        const [r, o] = [Math.floor(k / 5), k % 5]
        let sum = 0
        for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) sum += at(w, (o * 4 + i) * 4 + j) * at(x, r * 4 + i) * at(x, r * 4 + j)
        return sum
      }),
    trials: 4000,
    // the diagonal's gradients add before they are squared: one pair in n more
    modelBackward: 0.3,
    gradientTrials: 1000,
  },
  {
    name: 'matmul: a·bᵀ over units',
    inputs: [
      [1, 3, 8],
      [1, 8, 4],
    ],
    build: (net, [a = 0, b = 0]) => net.op({ kind: 'matmul' }, [a, b], [1, 3, 4]),
    run: ([a = empty, b = empty]) => product(a, b, 3, 8, 4),
    trials: 2000,
  },
  {
    name: 'softmax over 16',
    inputs: [[4, 16]],
    build: (net, [x = 0]) => net.op({ kind: 'softmax', axis: 1, log: false, negate: false }, [x], [4, 16]),
    run: ([x = empty]) => softmaxRows(x, 16),
    model: 0.02,
    modelBackward: 0.05,
    trials: 600,
  },
  {
    name: 'log-softmax over 32',
    inputs: [[4, 32]],
    build: (net, [x = 0]) => net.op({ kind: 'softmax', axis: 1, log: true, negate: false }, [x], [4, 32]),
    run: ([x = empty]) => softmaxRows(x, 32).map(Math.log),
    model: 0.01,
    modelBackward: 0.03,
    gradientTrials: 60,
  },
  {
    name: 'layerNorm over 16',
    inputs: [[4, 16]],
    mean: 1,
    build: (net, [x = 0]) => net.op({ kind: 'layerNorm', axes: [1], eps: 1e-5, center: true, scale: null, shift: null }, [x], [4, 16]),
    run: ([x = empty]) => Float64Array.from(rowsOf(x, 16).flatMap((row) => normed(row, 1e-5, true))),
    modelBackward: 0.02,
  },
  {
    name: 'RMS norm over 16',
    inputs: [[4, 16]],
    build: (net, [x = 0]) => net.op({ kind: 'layerNorm', axes: [1], eps: 1e-5, center: false, scale: null, shift: null }, [x], [4, 16]),
    run: ([x = empty]) => Float64Array.from(rowsOf(x, 16).flatMap((row) => normed(row, 1e-5, false))),
    modelBackward: 0.02,
  },
  {
    name: 'groupNorm: 2 groups of 3 channels with 4 positions',
    inputs: [[2, 6, 4]],
    mean: 1,
    build: (net, [x = 0]) => net.op({ kind: 'groupNorm', groups: 2, eps: 1e-5, scale: null, shift: null, channelAxis: 1 }, [x], [2, 6, 4]),
    run: ([x = empty]) => Float64Array.from(rowsOf(x, 12).flatMap((row) => normed(row, 1e-5, true))),
    modelBackward: 0.02,
  },
  {
    name: 'batchNorm of 3 channels over 4 samples and 5 positions',
    inputs: [[4, 3, 5]],
    mean: 1,
    build: (net, [x = 0]) =>
      net.op({ kind: 'batchNorm', eps: 1e-5, scale: null, shift: null, channelAxis: 1, batchStatistics: true }, [x], [4, 3, 5]),
    run: ([x = empty]) => {
      const out = new Float64Array(60)
      for (let c = 0; c < 3; c++) {
        const places = Array.from({ length: 20 }, (_, k) => (Math.floor(k / 5) * 3 + c) * 5 + (k % 5))
        normed(
          places.map((i) => at(x, i)),
          1e-5,
          true,
        ).forEach((value, k) => {
          out[places[k] as number] = value
        })
      }
      return out
    },
    modelBackward: 0.02,
    gradientTrials: 80,
  },
  {
    name: 'normalize: x/‖x‖ over 12',
    inputs: [[4, 12]],
    build: (net, [x = 0]) => net.op({ kind: 'normalize', p: 2, axis: 1, eps: 1e-12 }, [x], [4, 12]),
    run: ([x = empty]) =>
      Float64Array.from(rowsOf(x, 12).flatMap((row) => row.map((value) => value / Math.sqrt(row.reduce((sum, y) => sum + y * y, 0))))),
    modelBackward: 0.02,
  },
  {
    name: 'localResponseNorm over 3 of 8 channels',
    inputs: [[2, 8, 3]],
    build: (net, [x = 0]) => net.op({ kind: 'localResponseNorm', size: 3, alpha: 0.03, beta: 0.75, k: 2 }, [x], [2, 8, 3]),
    run: ([x = empty]) =>
      x.map((value, i) => {
        const c = Math.floor(i / 3) % 8
        let sum = 0
        for (let d = -1; d <= 1; d++) if (c + d >= 0 && c + d < 8) sum += at(x, i + 3 * d) ** 2
        return value / (2 + (0.03 / 3) * sum) ** 0.75
      }),
    model: 0.005,
    modelBackward: 0.01,
  },
  {
    name: 'attention over 6 tokens of 8 units',
    inputs: [
      [1, 6, 8],
      [1, 6, 8],
      [1, 6, 8],
    ],
    build: (net, inputs) =>
      net.op({ kind: 'attention', scale: 1 / Math.sqrt(8), causal: false, dropout: 0, hasMask: false }, inputs, [1, 6, 8]),
    run: ([q = empty, k = empty, v = empty]) => {
      const turned = Float64Array.from({ length: 48 }, (_, i) => at(k, (i % 6) * 8 + Math.floor(i / 6)))
      const scores = product(q, turned, 6, 8, 6).map((x) => x / Math.sqrt(8))
      return product(softmaxRows(scores, 6), v, 6, 6, 8)
    },
    model: 0.05,
    modelBackward: 0.15,
    trials: 800,
    gradientTrials: 200,
  },
]

describe('products, softmax and norms agree with draws', () => checkAll(cases))
