/** Elementwise functions of one tensor that the graph has no op for: computed on data, opaque when recorded. */
import { erf } from '../fold/unary'
import { activation } from '../functional/activations'
import { add, affine, elementwise } from '../functional/arithmetic'
import { flooredDistribution } from '../tensor/distribution'
import { emit } from '../tensor/emit'
import type { TorchFunction } from './declare'

type Row = readonly [names: readonly string[], f: (x: number) => number, keepsType?: boolean]

const table: readonly Row[] = [
  [['ceil'], Math.ceil, true],
  [['trunc', 'fix'], Math.trunc, true],
  [['frac'], (x) => x - Math.trunc(x), true],
  [['round'], (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)), true],
  [['tan'], Math.tan],
  [['asin', 'arcsin'], Math.asin],
  [['acos', 'arccos'], Math.acos],
  [['atan', 'arctan'], Math.atan],
  [['sinh'], Math.sinh],
  [['cosh'], Math.cosh],
  [['asinh', 'arcsinh'], Math.asinh],
  [['acosh', 'arccosh'], Math.acosh],
  [['atanh', 'arctanh'], Math.atanh],
  [['logit'], (x) => Math.log(x / (1 - x))],
  [['deg2rad'], (x) => (x * Math.PI) / 180],
  [['rad2deg'], (x) => (x * 180) / Math.PI],
  [['erfc'], (x) => 1 - erf(x)],
  [['sinc'], (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))],
  [['erfinv', 'lgamma', 'digamma', 'i0'], () => Number.NaN],
]

export const elementwiseFunctions: readonly TorchFunction[] = [
  {
    names: ['floor'],
    parameters: 'input',
    places: ['torch', 'method', 'special'],
    inPlace: true,
    body: (call) => {
      const input = call.tensor('input')
      return emit(call, {
        op: { kind: 'opaque', name: 'floor', reason: 'the moments of floor are not modelled' },
        inputs: [input],
        output: input.payload,
        fold: ([elements]) => (elements === undefined ? null : (index) => Math.floor(elements(index))),
        draw: ([base]) => ({ distribution: flooredDistribution(base ?? { kind: 'unknown', reason: 'no operand' }), label: 'floor' }),
      })
    },
  },
  ...table.map(
    ([names, f, keepsType = false]): TorchFunction => ({
      names,
      parameters: 'input, *args, **kwargs',
      places: ['torch', 'method', 'special'],
      inPlace: true,
      body: (call) => {
        const input = call.tensor('input')
        return elementwise(call, call.name, [input], keepsType ? input.payload.dtype : 'float', (x) => f(x as number))
      },
    }),
  ),
  {
    names: ['exp2'],
    parameters: 'input',
    places: ['torch', 'method', 'special'],
    inPlace: true,
    body: (call) => activation(call, affine(call, call.tensor('input'), Math.LN2, 0, 'float'), { name: 'exp' }),
  },
  {
    names: ['log2'],
    parameters: 'input',
    places: ['torch', 'method'],
    inPlace: true,
    body: (call) => affine(call, activation(call, call.tensor('input'), { name: 'log' }), 1 / Math.LN2, 0),
  },
  {
    names: ['log10'],
    parameters: 'input',
    places: ['torch', 'method'],
    inPlace: true,
    body: (call) => affine(call, activation(call, call.tensor('input'), { name: 'log' }), 1 / Math.LN10, 0),
  },
  {
    names: ['log1p'],
    parameters: 'input',
    places: ['torch', 'method', 'special'],
    inPlace: true,
    body: (call) => activation(call, affine(call, call.tensor('input'), 1, 1, 'float'), { name: 'log' }),
  },
  {
    names: ['expm1'],
    parameters: 'input',
    places: ['torch', 'method', 'special'],
    inPlace: true,
    body: (call) => affine(call, activation(call, call.tensor('input'), { name: 'exp' }), 1, -1),
  },
  {
    // log(eˣ + eʸ)
    names: ['logaddexp'],
    parameters: 'input, other',
    places: ['torch', 'method'],
    body: (call) =>
      activation(
        call,
        add(call, activation(call, call.tensor('input'), { name: 'exp' }), activation(call, call.tensor('other'), { name: 'exp' })),
        { name: 'log' },
      ),
  },
  {
    names: ['nan_to_num'],
    parameters: 'input, nan=0.0, posinf=None, neginf=None',
    places: ['torch', 'method'],
    inPlace: true,
    body: (call) => call.tensor('input'),
  },
]
