import assert from 'node:assert/strict'
import type { Graph } from '../../../src/graph'
import { predict } from '../../../src/signal'
import { drawMatrix, type Matrix, meanSquare, normals, timesTransposed, transposed } from './draws'
import { type Estimate, estimate } from './monteCarlo'
import { Network, normalWithVariance } from './network'

const [samples, width, hidden, depth] = [32, 96, 192, 5] as const
const [first, second] = [normalWithVariance(2 / width), normalWithVariance(0.5 / hidden)]

const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((value, j) => value + (b[i]?.[j] ?? 0)))
const times = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((value, j) => value * (b[i]?.[j] ?? 0)))
const map = (a: Matrix, f: (x: number) => number): Matrix => a.map((row) => row.map(f))

/** Second moments of the stream x + W₂ relu(W₁ x) behind every layer, and of its gradient, all layers with the same weights. */
function drawn(draws: number): { readonly forward: readonly Estimate[]; readonly backward: readonly Estimate[] } {
  const normal = normals(5)
  const [forward, backward] = [Array.from({ length: depth }, (): number[] => []), Array.from({ length: depth }, (): number[] => [])]
  for (let d = 0; d < draws; d++) {
    const w1 = drawMatrix(normal, hidden, width, Math.sqrt(2 / width))
    const w2 = drawMatrix(normal, width, hidden, Math.sqrt(0.5 / hidden))
    let x = drawMatrix(normal, samples, width)
    const pre: Matrix[] = []
    for (let layer = 0; layer < depth; layer++) {
      const a = timesTransposed(x, w1)
      pre.push(a)
      x = plus(
        x,
        timesTransposed(
          map(a, (z) => Math.max(0, z)),
          w2,
        ),
      )
      forward[layer]?.push(meanSquare(x))
    }
    let g = drawMatrix(normal, samples, width)
    for (let layer = depth - 1; layer >= 0; layer--) {
      const slope = map(pre[layer] as Matrix, (z) => (z > 0 ? 1 : 0))
      g = plus(g, timesTransposed(times(timesTransposed(g, transposed(w2)), slope), transposed(w1)))
      backward[layer]?.push(meanSquare(g))
    }
  }
  return { forward: forward.map(estimate), backward: backward.map(estimate) }
}

/** The same as a graph, each layer with weights of its own. */
function stack(): { readonly graph: Graph; readonly streams: readonly number[] } {
  const net = new Network()
  const streams = [net.input([samples, width])]
  for (let layer = 0; layer < depth; layer++) {
    const x = streams[layer] as number
    streams.push(net.add(x, net.linear(net.relu(net.linear(x, hidden, first)), width, second)))
  }
  return { graph: net.graph(streams[depth] as number), streams }
}

/** Every layer a copy of the first. */
const copied = (graph: Graph): Graph => ({ ...graph, parameters: graph.parameters.map((each) => ({ ...each, copyGroup: each.id % 2 })) })

/** One layer, called again and again. */
const shared = (graph: Graph): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => (node.op.kind === 'linear' ? { ...node, op: { ...node.op, weight: node.op.weight % 2 } } : node)),
})

describe('layers with the same weights', () => {
  const expected = drawn(40)
  const { graph, streams } = stack()
  const secondMoments = (of: Graph) => {
    const prediction = predict(of)
    const known = (moments: { readonly known: boolean; readonly secondMoment?: number } | undefined) => moments?.secondMoment ?? Number.NaN
    return {
      forward: streams.slice(1).map((id) => known(prediction.forward[id])),
      backward: streams.slice(0, -1).map((id) => known(prediction.backward[id])),
    }
  }
  for (const [name, of] of [
    ['copies', copied(graph)],
    ['one layer, called again', shared(graph)],
  ] as const)
    it(`add up in a residual stream and in its gradient: ${name}`, () => {
      const { forward, backward } = secondMoments(of)
      for (let layer = 0; layer < depth; layer++) {
        const near = (what: string, predicted: number | undefined, actual: Estimate | undefined) => {
          assert.ok(predicted !== undefined && actual !== undefined)
          const { value, error } = actual
          assert.ok(
            Math.abs(predicted - value) < 4 * error + 0.04 * value,
            `${what} of layer ${layer}: ${predicted}, drawn ${value} ± ${error}`,
          )
        }
        near('signal', forward[layer], expected.forward[layer])
        near('gradient', backward[layer], expected.backward[layer])
      }
    })

  it('differ from layers with weights of their own by more than a quarter', () => {
    const { forward, backward } = secondMoments(graph)
    assert.ok((forward[depth - 1] as number) < 0.75 * (expected.forward[depth - 1]?.value ?? 0))
    assert.ok((backward[0] as number) < 0.75 * (expected.backward[0]?.value ?? 0))
  })

  it('are independent again where an experiment draws each anew', () => {
    const initializers = new Map(graph.parameters.map(({ id, initializer }) => [id, initializer]))
    assert.deepEqual(predict(copied(graph), { initializers }).forward, predict(graph).forward)
  })
})
