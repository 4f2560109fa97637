import assert from 'node:assert/strict'
import { predict } from '../../../src/signal'
import { normals } from './draws'
import { Network, normalWithVariance } from './network'

const [samples, size, taps] = [4, 10, 9] as const
const inner = size - 2
const silu = (z: number) => z / (1 + Math.exp(-z))
const slope = (z: number) => {
  const s = 1 / (1 + Math.exp(-z))
  return s * (1 + z * (1 - s))
}

/** One channel of silu(batch norm(depthwise 3×3(silu(z)))) for a normal z: E[g²] of an N(0, 1) cotangent at z. */
function drawnChannel(normal: () => number): number {
  const weight = Array.from({ length: taps }, normal)
  const z = Array.from({ length: samples * size * size }, normal)
  const h = z.map(silu)
  const at = (b: number, i: number, j: number) => (b * size + i) * size + j
  const places = Array.from({ length: samples * inner * inner }, (_, n) => {
    const place = n % (inner * inner)
    return [Math.floor(n / (inner * inner)), Math.floor(place / inner), place % inner] as const
  })
  const sums = places.map(([b, i, j]) =>
    weight.reduce((sum, w, t) => sum + w * (h[at(b, i + Math.floor(t / 3), j + (t % 3))] as number), 0),
  )
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const centre = mean(sums)
  const deviation = Math.sqrt(mean(sums.map((u) => (u - centre) ** 2)))
  const normed = sums.map((u) => (u - centre) / deviation)
  const g = normed.map((u) => normal() * slope(u))
  const along = mean(g.map((value, n) => value * (normed[n] as number)))
  const shift = mean(g)
  const back = new Float64Array(z.length)
  places.forEach(([b, i, j], n) => {
    const arriving = ((g[n] as number) - shift - along * (normed[n] as number)) / deviation
    weight.forEach((w, t) => {
      const to = at(b, i + Math.floor(t / 3), j + (t % 3))
      back[to] = (back[to] as number) + w * arriving
    })
  })
  return mean(z.map((value, n) => ((back[n] as number) * slope(value)) ** 2))
}

describe('a gradient behind a norm', () => {
  it('is larger where the few weights in between see a value that the activation behind says more of', () => {
    const channels = 1500
    const normal = normals(11)
    let drawn = 0
    for (let c = 0; c < channels; c++) drawn += drawnChannel(normal) / channels
    const net = new Network()
    // Behind a norm the axes of an image are places.
    const z = net.batchNorm(net.input([samples, channels, size, size]), 0)
    const h = net.op({ kind: 'activation', fn: { name: 'silu' } }, [z], [samples, channels, size, size])
    const u = net.batchNorm(net.conv(h, channels, 3, normalWithVariance(1), { groups: channels }), 0)
    const y = net.op({ kind: 'activation', fn: { name: 'silu' } }, [u], net.shape(u))
    const predicted = predict(net.graph(y)).backward[z]
    assert.ok(predicted?.known)
    assert.ok(Math.abs(predicted.secondMoment / drawn - 1) < 0.025, `predicted ${predicted.secondMoment}, drawn ${drawn}`)
  })
})
