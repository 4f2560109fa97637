import type { Op } from '../../../src/graph'
import { type Case, checkAll } from './monteCarlo'
import type { Network } from './network'

const shape = [2, 8]
const on = (net: Network, op: Op, ...inputs: number[]) => net.op(op, inputs, shape)
const activation = (name: 'abs' | 'relu' | 'sigmoid' | 'tanh' | 'square' | 'exp' | 'silu'): Op => ({ kind: 'activation', fn: { name } })
const affine = (factor: number, shift: number): Op => ({ kind: 'affine', factor, shift })
const each = (f: (...values: number[]) => number) => (inputs: readonly Float64Array[]) =>
  (inputs[0] as Float64Array).map((_, i) => f(...inputs.map((values) => values[i] as number)))
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const relu = (x: number) => Math.max(0, x)

const one = { inputs: [shape] }
const two = { inputs: [shape, shape] }

const cases: readonly Case[] = [
  {
    ...one,
    name: 'affine: −2x + 0.5',
    build: (net, [x = 0]) => on(net, affine(-2, 0.5), x),
    run: each((x) => -2 * x + 0.5),
  },
  {
    ...one,
    name: 'power: x³',
    build: (net, [x = 0]) => on(net, { kind: 'power', exponent: 3 }, x),
    run: each((x) => x ** 3),
    trials: 2000,
  },
  { ...one, name: 'activation: silu', build: (net, [x = 0]) => on(net, activation('silu'), x), run: each((x) => x * sigmoid(x)) },
  {
    ...two,
    name: 'add: a − b',
    build: (net, [a = 0, b = 0]) => on(net, { kind: 'add', signs: [1, -1] }, a, b),
    run: each((a, b) => a - b),
  },
  {
    ...one,
    name: 'add: x + relu(x)',
    build: (net, [x = 0]) => net.add(x, net.relu(x)),
    run: each((x) => x + relu(x)),
  },
  {
    ...two,
    name: 'multiply: a·b',
    build: (net, [a = 0, b = 0]) => on(net, { kind: 'multiply' }, a, b),
    run: each((a, b) => a * b),
    trials: 1000,
  },
  {
    ...one,
    name: 'multiply: x·tanh(x)',
    build: (net, [x = 0]) => on(net, { kind: 'multiply' }, x, on(net, activation('tanh'), x)),
    run: each((x) => x * Math.tanh(x)),
  },
  {
    ...one,
    name: 'divide: x/(1 + |x|)',
    build: (net, [x = 0]) => on(net, { kind: 'divide' }, x, on(net, affine(1, 1), on(net, activation('abs'), x))),
    run: each((x) => x / (1 + Math.abs(x))),
  },
  {
    ...two,
    name: 'divide: a/(4 + b/3)',
    build: (net, [a = 0, b = 0]) => on(net, { kind: 'divide' }, a, on(net, affine(1 / 3, 4), b)),
    run: each((a, b) => a / (4 + b / 3)),
  },
  {
    ...two,
    name: 'divide: a/sigmoid(b)',
    build: (net, [a = 0, b = 0]) => on(net, { kind: 'divide' }, a, on(net, activation('sigmoid'), b)),
    run: each((a, b) => a / sigmoid(b)),
    trials: 4000,
    gradientTrials: 1000,
  },
  {
    ...two,
    name: 'extremum: max(a, b)',
    build: (net, [a = 0, b = 0]) => on(net, { kind: 'extremum', which: 'max' }, a, b),
    run: each(Math.max),
  },
  {
    ...two,
    name: 'extremum: min(a, 2b + 0.3)',
    build: (net, [a = 0, b = 0]) => on(net, { kind: 'extremum', which: 'min' }, a, on(net, affine(2, 0.3), b)),
    run: each((a, b) => Math.min(a, 2 * b + 0.3)),
  },
  {
    ...two,
    name: 'extremum: max(relu(a), relu(b)), which are equal where both are 0',
    build: (net, [a = 0, b = 0]) => on(net, { kind: 'extremum', which: 'max' }, net.relu(a), net.relu(b)),
    run: each((a, b) => Math.max(relu(a), relu(b))),
  },
  {
    ...one,
    name: 'extremum: max(x, −x/4), functions of one variable',
    build: (net, [x = 0]) => on(net, { kind: 'extremum', which: 'max' }, x, on(net, affine(-0.25, 0), x)),
    run: each((x) => Math.max(x, -x / 4)),
  },
  {
    ...one,
    name: 'compare: x > 0.5, which sends nothing back',
    build: (net, [x = 0]) => on(net, { kind: 'compare', relation: 'gt', to: 0.5 }, x),
    run: each((x) => (x > 0.5 ? 1 : 0)),
  },
  {
    ...two,
    name: 'compare: a ≤ b',
    build: (net, [a = 0, b = 0]) => on(net, { kind: 'compare', relation: 'le', to: null }, a, b),
    run: each((a, b) => (a <= b ? 1 : 0)),
  },
  {
    ...one,
    name: 'where: x > 0 ? x : 0.1·x',
    build: (net, [x = 0]) =>
      on(net, { kind: 'where' }, on(net, { kind: 'compare', relation: 'gt', to: 0 }, x), x, on(net, affine(0.1, 0), x)),
    run: each((x) => (x > 0 ? x : 0.1 * x)),
  },
  {
    inputs: [shape, shape, shape],
    name: 'where: c > 1 ? a : 3·b, three sources',
    build: (net, [a = 0, b = 0, c = 0]) =>
      on(net, { kind: 'where' }, on(net, { kind: 'compare', relation: 'gt', to: 1 }, c), a, on(net, affine(3, 0), b)),
    run: each((a, b, c) => (c > 1 ? a : 3 * b)),
  },
  {
    inputs: [[2, 16]],
    name: 'gated: GLU',
    build: (net, [x = 0]) => net.op({ kind: 'gated', fn: { name: 'sigmoid' }, axis: 1 }, [x], shape),
    run: ([x = new Float64Array()]) =>
      Float64Array.from({ length: 16 }, (_, i) => {
        const row = Math.floor(i / 8) * 16 + (i % 8)
        return (x[row] as number) * sigmoid(x[row + 8] as number)
      }),
  },
  {
    ...one,
    name: 'dropout: kept units are scaled',
    build: (net, [x = 0]) => on(net, { kind: 'dropout', rate: 0.3, variant: 'element', rescale: true }, x),
    run: ([x = new Float64Array()], _weights, noise) => x.map((value) => (noise() < 0.3 ? 0 : value / 0.7)),
    trials: 1500,
  },
  { ...one, name: 'cast', build: (net, [x = 0]) => on(net, { kind: 'cast', stopGradient: false }, x), run: each((x) => x) },
]

describe('elementwise operations agree with draws', () => checkAll(cases))
