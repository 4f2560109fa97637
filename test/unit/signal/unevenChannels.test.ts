import assert from 'node:assert/strict'
import { predict } from '../../../src/signal'
import { normals } from './draws'
import { estimate, generator } from './monteCarlo'
import { Network, normalWithVariance, uniformWithVariance } from './network'

const [samples, side] = [8, 4]
const positions = side * side
const taps = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => [y, x] as const))
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
const silu = (z: number) => z * sigmoid(z)
const slope = (z: number) => sigmoid(z) * (1 + z * (1 - sigmoid(z)))

/** For every tap, the position that it reads from p, or −1. */
const reads = Array.from({ length: positions }, (_, p) =>
  taps.map(([dy, dx]) => {
    const [y, x] = [Math.floor(p / side) + dy, (p % side) + dx]
    return y >= 0 && y < side && x >= 0 && x < side ? y * side + x : -1
  }),
)

interface Drawn {
  readonly activated: number
  readonly pooled: number
  readonly behindNorm: number
  readonly behindConv: number
}

/** Mean squares in one channel: of what the activation and a global average give, of the gradients behind the norm and behind the convolution. */
function draw(normal: () => number, eps: number): Drawn {
  const weights = taps.map(() => normal() / 3)
  const count = samples * positions
  const x = Array.from({ length: count }, normal)
  const of = (values: readonly number[], b: number, p: number) => (p < 0 ? 0 : (values[b * positions + p] as number))
  const z = x.map((_, i) =>
    (reads[i % positions] as readonly number[]).reduce(
      (sum, q, t) => sum + (weights[t] as number) * of(x, Math.floor(i / positions), q),
      0,
    ),
  )
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const centre = mean(z)
  const deviation = Math.sqrt(mean(z.map((value) => (value - centre) ** 2)) + eps)
  const y = z.map((value) => (value - centre) / deviation)
  const g = y.map((value) => normal() * slope(value))
  const along = mean(g.map((value, i) => value * (y[i] as number)))
  const level = mean(g)
  const sent = g.map((value, i) => (value - level - (y[i] as number) * along) / deviation)
  const back = new Array<number>(count).fill(0)
  sent.forEach((value, i) => {
    ;(reads[i % positions] as readonly number[]).forEach((q, t) => {
      if (q >= 0) back[i - (i % positions) + q] = (back[i - (i % positions) + q] as number) + (weights[t] as number) * value
    })
  })
  const activated = y.map(silu)
  const square = (values: readonly number[]) => mean(values.map((value) => value * value))
  const pools = Array.from({ length: samples }, (_, b) => mean(activated.slice(b * positions, (b + 1) * positions)))
  return { activated: square(activated), pooled: square(pools), behindNorm: square(sent), behindConv: square(back) }
}

type Quantity = ReturnType<typeof predict>['forward'][number] | ReturnType<typeof predict>['backward'][number]

const near = (predicted: Quantity | undefined, expected: number, within: number) => {
  assert.ok(predicted?.known)
  assert.ok(Math.abs(predicted.secondMoment / expected - 1) < within, `predicted ${predicted.secondMoment}, drawn ${expected}`)
}

describe('a norm whose ε is not small beside the variances of channels that few weights draw', () => {
  const setting = (eps: number) => {
    const normal = normals(3)
    const draws = Array.from({ length: 12000 }, () => draw(normal, eps))
    const net = new Network()
    const x = net.input([samples, 64, side, side])
    const z = net.conv(x, 64, 3, normalWithVariance(1 / 9), { padding: 1, groups: 64 })
    const y = net.op({ kind: 'activation', fn: { name: 'silu' } }, [net.batchNorm(z, eps)], net.shape(z))
    const pooled = net.op({ kind: 'reduce', reduce: 'mean', axes: [2, 3], keepDims: false }, [y], [samples, 64])
    const drawn = (of: (one: Drawn) => number) => draws.reduce((sum, one) => sum + of(one), 0) / draws.length
    return { x, z, y, pooled, forward: predict(net.graph(y, pooled)).forward, backward: predict(net.graph(y)).backward, drawn }
  }

  it('leaves the channels uneven before an activation that bends', () => {
    const { y, pooled, forward, drawn } = setting(1.5)
    near(
      forward[y],
      drawn(({ activated }) => activated),
      0.006,
    )
    near(
      forward[pooled],
      drawn((one) => one.pooled),
      0.025,
    )
  })

  it('sends back by the mean of 1/(v + ε), and behind the weights by that of v/(v + ε)', () => {
    const { x, z, backward, drawn } = setting(0.3)
    near(
      backward[z],
      drawn(({ behindNorm }) => behindNorm),
      0.012,
    )
    near(
      backward[x],
      drawn(({ behindConv }) => behindConv),
      0.012,
    )
  })

  it('sends back by the law of a single weight, which is near zero often', () => {
    const { normal, uniform } = generator(4)
    const eps = 0.1
    const count = samples * positions
    const draws = Array.from({ length: 20000 }, () => {
      const weight = Math.sqrt(3) * (2 * uniform() - 1)
      const z = Array.from({ length: count }, () => weight * normal())
      const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / count
      const centre = mean(z)
      const deviation = Math.sqrt(mean(z.map((value) => (value - centre) ** 2)) + eps)
      const y = z.map((value) => (value - centre) / deviation)
      const g = y.map(normal)
      const [level, along] = [mean(g), mean(g.map((value, k) => value * (y[k] as number)))]
      return mean(g.map((value, k) => ((value - level - (y[k] as number) * along) / deviation) ** 2))
    })
    const { value, error } = estimate(draws)
    const net = new Network()
    const z = net.conv(net.input([samples, 64, side, side]), 64, 1, uniformWithVariance(1), { groups: 64 })
    assert.ok(error < 0.01 * value)
    near(predict(net.graph(net.batchNorm(z, eps))).backward[z], value, 0.03)
  })
})
