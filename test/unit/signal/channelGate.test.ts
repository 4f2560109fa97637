import assert from 'node:assert/strict'
import { predict } from '../../../src/signal'
import { Network, normalWithVariance } from './network'

const [batch, channels, side] = [8, 32, 8]
const shape = [batch, channels, side, side]

/** x·gate through a rectifier, a convolution, a norm and a global average; the gate is sigmoid(0) = ½ but for `gate`. */
function pooled(gate: (net: Network, x: number) => number): number {
  const net = new Network()
  const x = net.batchNorm(net.conv(net.input(shape), channels, 3, normalWithVariance(0.1), { padding: 1, bias: normalWithVariance(0.5) }))
  const gated = net.relu(net.op({ kind: 'multiply' }, [x, gate(net, x)], shape))
  const next = net.batchNorm(net.conv(gated, channels, 3, normalWithVariance(0.1), { padding: 1 }))
  const means = net.op({ kind: 'reduce', reduce: 'mean', axes: [2, 3], keepDims: false }, [next], [batch, channels])
  const { forward } = predict(net.graph(means))
  const moments = forward[means]
  assert.ok(moments?.known)
  return moments.secondMoment
}

const sigmoid = (net: Network, x: number) => net.op({ kind: 'activation', fn: { name: 'sigmoid' } }, [x], net.shape(x))
const squeezed = (net: Network, x: number) =>
  net.op({ kind: 'reduce', reduce: 'mean', axes: [2, 3], keepDims: true }, [x], [batch, channels, 1, 1])

describe('a gate for each channel', () => {
  it('says the same where a convolution over the channels makes it as where each channel makes its own', () => {
    const each = pooled((net, x) => sigmoid(net, net.conv(squeezed(net, x), channels, 1, normalWithVariance(0.3), { groups: channels })))
    const over = pooled((net, x) => {
      const row = net.op({ kind: 'reshape' }, [squeezed(net, x)], [batch, 1, channels])
      const weight = net.parameter([1, 1, 3], normalWithVariance(0.1))
      const mixed = net.op(
        {
          kind: 'conv',
          weight,
          bias: null,
          inChannels: 1,
          outChannels: 1,
          kernel: [3],
          stride: [1],
          padding: [[1, 1]],
          dilation: [1],
          groups: 1,
          paddingMode: 'zeros',
        },
        [row],
        [batch, 1, channels],
      )
      const column = sigmoid(net, net.op({ kind: 'reshape' }, [mixed], [batch, channels, 1, 1]))
      return net.op({ kind: 'expand' }, [column], shape)
    })
    assert.ok(Math.abs(over / each - 1) < 0.02, `${over} over channels, ${each} each`)
  })
})
