import assert from 'node:assert/strict'
import type { ConvOp, Graph } from '../../../src/graph'
import { predict, samplesSecond } from '../../../src/signal'
import { Network, normalWithVariance } from './network'

const [length, batch, width] = [6, 4, 8] as const

/** A linear map of tokens and a padded convolution along the sequence, averaged over it; the sequence comes first, or the batch. */
function convolved(isSequenceFirst: boolean): { readonly graph: Graph; readonly output: number } {
  const net = new Network()
  const x = net.input(isSequenceFirst ? [length, batch, width] : [batch, length, width])
  const y = net.relu(net.linear(x, width, normalWithVariance(2 / width)))
  const turned = net.op({ kind: 'permute', order: isSequenceFirst ? [1, 2, 0] : [0, 2, 1] }, [y], [batch, width, length])
  const op: ConvOp = {
    kind: 'conv',
    weight: net.parameter([width, width, 3], normalWithVariance(1 / (3 * width))),
    bias: null,
    inChannels: width,
    outChannels: width,
    kernel: [3],
    stride: [1],
    padding: [[1, 1]],
    dilation: [1],
    groups: 1,
    paddingMode: 'zeros',
  }
  const map = net.op(op, [turned], [batch, width, length])
  const output = net.op({ kind: 'reduce', reduce: 'mean', axes: [2], keepDims: false }, [map], [batch, width])
  return { graph: net.graph(output), output }
}

const secondMoment = (graph: Graph, output: number) => {
  const moments = predict(graph).forward[output]
  return moments?.known === true ? moments.secondMoment : null
}

describe('the axis of samples', () => {
  it('is the second where a sequence comes first, and what follows is what it is where the batch does', () => {
    const { graph, output } = convolved(true)
    assert.equal(secondMoment(graph, output), null)
    const turned = samplesSecond(graph) ?? assert.fail()
    assert.deepEqual(
      turned.nodes.flatMap(({ op }) => (op.kind === 'input' ? [op.sampleAxis] : [])),
      [1],
    )
    const usual = convolved(false)
    assert.equal(secondMoment(turned, output), secondMoment(usual.graph, usual.output) ?? assert.fail())
  })

  it('stays the first where that predicts everything', () => assert.equal(samplesSecond(convolved(false).graph), null))

  it('stays the first where the second predicts no more', () => {
    const net = new Network()
    const x = net.input([batch, width])
    const picked = net.op({ kind: 'gather', axis: 0, indices: null }, [x, net.input([2, 3])], [2, 3, width])
    assert.equal(secondMoment(net.graph(picked), picked), null)
    assert.equal(samplesSecond(net.graph(picked)), null)
  })

  it('stays the first where an input has no second', () => {
    const { graph } = convolved(true)
    const tensors = graph.tensors.map((tensor) => (tensor.id === 0 ? { ...tensor, shape: [length] } : tensor))
    assert.equal(samplesSecond({ ...graph, tensors }), null)
  })
})
