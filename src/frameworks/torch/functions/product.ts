/** Matrix products and their kin. */

import { asItems } from '../../../python/guards'
import { add, affine, multiply } from '../functional/arithmetic'
import { einsum } from '../functional/einsum'
import { matmul } from '../functional/matmul'
import { reduce } from '../functional/reduce'
import { axisOf } from '../shapes/axes'
import { timesText } from '../shapes/text'
import { runtimeError } from '../site'
import { isTensor, type TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { count } from '../tensor/layout'
import { insertAxis, permute, reshape } from '../tensor/views'
import { type Call, integersOf } from './call'
import type { TorchFunction } from './declare'

const both = ['torch', 'method'] as const

function product(names: readonly string[], left: string, right: string, rank: readonly number[]): TorchFunction {
  return {
    names,
    parameters: `${left}, ${right}`,
    places: [...both, 'linalg'],
    listed: true,
    body: (call) => {
      const [a, b] = [call.tensor(left), call.tensor(right)]
      const [wantedA, wantedB] = rank
      if (wantedA !== undefined && (a.payload.shape.length !== wantedA || b.payload.shape.length !== wantedB)) {
        runtimeError(
          call,
          `${call.name}: expected tensors of ${wantedA} and ${wantedB} dimensions, got shapes ${timesText(a.payload.shape)} and ${timesText(b.payload.shape)}`,
        )
      }
      return matmul(call, a, b)
    },
  }
}

/** beta·input + alpha·(a @ b). */
function scaledSum(name: string, a: string, b: string): TorchFunction {
  return {
    names: [name],
    parameters: `input, ${a}, ${b}, *, beta=1, alpha=1`,
    places: both,
    inPlace: true,
    listed: true,
    body: (call) => {
      const scaled = affine(call, matmul(call, call.tensor(a), call.tensor(b)), call.number('alpha'), 0)
      const beta = call.number('beta')
      return beta === 0 ? scaled : add(call, affine(call, call.tensor('input'), beta, 0), scaled)
    },
  }
}

/** The axes that tensordot sums over, in both operands. */
function contraction(call: Call, a: TensorValue, b: TensorValue): readonly [readonly number[], readonly number[]] {
  const value = call.value('dims')
  const lists = asItems(value)?.map(integersOf)
  const [left, right] = lists ?? []
  if (left !== undefined && left !== null && right !== undefined && right !== null) {
    return [left.map((dim) => axisOf(call, dim, a.payload.shape.length)), right.map((dim) => axisOf(call, dim, b.payload.shape.length))]
  }
  const n = call.integer('dims')
  return [Array.from({ length: n }, (_, index) => a.payload.shape.length - n + index), Array.from({ length: n }, (_, index) => index)]
}

function tensordot(call: Call): TensorValue {
  const [a, b] = [call.tensor('a'), call.tensor('b')]
  const [left, right] = contraction(call, a, b)
  const freeA = [...a.payload.shape.keys()].filter((axis) => !left.includes(axis))
  const freeB = [...b.payload.shape.keys()].filter((axis) => !right.includes(axis))
  const sizes = (tensor: TensorValue, axes: readonly number[]) => axes.map((axis) => tensor.payload.shape[axis] as number)
  const inner = count(sizes(a, left))
  const rows = reshape(call, permute(call, a, [...freeA, ...left]), [count(sizes(a, freeA)), inner])
  const columns = reshape(call, permute(call, b, [...right, ...freeB]), [inner, count(sizes(b, freeB))])
  return reshape(call, matmul(call, rows, columns), [...sizes(a, freeA), ...sizes(b, freeB)])
}

export const productFunctions: readonly TorchFunction[] = [
  product(['matmul'], 'input', 'other', []),
  product(['mm', 'spmm', 'hspmm'], 'input', 'mat2', [2, 2]),
  product(['bmm'], 'input', 'mat2', [3, 3]),
  product(['mv'], 'input', 'vec', [2, 1]),
  product(['dot', 'inner', 'vdot'], 'input', 'tensor', []),
  scaledSum('addmm', 'mat1', 'mat2'),
  scaledSum('baddbmm', 'batch1', 'batch2'),
  scaledSum('addmv', 'mat', 'vec'),
  {
    names: ['addbmm'],
    parameters: 'input, batch1, batch2, *, beta=1, alpha=1',
    places: both,
    listed: true,
    body: (call) => {
      const sum = reduce(call, matmul(call, call.tensor('batch1'), call.tensor('batch2')), 'sum', [0], false)
      return add(call, affine(call, call.tensor('input'), call.number('beta'), 0), affine(call, sum, call.number('alpha'), 0))
    },
  },
  {
    names: ['outer', 'ger'],
    parameters: 'input, vec2',
    places: both,
    listed: true,
    body: (call) => multiply(call, insertAxis(call, call.tensor('input'), 1), insertAxis(call, call.tensor('vec2'), 0)),
  },
  { names: ['tensordot'], parameters: 'a, b, dims=2', places: ['torch'], listed: true, body: tensordot },
  {
    names: ['kron'],
    parameters: 'input, other',
    places: both,
    body: (call) => {
      const [a, b] = [call.tensor('input'), call.tensor('other')]
      const rank = Math.max(a.payload.shape.length, b.payload.shape.length)
      const full = (tensor: TensorValue) => [...new Array<number>(rank - tensor.payload.shape.length).fill(1), ...tensor.payload.shape]
      const [x, y] = [full(a), full(b)]
      const left = reshape(
        call,
        a,
        x.flatMap((size) => [size, 1]),
      )
      const right = reshape(
        call,
        b,
        y.flatMap((size) => [1, size]),
      )
      return reshape(
        call,
        multiply(call, left, right),
        x.map((size, axis) => size * (y[axis] as number)),
      )
    },
  },
  {
    names: ['cdist'],
    parameters: 'input, x2, p=2.0',
    places: ['torch'],
    listed: true,
    body: (call) => {
      const [a, b] = [call.tensor('input'), call.tensor('x2')]
      const shape = [...a.payload.shape.slice(0, -1), b.payload.shape.at(-2) ?? 1]
      return emit(call, {
        op: { kind: 'opaque', name: 'cdist', reason: 'the moments of cdist are not modelled' },
        inputs: [a, b],
        output: { shape, dtype: 'float' },
      })
    },
  },
  {
    names: ['cross'],
    parameters: 'input, other, dim=None',
    places: [...both, 'linalg'],
    body: (call) => {
      const [a, b] = [call.tensor('input'), call.tensor('other')]
      return emit(call, {
        op: { kind: 'opaque', name: 'cross', reason: 'the moments of cross are not modelled' },
        inputs: [a, b],
        output: a.payload,
      })
    },
  },
  {
    names: ['einsum'],
    parameters: 'equation, *operands',
    places: ['torch'],
    listed: true,
    body: (call) => {
      const given = call.rest('operands')
      const [only] = given
      const items = given.length === 1 && only !== undefined ? (asItems(only) ?? given) : given
      return einsum(call, call.text('equation') ?? '', items.filter(isTensor))
    },
  },
  {
    names: ['cosine_similarity'],
    parameters: 'x1, x2, dim=1, eps=1e-08',
    places: ['torch', 'functional'],
    listed: true,
    body: (call) => {
      const [a, b] = [call.tensor('x1'), call.tensor('x2')]
      const axis = call.axis('dim', a)
      const unit = (tensor: TensorValue) =>
        emit(call, {
          op: { kind: 'normalize', p: 2, axis, eps: call.number('eps') },
          inputs: [tensor],
          output: { shape: tensor.payload.shape, dtype: 'float' },
        })
      return reduce(call, multiply(call, unit(a), unit(b)), 'sum', [axis], false)
    },
  },
  {
    names: ['pairwise_distance'],
    parameters: 'x1, x2, p=2.0, eps=1e-06, keepdim=False',
    places: ['functional'],
    listed: true,
    body: (call) => {
      const difference = add(call, add(call, call.tensor('x1'), call.tensor('x2'), -1), {
        kind: 'number',
        value: call.number('eps'),
        dtype: 'float',
      })
      return reduce(call, difference, 'norm', [difference.payload.shape.length - 1], call.flag('keepdim'))
    },
  },
  {
    names: ['inverse', 'inv', 'pinverse', 'matrix_exp', 'cholesky', 'expm'],
    parameters: 'input, *args, **kwargs',
    places: [...both, 'linalg'],
    body: (call) => {
      const input = call.tensor('input')
      return emit(call, {
        op: { kind: 'opaque', name: call.name, reason: `the moments of ${call.name} are not modelled` },
        inputs: [input],
        output: input.payload,
      })
    },
  },
  {
    names: ['qr', 'svd', 'eig', 'eigh', 'slogdet', 'det', 'lstsq', 'solve'],
    parameters: '*args, **kwargs',
    places: ['torch', 'linalg'],
    body: (call) => call.interpreter.unknown(`torch.linalg.${call.name} is not modelled`, call.span),
  },
  {
    names: ['chain_matmul', 'multi_dot'],
    parameters: '*matrices',
    places: ['torch', 'linalg'],
    body: (call) => {
      const given = call.rest('matrices')
      const items = given.flatMap((item) => asItems(item) ?? [item]).filter(isTensor)
      return items.slice(1).reduce((result, next) => matmul(call, result, next), items[0] as TensorValue)
    },
  },
  {
    names: ['trace'],
    parameters: 'input',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      return emit(call, {
        op: { kind: 'opaque', name: 'trace', reason: 'the moments of trace are not modelled' },
        inputs: [input],
        output: { shape: [], dtype: input.payload.dtype },
      })
    },
  },
]
