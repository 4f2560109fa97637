import assert from 'node:assert/strict'
import { predict } from '../../../src/signal'
import { scalesOf } from '../../../src/signal/gaussian/scales'
import {
  batchCovariance,
  batchSpread,
  centreSizes,
  divideByBatch,
  joinSizes,
  maskSizes,
  ownSizes,
  raiseSizes,
  sizeSkew,
  sizeSlope,
  sizeSpread,
  timesSizes,
} from '../../../src/signal/sampleSizes'
import { normals } from './draws'
import { linear } from './linear'
import { type Case, checkAll, estimate, generator } from './monteCarlo'
import { Network, normalWithVariance } from './network'

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual / expected - 1) < within, `predicted ${actual}, expected ${expected}`)

const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length
const square = (values: Float64Array) => values.reduce((a, b) => a + b * b, 0) / values.length

describe('sizes of samples', () => {
  it('have two nodes with their mean, variance and skewness', () => {
    const { sizes, weights } = scalesOf(0.3, 0.8) ?? { sizes: [], weights: [] }
    const moment = (n: number) => sizes.reduce((sum, size, i) => sum + (weights[i] as number) * (size - 1) ** n, 0)
    assert.ok(Math.abs(moment(1)) < 1e-12)
    near(moment(2), 0.3, 1e-12)
    near(moment(3), 0.8 * 0.3 ** 1.5, 1e-12)
  })

  it('of a mask are those of a Bernoulli variable over its mean', () => {
    const sizes = maskSizes(undefined, 0.8)
    near(sizeSpread(sizes), 0.25, 1e-12)
    near(sizeSkew(sizes), -1.5, 1e-9)
  })

  it('add up where they have one cause, and as variances where not', () => {
    const one = maskSizes(undefined, 0.8)
    const halves = (other: ReturnType<typeof maskSizes>) =>
      sizeSpread(
        joinSizes([
          { sizes: one, share: 0.5 },
          { sizes: other, share: 0.5 },
        ]),
      )
    near(halves(one), 0.25, 1e-12)
    near(halves(maskSizes(undefined, 0.8)), 0.125, 1e-12)
    near(sizeSpread(raiseSizes(one, 2)), 1, 1e-12)
  })

  it('of gamma variables over the mean of their batch follow the Dirichlet law', () => {
    const normal = normals(5)
    const [batch, degrees, draws] = [4, 2, 20000]
    let drawn = 0
    for (let d = 0; d < draws; d++) {
      const sizes = Float64Array.from({ length: batch }, () => Array.from({ length: degrees }, () => normal() ** 2).reduce((a, b) => a + b))
      drawn += (square(sizes) / mean(sizes) ** 2 - 1) / draws
    }
    near(sizeSpread(centreSizes(ownSizes(2 / degrees), batch)), drawn, 0.02)
  })

  it('of gamma variables over the mean of their batch are as skewed as beta variables', () => {
    const [batch, shape] = [4, 8]
    const others = shape * (batch - 1)
    const total = shape + others
    const beta = (2 * (others - shape) * Math.sqrt(total + 1)) / ((total + 2) * Math.sqrt(shape * others))
    near(sizeSkew(centreSizes(ownSizes(1 / shape), batch) ?? assert.fail()), beta, 0.06)
  })

  it('of a mask on samples that differ already have the moments of the product', () => {
    const [spread, keep] = [0.5, 0.7]
    // E of a gamma variable's powers, over those of the mask.
    const [second, third] = [(1 + spread) / keep, ((1 + spread) * (1 + 2 * spread)) / keep ** 2]
    const sizes = maskSizes(ownSizes(spread), keep)
    near(sizeSpread(sizes), second - 1, 1e-12)
    near(sizeSkew(sizes), (third - 3 * second + 2) / (second - 1) ** 1.5, 1e-9)
  })

  it('of halves of two masks have the third moment of their sum', () => {
    const halves = joinSizes([0.9, 0.6].map((keep) => ({ sizes: maskSizes(undefined, keep), share: 0.5 })))
    const cumulant = (n: number, of: (keep: number) => number) => (of(0.9) + of(0.6)) / 2 ** n
    const variance = cumulant(2, (keep) => 1 / keep - 1)
    near(sizeSpread(halves), variance, 1e-12)
    near(sizeSkew(halves ?? assert.fail()), cumulant(3, (keep) => 1 / keep ** 2 - 3 / keep + 2) / variance ** 1.5, 1e-9)
  })

  it('without a common cause are raised and joined as variances', () => {
    near(sizeSpread(raiseSizes(ownSizes(0.3), 2)), 1.2, 1e-12)
    near(sizeSpread(joinSizes([0.3, 0.5].map((spread) => ({ sizes: ownSizes(spread), share: 0.5 })))), 0.2, 1e-12)
  })

  it('have a mean over a batch of B that varies by 1/B of what they do, and not at all behind a norm over it', () => {
    const [mask, batch] = [maskSizes(undefined, 0.8), 8]
    near(batchSpread(mask, batch), 0.25 / batch, 1e-12)
    near(batchSpread(raiseSizes(mask, 2), batch), 1 / batch, 1e-12)
    near(batchSpread(ownSizes(0.4), batch), 0.4 / batch, 1e-12)
    near(batchCovariance(mask, raiseSizes(mask, 3), batch), 0.75 / batch, 1e-12)
    assert.equal(batchSpread(centreSizes(mask, batch), batch), 0)
    assert.equal(batchCovariance(mask, maskSizes(undefined, 0.8), batch), 0)
  })

  it('of a gradient that is divided by the size of its batch go against it', () => {
    const [mask, batch] = [maskSizes(undefined, 0.8), 8]
    const gradient = divideByBatch(undefined, mask, 1)
    near(batchCovariance(gradient, mask, batch), -0.25 / batch, 1e-12)
    assert.equal(sizeSpread(gradient), 0)
    near(batchSpread(divideByBatch(raiseSizes(mask, 3), mask, 1), batch), 1 / batch, 1e-12)
  })

  it('of a gradient times a slope of the signal have that slope on it', () => {
    const mask = maskSizes(undefined, 0.8)
    near(sizeSlope(timesSizes(undefined, mask, 0.5) ?? assert.fail(), mask), 0.5, 1e-12)
    near(sizeSpread(timesSizes(mask, mask, 0.5)), 0.25 * 1.5 ** 2, 1e-12)
    assert.equal(sizeSlope(mask, maskSizes(undefined, 0.8)), 0)
  })
})

const none = new Float64Array()
const units = 48
const row = [1, units] as const
const weighted = (net: Network, x: number, weight: number) =>
  net.op({ kind: 'linear', weight, bias: null, inFeatures: units, outFeatures: units }, [x], row)

/** Samples that a dropped path leaves larger than others, through two layers: large ones saturate, and send less back. */
const bent = (name: 'tanh' | 'silu', of: (z: number) => number): Case => ({
  name: `passes two layers of ${name}`,
  inputs: [row],
  weights: [row, [units, units], [units, units]],
  laws: [0, 1, 2].map((i) => ({ mean: 0, std: i === 0 ? 1 : Math.sqrt(2 / units) })),
  build: (net, [x = 0], [own = 0, first = 0, second = 0]) => {
    const branch = net.op({ kind: 'parameter', parameter: own }, [], row)
    const dropped = net.op({ kind: 'dropout', rate: 0.5, variant: 'path', rescale: true }, [branch], row)
    const layer = (y: number, w: number) => net.op({ kind: 'activation', fn: { name } }, [weighted(net, y, w)], row)
    return layer(layer(net.add(net.op({ kind: 'affine', factor: 0.4, shift: 0 }, [x], row), dropped), first), second)
  },
  run: ([x = none], [own = none, first = none, second = none], noise) => {
    const mask = noise() < 0.5 ? 0 : 2
    const stream = x.map((value, i) => 0.4 * value + mask * (own[i] as number))
    return linear(linear(stream, first, units, units).map(of), second, units, units).map(of)
  },
  trials: 4000,
  gradientTrials: 600,
  model: 0.02,
  modelBackward: 0.02,
})

const [samples, positions, width, blocks, rate] = [8, 9, 128, 6, 0.3]
const count = samples * positions
const silu = (z: number) => z / (1 + Math.exp(-z))
const slope = (z: number) => {
  const s = 1 / (1 + Math.exp(-z))
  return s * (1 + z * (1 - s))
}

/** Rows are units, columns the positions of all samples. */
type Rows = readonly Float64Array[]
const mapRows = (rows: Rows, of: (row: Float64Array, c: number) => Float64Array): Rows => rows.map(of)
const times = (weights: Rows, x: Rows): Rows =>
  weights.map((row) => {
    const out = new Float64Array(count)
    x.forEach((values, k) => {
      const w = row[k] as number
      for (let i = 0; i < count; i++) out[i] = (out[i] as number) + w * (values[i] as number)
    })
    return out
  })
const transposed = (weights: Rows): Rows =>
  (weights[0] as Float64Array).length === 0
    ? []
    : Array.from(weights[0] as Float64Array, (_, j) => Float64Array.from(weights, (row) => row[j] as number))
const meanSquare = (rows: Rows) => rows.reduce((sum, row) => sum + square(row), 0) / rows.length

/** x + mask·norm(W·silu(norm(x))), block after block: mean squares behind the last activation, and of the gradient at the input. */
function drawChain(normal: () => number, uniform: () => number): { readonly activated: number; readonly sent: number } {
  const steps: { y: Rows; deviation: number[]; weights: Rows; u: Rows; outer: number[]; mask: Float64Array }[] = []
  const standard = (rows: Rows): { readonly y: Rows; readonly deviation: number[] } => {
    const deviation: number[] = []
    const y = mapRows(rows, (row) => {
      const centre = mean(row)
      const d = Math.sqrt(square(row) - centre * centre)
      deviation.push(d)
      return row.map((value) => (value - centre) / d)
    })
    return { y, deviation }
  }
  const back = (g: Rows, y: Rows, deviation: readonly number[]): Rows =>
    mapRows(g, (row, c) => {
      const level = mean(row)
      const own = y[c] as Float64Array
      const along = row.reduce((sum, value, i) => sum + value * (own[i] as number), 0) / count
      return row.map((value, i) => (value - level - (own[i] as number) * along) / (deviation[c] as number))
    })
  let x: Rows = Array.from({ length: width }, () => Float64Array.from({ length: count }, normal))
  let activated = 0
  for (let b = 0; b < blocks; b++) {
    const { y, deviation } = standard(x)
    const h = mapRows(y, (row) => row.map(silu))
    activated = meanSquare(h)
    const weights = Array.from({ length: width }, () => Float64Array.from({ length: width }, () => normal() / Math.sqrt(width)))
    const { y: u, deviation: outer } = standard(times(weights, h))
    const mask = Float64Array.from({ length: samples }, () => (uniform() < rate ? 0 : 1 / (1 - rate)))
    steps.push({ y, deviation, weights, u, outer, mask })
    x = mapRows(x, (row, c) =>
      row.map((value, i) => value + (mask[Math.floor(i / positions)] as number) * ((u[c] as Float64Array)[i] as number)),
    )
  }
  let g: Rows = Array.from({ length: width }, () => Float64Array.from({ length: count }, normal))
  for (const { y, deviation, weights, u, outer, mask } of steps.reverse()) {
    const branch = mapRows(g, (row) => row.map((value, i) => value * (mask[Math.floor(i / positions)] as number)))
    const inner = mapRows(times(transposed(weights), back(branch, u, outer)), (row, c) =>
      row.map((value, i) => value * slope((y[c] as Float64Array)[i] as number)),
    )
    const sent = back(inner, y, deviation)
    g = mapRows(g, (row, c) => row.map((value, i) => value + ((sent[c] as Float64Array)[i] as number)))
  }
  return { activated, sent: meanSquare(g) }
}

/** One channel of x + mask·y behind a norm over the batch: mean square of the gradient at the norm's input. */
function behindNorm(normal: () => number, uniform: () => number): number {
  const mask = Array.from({ length: samples }, () => (uniform() < 0.5 ? 0 : 2))
  const z = Float64Array.from({ length: count }, (_, i) => normal() + (mask[Math.floor(i / positions)] as number) * normal())
  const centre = mean(z)
  const deviation = Math.sqrt(square(z) - centre * centre)
  const y = z.map((value) => (value - centre) / deviation)
  const g = y.map(normal)
  const [level, along] = [mean(g), mean(g.map((value, i) => value * (y[i] as number)))]
  return square(g.map((value, i) => (value - level - (y[i] as number) * along) / deviation))
}

describe('a stream with a dropped branch', () => {
  it('is sent back more by a norm over the batch, whose variance varies with the paths that are kept', () => {
    const { normal, uniform } = generator(8)
    const drawn = estimate(Array.from({ length: 20000 }, () => behindNorm(normal, uniform)))
    const net = new Network()
    const shape = [samples, 4, 3, 3]
    const dropped = net.op({ kind: 'dropout', rate: 0.5, variant: 'path', rescale: true }, [net.input(shape)], shape)
    const sum = net.add(net.input(shape), dropped)
    const sent = predict(net.graph(net.batchNorm(sum, 0))).backward[sum]
    assert.ok(sent?.known && drawn.error < 0.005 * drawn.value)
    near(sent.secondMoment, drawn.value, 0.03)
  })

  checkAll([bent('tanh', Math.tanh), bent('silu', silu)])
})

describe('a residual network that drops the paths of whole samples', () => {
  it('has samples of different size in all later blocks, forward and backward', () => {
    const { normal, uniform } = generator(4)
    const draws = Array.from({ length: 40 }, () => drawChain(normal, uniform))
    const net = new Network()
    const shape = [samples, width, 3, 3]
    const input = net.input(shape)
    let x = input
    let h = x
    for (let b = 0; b < blocks; b++) {
      h = net.op({ kind: 'activation', fn: { name: 'silu' } }, [net.batchNorm(x, 0)], shape)
      const branch = net.batchNorm(net.conv(h, width, 1, normalWithVariance(1 / width)), 0)
      x = net.add(x, net.op({ kind: 'dropout', rate, variant: 'path', rescale: true }, [branch], shape))
    }
    const { forward, backward } = predict(net.graph(x))
    const [last, first] = [forward[h], backward[input]]
    assert.ok(last?.known && first?.known)
    near(last.secondMoment, draws.reduce((sum, one) => sum + one.activated, 0) / draws.length, 0.008)
    near(first.secondMoment, draws.reduce((sum, one) => sum + one.sent, 0) / draws.length, 0.1)
  })
})
