import assert from 'node:assert/strict'
import { predict } from '../../../src/signal'
import { generator } from './monteCarlo'
import { Network } from './network'

/** Share of draws in which the second moment of normalized values behind masks lies in the predicted band. */
function coverage(shape: readonly [number, number, number, number], rate: number, variant: 'path' | 'channel', masks: number): number {
  const net = new Network()
  const y = net.op({ kind: 'dropout', rate, variant, rescale: true }, [net.batchNorm(net.input(shape))], shape)
  const moments = predict(net.graph(y)).forward[y]
  assert.ok(moments?.known)
  const { uniform } = generator(5)
  const draws = 4000
  let inside = 0
  for (let draw = 0; draw < draws; draw++) {
    let kept = 0
    for (let mask = 0; mask < masks; mask++) if (uniform() >= rate) kept++
    const second = kept / masks / (1 - rate) ** 2
    if (second >= moments.band[0] && second <= moments.band[1]) inside++
  }
  return inside / draws
}

describe('bands', () => {
  it('hold nine in ten draws of a drop path, which has one mask a sample', () => {
    const share = coverage([64, 32, 16, 16], 0.2, 'path', 64)
    assert.ok(share > 0.85 && share < 0.95, `${share}`)
  })
  it('hold nine in ten draws of dropped feature maps', () => {
    const share = coverage([4, 32, 16, 16], 0.3, 'channel', 128)
    assert.ok(share > 0.85 && share < 0.95, `${share}`)
  })
})
