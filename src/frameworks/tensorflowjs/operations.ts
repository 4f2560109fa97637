/** TensorFlow.js' functions of tensors, as far as layers that a program writes use them. */
import type { ActivationFunction, InputDistribution, Op, Span } from '../../graph'
import { isArray, isUnknown, Unknown, type Value } from '../../javascript'
import { together } from '../spec/layers/join'
import type { Scope } from '../spec/scope'
import { OpTensor, WeightValue } from './tensors'

/** The result, or why it is not known. */
export type Operation = (scope: Scope, args: readonly Value[], span: Span | null) => Value

type Plain = (scope: Scope, args: readonly Value[]) => OpTensor | null

function tensor(scope: Scope, value: Value): OpTensor | null {
  if (value instanceof OpTensor) return value
  return value instanceof WeightValue ? value.tensor(scope) : null
}

function numbers(value: Value): readonly number[] | null {
  if (typeof value === 'number') return [value]
  if (!isArray(value)) return null
  const found = value.items.filter((item): item is number => typeof item === 'number')
  return found.length === value.items.length ? found : null
}

function emit(scope: Scope, op: Op, inputs: readonly OpTensor[], shape: readonly number[]): OpTensor {
  return new OpTensor(
    scope,
    scope.emit(
      op,
      inputs.map(({ id }) => id),
      shape,
    ),
  )
}

const affine = (scope: Scope, x: OpTensor, factor: number, shift: number): OpTensor =>
  emit(scope, { kind: 'affine', factor, shift }, [x], x.shape)

const elementwise =
  (fn: (args: readonly Value[]) => ActivationFunction): Plain =>
  (scope, args) => {
    const x = tensor(scope, args[0])
    return x === null ? null : emit(scope, { kind: 'activation', fn: fn(args) }, [x], x.shape)
  }

/** Functions of one tensor that have the same name here. */
const plainNames = [
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'selu',
  'exp',
  'log',
  'abs',
  'square',
  'sqrt',
  'rsqrt',
  'erf',
  'sin',
  'cos',
  'sign',
  'reciprocal',
] as const

const numberOr = (value: Value, fallback: number): number => (typeof value === 'number' ? value : fallback)

/** Of two tensors, or of one and a number: what a number does to a tensor on its left and on its right. */
function binary(
  op: Op,
  right: (x: number) => readonly [number, number] | null,
  left: (x: number) => readonly [number, number] | null,
): Plain {
  return (scope, [first, second]) => {
    const [a, b] = [tensor(scope, first), tensor(scope, second)]
    if (a !== null && b !== null) return emit(scope, op, [a, b], together(scope, [a.id, b.id]))
    const number = typeof second === 'number' ? right(second) : typeof first === 'number' ? left(first) : null
    const given = a ?? b
    return given === null || number === null ? null : affine(scope, given, ...number)
  }
}

const axesOf = (value: Value, rank: number): readonly number[] | null =>
  value === undefined || value === null
    ? Array.from({ length: rank }, (_, axis) => axis)
    : (numbers(value)?.map((axis) => (axis + rank) % rank) ?? null)

const reduced =
  (reduce: 'mean' | 'sum' | 'max' | 'min' | 'prod'): Plain =>
  (scope, [value, axis, keep]) => {
    const x = tensor(scope, value)
    const axes = x === null ? null : axesOf(axis, x.shape.length)
    if (x === null || axes === null) return null
    const keepDims = keep === true
    const shape = x.shape.flatMap((size, at) => (axes.includes(at) ? (keepDims ? [1] : []) : [size]))
    return emit(scope, { kind: 'reduce', reduce, axes: [...axes].sort((a, b) => a - b), keepDims }, [x], shape)
  }

/** Sizes in front of the last two axes as broadcasting joins them; null where they differ and neither is 1. */
function joined(a: readonly number[], b: readonly number[]): readonly number[] | null {
  const rank = Math.max(a.length, b.length)
  const sizes = Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [a[axis - (rank - a.length)] ?? 1, b[axis - (rank - b.length)] ?? 1]
    return left === 1 ? right : right === 1 || left === right ? left : null
  })
  return sizes.every((size) => size !== null) ? sizes : null
}

/** Axes of a tensor with the last two exchanged. */
function turned(scope: Scope, x: OpTensor): OpTensor {
  const rank = x.shape.length
  const order = [...x.shape.keys()].map((axis) => (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis))
  return new OpTensor(scope, scope.permute(x.id, order))
}

/** x·W for a weight [in, out], or of two tensors of two axes or more, those in front broadcast. Fails where the sizes do not fit. */
const matMul: Plain = (scope, [first, second, transposeA, transposeB]) => {
  const left = tensor(scope, first)
  if (left === null) return null
  const isWeight = second instanceof WeightValue && second.sizes.length === 2 && transposeB !== true
  const right = isWeight ? null : tensor(scope, second)
  const sizes = isWeight ? second.sizes : (right?.shape ?? null)
  if (sizes === null) return null
  const fail = (): never =>
    scope.settings.place.fail(
      `${scope.name}: tf.matMul takes tensors whose inner sizes fit; here they are ${left.shape.join('×')} and ${sizes.join('×')}.`,
    )
  if (left.shape.length < 2 || sizes.length < 2) return fail()
  const a = transposeA === true ? turned(scope, left) : left
  const inner = a.shape.at(-1) ?? 1
  if (isWeight) {
    const [inFeatures = 1, outFeatures = 1] = sizes
    if (inner !== inFeatures) return fail()
    const weight = second.parameter(scope, 'weight', [outFeatures, inFeatures])
    return emit(scope, { kind: 'linear', weight, bias: null, inFeatures, outFeatures }, [a], [...a.shape.slice(0, -1), outFeatures])
  }
  if (right === null) return null
  const b = transposeB === true ? turned(scope, right) : right
  const batch = joined(a.shape.slice(0, -2), b.shape.slice(0, -2))
  if (inner !== b.shape.at(-2) || batch === null) return fail()
  return emit(scope, { kind: 'matmul' }, [a, b], [...batch, a.shape.at(-2) ?? 1, b.shape.at(-1) ?? 1])
}

/** `tf.dot` of two matrices; vectors are not followed. */
const dot: Plain = (scope, [first, second]) => {
  const ranks = [first, second].map((value) => (value instanceof WeightValue ? value.sizes : tensor(scope, value)?.shape)?.length)
  return ranks.every((rank) => rank === 2) ? matMul(scope, [first, second]) : null
}

const concat: Plain = (scope, args) => {
  const [first] = args
  const listed = isArray(first) ? first.items : args.filter((each) => typeof each !== 'number')
  const tensors = listed.map((each) => tensor(scope, each))
  const known = tensors.filter((each) => each !== null)
  const [head] = known
  if (head === undefined || known.length < tensors.length) return null
  const last = args.at(-1)
  const axis = (numberOr(args.length > 1 ? last : 0, 0) + head.shape.length) % head.shape.length
  const size = known.reduce((total, { shape }) => total + (shape[axis] ?? 1), 0)
  return emit(
    scope,
    { kind: 'concat', axis },
    known,
    head.shape.map((own, at) => (at === axis ? size : own)),
  )
}

const reshape: Plain = (scope, [value, wanted]) => {
  const x = tensor(scope, value)
  const shape = numbers(wanted)
  if (x === null || shape === null) return null
  const all = x.shape.reduce((product, size) => product * size, 1)
  const rest = shape.reduce((product, size) => (size === -1 ? product : product * size), 1)
  const complete = shape.map((size) => (size === -1 ? all / rest : size))
  const fits = complete.reduce((product, size) => product * size, 1) === all
  return fits ? new OpTensor(scope, scope.reshape(x.id, complete)) : null
}

const expandDims: Plain = (scope, [value, axis]) => {
  const x = tensor(scope, value)
  if (x === null) return null
  const rank = x.shape.length + 1
  const at = (numberOr(axis, 0) + rank) % rank
  return new OpTensor(scope, scope.reshape(x.id, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]))
}

const squeeze: Plain = (scope, [value, axis]) => {
  const x = tensor(scope, value)
  const axes = x === null || axis === undefined ? [] : axesOf(axis, x.shape.length)
  if (x === null || axes === null) return null
  const kept = x.shape.filter((size, at) => size !== 1 || (axis !== undefined && !axes.includes(at)))
  return new OpTensor(scope, scope.reshape(x.id, kept))
}

/** Noise that every call draws anew. */
const noise =
  (distribution: (first: Value, second: Value) => InputDistribution): Plain =>
  (scope, [shape, first, second]) => {
    const sizes = numbers(shape)
    return sizes === null ? null : emit(scope, { kind: 'random', distribution: distribution(first, second) }, [], sizes)
  }

const transpose: Plain = (scope, [value, order]) => {
  const x = tensor(scope, value)
  if (x === null) return null
  const axes = order === undefined ? [...x.shape.keys()].reverse() : numbers(order)
  return axes === null ? null : new OpTensor(scope, scope.permute(x.id, axes))
}

const softmax: Plain = (scope, [value, axis]) => {
  const x = tensor(scope, value)
  const last = (x?.shape.length ?? 1) - 1
  if (x === null || (axis !== undefined && axis !== -1 && axis !== last)) return null
  return emit(scope, { kind: 'softmax', axis: last, log: false, negate: false }, [x], x.shape)
}

const scaled =
  (factor: number): Plain =>
  (scope, [value]) => {
    const x = tensor(scope, value)
    return x === null ? null : affine(scope, x, factor, 0)
  }

const operations: ReadonlyMap<string, Plain> = new Map<string, Plain>([
  ...plainNames.map((name) => [name, elementwise(() => ({ name }))] as const),
  ['elu', elementwise(() => ({ name: 'elu', alpha: 1 }))],
  ['softplus', elementwise(() => ({ name: 'softplus', beta: 1, threshold: 20 }))],
  ['leakyRelu', elementwise(([, slope]) => ({ name: 'leakyRelu', slope: numberOr(slope, 0.2), learned: false }))],
  ['neg', scaled(-1)],
  [
    'add',
    binary(
      { kind: 'add', signs: [1, 1] },
      (x) => [1, x],
      (x) => [1, x],
    ),
  ],
  [
    'sub',
    binary(
      { kind: 'add', signs: [1, -1] },
      (x) => [1, -x],
      (x) => [-1, x],
    ),
  ],
  [
    'mul',
    binary(
      { kind: 'multiply' },
      (x) => [x, 0],
      (x) => [x, 0],
    ),
  ],
  [
    'div',
    binary(
      { kind: 'divide' },
      (x) => [1 / x, 0],
      () => null,
    ),
  ],
  ['matMul', matMul],
  ['dot', dot],
  ['mean', reduced('mean')],
  ['sum', reduced('sum')],
  ['max', reduced('max')],
  ['min', reduced('min')],
  ['prod', reduced('prod')],
  ['concat', concat],
  ['reshape', reshape],
  ['expandDims', expandDims],
  ['squeeze', squeeze],
  ['randomNormal', noise((mean, std) => ({ kind: 'normal', mean: numberOr(mean, 0), std: numberOr(std, 1) }))],
  ['randomUniform', noise((low, high) => ({ kind: 'uniform', low: numberOr(low, 0), high: numberOr(high, 1) }))],
  ['transpose', transpose],
  ['softmax', softmax],
])

/** A function of `tf`, or a method of a tensor; null for names that are none that is followed. */
export function operationNamed(name: string): Operation | null {
  const operation = operations.get(name)
  if (operation === undefined) return null
  return (scope, args, span) => {
    const unknown = args.find(isUnknown)
    return unknown ?? operation(scope, args) ?? new Unknown(`tf.${name} with these arguments is not followed`, span)
  }
}

/** Functions of `tf` by name; `scopeOf` tells the layer whose tensors they are called on. */
export function operationsOf(
  scopeOf: (args: readonly Value[]) => Scope | null,
): readonly (readonly [string, (args: readonly Value[], span: Span | null) => Value])[] {
  return [...operations.keys()].map((name) => [
    name,
    (args, span) => {
      const scope = scopeOf(args)
      const operation = operationNamed(name)
      return scope === null || operation === null ? new Unknown(`tf.${name} is not followed`, span) : operation(scope, args, span)
    },
  ])
}
