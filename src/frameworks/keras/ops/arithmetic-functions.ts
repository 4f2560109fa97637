/** Arithmetic, bounds and reductions under Keras', TensorFlow's and the backend's names. */
import { asIntegers } from '../../../python/guards'
import { none } from '../../../python/make'
import type { Value } from '../../../python/values'
import type { CompareOp } from '../../../graph'
import { add, affine, divide, multiply, type Operand, power } from '../../torch/functional/arithmetic'
import { cast, detach } from '../../torch/functional/cast'
import { clamp, extremum } from '../../torch/functional/clamp'
import { compare, where } from '../../torch/functional/compare'
import { normalize } from '../../torch/functional/norm'
import { reduce } from '../../torch/functional/reduce'
import { operandOf } from '../../torch/functions/call'
import { allAxes, axesOf, axisOf } from '../../torch/shapes/axes'
import type { Site } from '../../torch/site'
import type { TensorValue } from '../../torch/tensor'
import { dtypeNamed } from '../model/input'
import { binary, tensor, type TensorFunction, unary } from './tensor-function'

type Reduction = 'mean' | 'sum' | 'max' | 'min' | 'variance' | 'std' | 'logSumExp' | 'prod'

const reducing = (which: Reduction, ...names: readonly string[]): TensorFunction =>
  unary(names, 'axis=None, keepdims=False', (at, x, args) => {
    const axis = args.value('axis')
    const rank = x.payload.shape.length
    const axes = axis.kind === 'none' ? allAxes(rank) : asIntegers(axis)
    return axes === undefined ? null : reduce(at, x, which, axesOf(at, axes, rank), args.boolean('keepdims') ?? false)
  })

function bounded(at: Site, which: 'max' | 'min', a: Operand, b: Operand): Value {
  if (a.kind !== 'number' && b.kind !== 'number') return extremum(at, which, a, b)
  const [x, bound] = a.kind === 'number' ? [b, a] : [a, b]
  if (x.kind === 'number') return none
  return which === 'max' ? clamp(at, x, bound, null) : clamp(at, x, null, bound)
}

const comparisons: readonly (readonly [string, CompareOp['relation']])[] = [
  ['less', 'lt'],
  ['less_equal', 'le'],
  ['greater', 'gt'],
  ['greater_equal', 'ge'],
  ['equal', 'eq'],
  ['not_equal', 'ne'],
]

export const arithmeticFunctions: readonly TensorFunction[] = [
  binary(['add'], add),
  binary(['subtract', 'sub'], (at, a, b) => add(at, a, b, -1)),
  binary(['multiply', 'mul'], multiply),
  binary(['divide', 'true_divide', 'divide_no_nan', 'truediv'], divide),
  binary(['power', 'pow'], power),
  ...comparisons.map(([name, relation]) => binary([name], (at, a, b) => compare(at, relation, a, b))),
  binary(['maximum'], (at, a, b) => bounded(at, 'max', a, b)),
  binary(['minimum'], (at, a, b) => bounded(at, 'min', a, b)),
  unary(['negative', 'neg'], '', (at, x) => affine(at, x, -1, 0)),
  unary(['identity', 'convert_to_tensor', 'constant', 'convert_to_numpy', 'ensure_shape'], '*rest, **kwargs', (_at, x) => x),
  unary(['stop_gradient'], '', (at, x) => detach(at, x)),
  unary(['cast'], 'dtype=None', (at, x, args) => cast(at, x, dtypeNamed(args.value('dtype')))),
  unary(['clip', 'clip_by_value'], 'x_min=None, x_max=None', (at, x, args) =>
    clamp(at, x, operandOf(args.value('x_min')), operandOf(args.value('x_max'))),
  ),
  unary(['normalize', 'l2_normalize'], 'axis=-1, order=2, epsilon=1e-12', (at, x, args) => {
    const axis = args.number('axis')
    return axis === undefined ? null : normalize(at, x, args.number('order') ?? 2, axisOf(at, axis, x.payload.shape.length), 1e-12)
  }),
  {
    names: ['where'],
    parameters: 'condition, x1=None, x2=None',
    body: (at, args) => {
      const [condition, a, b] = ['condition', 'x1', 'x2'].map((name) => tensor(at, args.value(name))) as (TensorValue | null)[]
      return !condition || !a || !b ? null : where(at, condition, a, b)
    },
  },
  reducing('mean', 'mean', 'reduce_mean'),
  reducing('sum', 'sum', 'reduce_sum'),
  reducing('max', 'max', 'reduce_max', 'amax'),
  reducing('min', 'min', 'reduce_min', 'amin'),
  reducing('variance', 'var', 'reduce_variance'),
  reducing('std', 'std', 'reduce_std'),
  reducing('logSumExp', 'logsumexp', 'reduce_logsumexp'),
  reducing('prod', 'prod', 'reduce_prod'),
]
