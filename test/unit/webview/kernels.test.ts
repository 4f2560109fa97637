import assert from 'node:assert/strict'
import { attention } from '../../../src/webview/simulation/kernels/attention'
import { batchNorm } from '../../../src/webview/simulation/kernels/batchNorm'
import { chosen, product, sum } from '../../../src/webview/simulation/kernels/broadcast'
import { convolution, transposedConvolution } from '../../../src/webview/simulation/kernels/convolution'
import { mapped } from '../../../src/webview/simulation/kernels/elementwise'
import { gated } from '../../../src/webview/simulation/kernels/gated'
import { type Done, type Field, sizeOf } from '../../../src/webview/simulation/kernels/kernel'
import { matmul } from '../../../src/webview/simulation/kernels/matmul'
import { groupNorm, layerNorm } from '../../../src/webview/simulation/kernels/normalize'
import { concatenated, expanded, moved } from '../../../src/webview/simulation/kernels/picks'
import type { CellWeights } from '../../../src/webview/simulation/kernels/cell'
import { recurrent } from '../../../src/webview/simulation/kernels/recurrent'
import { reduced } from '../../../src/webview/simulation/kernels/reduce'
import { softmax } from '../../../src/webview/simulation/kernels/softmax'
import { createRandom } from '../../../src/webview/simulation/random'

function field(shape: readonly number[], seed: number): Field {
  const random = createRandom(seed)
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()) }
}

/** The gradient along random directions is the difference quotient along them, for every input. */
function differentiates(inputs: readonly Field[], run: (inputs: readonly Field[]) => Done): void {
  const done = run(inputs)
  assert.equal(done.output.data.length, sizeOf(done.output.shape))
  const cotangent = field(done.output.shape, 77).data
  const gradients = done.backward(cotangent)
  inputs.forEach((input, which) => {
    const direction = field(input.shape, 100 + which).data
    const step = 1e-2
    const along = (sign: number): number => {
      const moved = inputs.map((each, index) =>
        index === which ? { ...each, data: each.data.map((z, at) => z + sign * step * (direction[at] as number)) } : each,
      )
      return run(moved).output.data.reduce((total, y, index) => total + y * (cotangent[index] as number), 0)
    }
    const expected = (along(1) - along(-1)) / (2 * step)
    const gradient = gradients[which]
    assert.ok(gradient !== null && gradient !== undefined)
    const actual = gradient.reduce((total, g, index) => total + g * (direction[index] as number), 0)
    assert.ok(Math.abs(actual - expected) < 0.01 * Math.max(1, Math.abs(expected)), `input ${which}: ${actual}, difference ${expected}`)
  })
}

const x = field([2, 6, 4], 1)
const one =
  (run: (x: Field) => Done, of = x): (() => void) =>
  () =>
    differentiates([of], ([input]) => run(input as Field))
const weights = { scale: field([4], 9).data, shift: field([4], 10).data }
const plane = { stride: [2, 2], dilation: [1, 1], kernel: [3, 3], weight: 0, bias: null, groups: 2 }
const padding = [
  [1, 1],
  [1, 1],
] as const

describe('kernels hand back the gradient of what they compute:', () => {
  it(
    'softmax',
    one((input) => softmax(input, { axis: 1, log: false, negate: false })),
  )
  it(
    'log softmax',
    one((input) => softmax(input, { axis: 2, log: true, negate: true })),
  )
  it(
    'layer norm',
    one((input) =>
      layerNorm(input, { kind: 'layerNorm', axes: [2], eps: 1e-5, center: true, scale: 0, shift: 0 }, weights.scale, weights.shift),
    ),
  )
  it(
    'RMS norm',
    one((input) => layerNorm(input, { kind: 'layerNorm', axes: [1, 2], eps: 1e-5, center: false, scale: null, shift: null }, null, null)),
  )
  it(
    'group norm',
    one((input) => groupNorm(input, { kind: 'groupNorm', groups: 3, eps: 1e-5, scale: null, shift: null, channelAxis: 1 }, null, null)),
  )
  it(
    'batch norm',
    one((input) => batchNorm(input, 1e-5, null, null)),
  )
  it(
    'permutation',
    one((input) => moved(input, { kind: 'permute', order: [2, 0, 1] }, [4, 2, 6])),
  )
  it(
    'slice',
    one((input) => moved(input, { kind: 'slice', axis: 1, start: 1, stop: 6, step: 2 }, [2, 3, 4])),
  )
  it(
    'gather',
    one((input) => moved(input, { kind: 'gather', axis: 1, indices: [5, 0, 5] }, [2, 3, 4])),
  )
  it(
    'padding',
    one((input) =>
      moved(
        input,
        {
          kind: 'pad',
          padding: [
            [0, 0],
            [2, 1],
            [0, 0],
          ],
          mode: 'zeros',
          value: 0,
        },
        [2, 9, 4],
      ),
    ),
  )
  it('rolling and flipping', () => {
    one((input) => moved(input, { kind: 'roll', axes: [1], shifts: [-2] }, x.shape))()
    one((input) => moved(input, { kind: 'flip', axes: [1] }, x.shape))()
  })
  it('repetition and upsampling', () => {
    one((input) => moved(input, { kind: 'repeat', times: [1, 2, 1] }, [2, 12, 4]))()
    one((input) => moved(input, { kind: 'upsample', mode: 'nearest', alignCorners: false, rank: 1 }, [2, 6, 8]))()
  })
  it(
    'expansion',
    one((input) => expanded(input, [3, 2, 6]), field([2, 1], 3)),
  )
  it('sums over axes', () => {
    one((input) => reduced(input, { axes: [1], reduce: 'mean' }, [2, 4]))()
    one((input) => reduced(input, { axes: [0, 2], reduce: 'sum' }, [6]))()
  })
  it(
    'gates',
    one((input) => gated(input, { kind: 'gated', fn: { name: 'sigmoid' }, axis: 1 }, [2, 3, 4])),
  )
  it('concatenation', () => differentiates([x, field([2, 3, 4], 2)], (inputs) => concatenated(inputs, 1, [2, 9, 4])))
  it('sums and products that broadcast', () => {
    const other = field([6, 1], 4)
    differentiates([x, other], (inputs) => sum(inputs, [1, -1], x.shape))
    differentiates([x, other], ([a, b]) => product(a as Field, b as Field, x.shape, false))
    const far = mapped(
      other,
      (z) => 3 + Math.abs(z),
      () => 0,
    ).output
    differentiates([x, far], ([a, b]) => product(a as Field, b as Field, x.shape, true))
    const test = mapped(
      x,
      (z) => (z > 0 ? 1 : 0),
      () => 0,
    ).output
    differentiates([x, other], ([a, b]) => {
      const done = chosen(test, a as Field, b as Field, x.shape)
      return { output: done.output, backward: (gradient) => done.backward(gradient).slice(1) }
    })
  })
  it('matrix products, with and without leading axes', () => {
    differentiates([field([2, 3, 5], 5), field([2, 5, 4], 6)], ([a, b]) => matmul(a as Field, b as Field, [2, 3, 4]))
    differentiates([field([2, 3, 5], 5), field([5, 4], 6)], ([a, b]) => matmul(a as Field, b as Field, [2, 3, 4]))
  })
  it('attention, causal and with a mask', () => {
    const tokens = [field([2, 3, 5], 5), field([2, 3, 5], 6), field([2, 3, 5], 7)]
    const op = { kind: 'attention', scale: 0.7, causal: false, dropout: 0, hasMask: false } as const
    differentiates(tokens, (inputs) => attention(inputs, { ...op, causal: true }, createRandom(1)))
    differentiates([...tokens, field([3, 3], 8)], (inputs) => attention(inputs, { ...op, hasMask: true }, createRandom(1)))
  })
  for (const cell of ['rnn', 'lstm', 'gru'] as const) {
    it(`stacked ${cell} both ways in time, from its sequence and its states`, () => {
      const gates = { rnn: 1, lstm: 4, gru: 3 }[cell]
      const each = (inputs: number, seed: number): CellWeights => ({
        input: field([gates * 3, inputs], seed).data,
        recurrent: field([gates * 3, 3], seed + 1).data,
        inputBias: field([gates * 3], seed + 2).data,
        recurrentBias: field([gates * 3], seed + 3).data,
      })
      const weights = [
        [each(2, 20), each(2, 30)],
        [each(6, 40), each(6, 50)],
      ]
      const base = {
        kind: 'recurrent',
        nonlinearity: 'tanh',
        hidden: 3,
        bidirectional: true,
        dropout: 0,
        layers: [],
        resetAfter: true,
      } as const
      const states = [field([4, 2, 3], 61), ...(cell === 'lstm' ? [field([4, 2, 3], 62)] : [])]
      const batchFirst = { ...base, cell, timeAxis: 1 }
      differentiates([field([2, 5, 2], 60), ...states], (inputs) => recurrent(inputs, batchFirst, weights, [2, 5, 6], createRandom(1)))
      // The final hidden state as the output.
      differentiates([field([5, 2, 2], 60), ...states], (inputs) => {
        const done = recurrent(inputs, { ...base, cell, timeAxis: 0 }, weights, [5, 2, 6], createRandom(1))
        const [output] = done.others ?? []
        assert.ok(output !== undefined)
        return { output, backward: (gradient) => done.backward(new Float32Array(60), [gradient, undefined]) }
      })
    })
  }
  it('convolution and its adjoint', () => {
    const weight = field([4, 3, 3, 3], 11).data
    const conv = { ...plane, kind: 'conv', padding, inChannels: 6, outChannels: 4, paddingMode: 'zeros' } as const
    one((input) => convolution(input, conv, [2, 4, 3, 3], weight, null), field([2, 6, 5, 5], 12))()
    const up = { ...plane, kind: 'convTranspose', padding, outputPadding: [1, 1], inChannels: 4, outChannels: 6 } as const
    one((input) => transposedConvolution(input, up, [2, 6, 6, 6], weight, field([6], 13).data), field([2, 4, 3, 3], 14))()
  })
})
