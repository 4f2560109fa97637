import assert from 'node:assert/strict'
import type { Distribution } from '../../../src/graph'
import { predict } from '../../../src/signal'
import { generator } from './monteCarlo'
import { Network, normalWithVariance } from './network'

const [samples, side, width, blocks] = [8, 5, 16, 8]
const positions = side * side
const count = samples * positions
const hardSwish = (z: number) => (z * Math.min(6, Math.max(0, z + 3))) / 6
const sum = (values: Float64Array | readonly number[]) => (values as readonly number[]).reduce((a, b) => a + b, 0)

/** Where a tap of a window of `kernel`² on a torus reads, for every sample and position. */
const tapsOf = (kernel: number): readonly Int32Array[] =>
  Array.from({ length: kernel * kernel }, (_, tap) => {
    const shift = (kernel - 1) / 2
    const [down, right] = [Math.floor(tap / kernel) - shift, (tap % kernel) - shift]
    return Int32Array.from({ length: count }, (_, i) => {
      const [start, p] = [Math.floor(i / positions) * positions, i % positions]
      const row = (Math.floor(p / side) + down + side) % side
      return start + row * side + (((p % side) + right + side) % side)
    })
  })

/** The mean square of what the last norm makes, in its mean over positions, of norm → hardswish → convolution, block after block, for one draw of all. */
function drawChain(kernel: number, normal: () => number): number {
  const taps = tapsOf(kernel)
  let x = Array.from({ length: width }, () => Float64Array.from({ length: count }, normal))
  let pooled = 0
  for (let b = 0; b < blocks; b++) {
    const z = x.map((row) => {
      const centre = sum(row) / count
      const deviation = Math.sqrt(sum(row.map((value) => (value - centre) ** 2)) / count)
      return row.map((value) => (value - centre) / deviation)
    })
    const h = z.map((row) => row.map(hardSwish))
    pooled = 0
    for (const row of z)
      for (let s = 0; s < samples; s++)
        pooled += (sum(row.subarray(s * positions, (s + 1) * positions)) / positions) ** 2 / (samples * width)
    x = h.map(() => {
      const out = new Float64Array(count)
      for (const row of h)
        for (const tap of taps) {
          const w = normal()
          for (let i = 0; i < count; i++) out[i] = (out[i] as number) + w * (row[tap[i] as number] as number)
        }
      return out
    })
  }
  return pooled
}

function predictChain(kernel: number): number {
  const net = new Network()
  const shape = [samples, width, side, side]
  const pad = (kernel - 1) / 2
  const weight: Distribution = normalWithVariance(1)
  let x = net.input(shape)
  let z = x
  for (let b = 0; b < blocks; b++) {
    z = net.batchNorm(x, 0)
    const h = net.op({ kind: 'activation', fn: { name: 'hardSwish' } }, [z], shape)
    const parameter = net.parameter([width, width, kernel, kernel], weight)
    x = net.op(
      {
        kind: 'conv',
        inChannels: width,
        outChannels: width,
        groups: 1,
        paddingMode: 'circular',
        kernel: [kernel, kernel],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [
          [pad, pad],
          [pad, pad],
        ],
        weight: parameter,
        bias: null,
      },
      [h],
      shape,
    )
  }
  const pooled = net.op({ kind: 'adaptivePool', reduce: 'average', output: [1, 1] }, [z], [samples, width, 1, 1])
  const predicted = predict(net.graph(pooled)).forward[pooled]
  assert.ok(predicted?.known)
  return predicted.secondMoment
}

function compare(kernel: number, draws: number): void {
  const { normal } = generator(9)
  const drawn = Array.from({ length: draws }, () => drawChain(kernel, normal))
  const mean = sum(drawn) / draws
  const error = Math.sqrt(sum(drawn.map((value) => (value - mean) ** 2))) / draws
  const predicted = predictChain(kernel)
  assert.ok(Math.abs(predicted / mean - 1) < 0.05 + (3 * error) / mean, `predicted ${predicted}, drawn ${mean} ± ${error}`)
}

describe('samples of few values', () => {
  it('grow apart in size where windows mix their positions, which then have that in common', () => compare(3, 40))

  it('have positions of sizes of their own where nothing mixes these', () => compare(1, 60))

  it('are not told apart a second time by the law of one value', () => {
    const { normal } = generator(10)
    const [inputs, hidden, trials] = [8, 200, 400]
    let drawn = 0
    for (let t = 0; t < trials; t++) {
      const x = Array.from({ length: inputs }, normal)
      for (let u = 0; u < hidden; u++)
        drawn += Math.tanh(sum(x.map((value) => value * normal())) / Math.sqrt(inputs)) ** 2 / (hidden * trials)
    }
    const net = new Network()
    const z = net.linear(net.input([64, inputs]), hidden, normalWithVariance(1 / inputs))
    const h = net.op({ kind: 'activation', fn: { name: 'tanh' } }, [z], [64, hidden])
    const predicted = predict(net.graph(h)).forward[h]
    assert.ok(predicted?.known)
    assert.ok(Math.abs(predicted.secondMoment / drawn - 1) < 0.02, `predicted ${predicted.secondMoment}, drawn ${drawn}`)
  })
})
