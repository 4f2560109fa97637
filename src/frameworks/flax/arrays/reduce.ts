/** Reductions of `jax.numpy` and `jax.nn`. */
import type { ReduceOp } from '../../../graph'
import type { Value } from '../../../python/values'
import { activation } from '../../torch/functional/activations'
import { affine, multiply } from '../../torch/functional/arithmetic'
import { cast } from '../../torch/functional/cast'
import { opaqueReduce, reduce } from '../../torch/functional/reduce'
import { softmax } from '../../torch/functional/softmax'
import { emit } from '../../torch/tensor/emit'
import type { ArrayCall } from './call'
import type { ArrayFunction } from './declare'

const extras = 'dtype=None, out=None, keepdims=False, initial=None, where=None, promote_integers=True'

const reducing = (which: ReduceOp['reduce'], ...names: readonly string[]): ArrayFunction => ({
  names,
  parameters: `a, axis=None, ${extras}, ddof=0`,
  body: (call) => {
    if (!call.isNone('where')) return null
    const a = call.tensor('a')
    const found = reduce(call, a, which, call.axes('axis', a), call.flag('keepdims'))
    if (which !== 'variance' && which !== 'std') return found
    return call.number('ddof') === 0 ? uncorrected(call, found, which) : found
  },
})

/** The graph's variance divides by n − 1, as torch's does; numpy's divides by n. */
function uncorrected(call: ArrayCall, found: ReturnType<typeof reduce>, which: 'variance' | 'std'): Value {
  const a = call.tensor('a')
  const n = call.axes('axis', a).reduce((product, axis) => product * (a.payload.shape[axis] ?? 1), 1)
  if (n < 2) return found
  const share = (n - 1) / n
  return affine(call, found, which === 'variance' ? share : Math.sqrt(share), 0)
}

const picking = (name: string, better: (a: number, b: number) => boolean): ArrayFunction => ({
  names: [name],
  parameters: 'a, axis=None, out=None, keepdims=False, index_dtype=None',
  body: (call) => {
    const a = call.tensor('a')
    return opaqueReduce(call, name, a, call.axes('axis', a), call.flag('keepdims'), 'int', (values) =>
      values.reduce((best, value, index) => (better(value, values[best] as number) ? index : best), 0),
    )
  },
})

const testing = (name: string, f: (values: readonly number[]) => boolean): ArrayFunction => ({
  names: [name],
  parameters: `a, axis=None, ${extras}`,
  body: (call) => {
    const a = call.tensor('a')
    return opaqueReduce(call, name, a, call.axes('axis', a), call.flag('keepdims'), 'bool', (values) => (f(values) ? 1 : 0))
  },
})

/** (x − mean)/√(var + ε) over axes, all from the input itself. */
function standardized(call: ArrayCall): Value | null {
  if (!call.isNone('mean') || !call.isNone('variance') || !call.isNone('where')) return null
  const x = cast(call, call.tensor('x'), 'float')
  return emit(call, {
    op: { kind: 'layerNorm', axes: call.axes('axis', x), eps: call.number('epsilon'), center: true, scale: null, shift: null },
    inputs: [x],
    output: { shape: x.payload.shape, dtype: 'float' },
  })
}

export const reduceFunctions: readonly ArrayFunction[] = [
  reducing('mean', 'mean', 'nanmean', 'average'),
  reducing('sum', 'sum', 'nansum', 'reduce_sum'),
  reducing('max', 'max', 'amax', 'nanmax'),
  reducing('min', 'min', 'amin', 'nanmin'),
  reducing('variance', 'var'),
  reducing('std', 'std'),
  reducing('prod', 'prod'),
  picking('argmax', (a, b) => a > b),
  picking('argmin', (a, b) => a < b),
  testing('all', (values) => values.every((value) => value !== 0)),
  testing('any', (values) => values.some((value) => value !== 0)),
  {
    names: ['logsumexp'],
    parameters: 'a, axis=None, b=None, keepdims=False, return_sign=False, where=None',
    body: (call) => {
      const a = call.tensor('a')
      return reduce(call, a, 'logSumExp', call.axes('axis', a), call.flag('keepdims'))
    },
  },
  ...(['softmax', 'log_softmax'] as const).map(
    (name): ArrayFunction => ({
      names: [name],
      parameters: 'x, axis=-1, where=None, initial=None',
      body: (call) => {
        const x = cast(call, call.tensor('x'), 'float')
        const axes = call.axes('axis', x)
        const [axis] = axes
        if (axes.length !== 1 || axis === undefined || !call.isNone('where')) return null
        return softmax(call, x, axis, { log: name === 'log_softmax', negate: false })
      },
    }),
  ),
  {
    names: ['standardize', 'normalize'],
    parameters: 'x, axis=-1, mean=None, variance=None, epsilon=1e-5, where=None, algorithm=None',
    body: standardized,
  },
]

/** `jnp.linalg.norm`. */
export const normFunction: ArrayFunction = {
  names: ['norm'],
  parameters: 'x, ord=None, axis=None, keepdims=False',
  body: (call) => {
    const x = call.tensor('x')
    if (!call.isNone('ord') && call.number('ord') !== 2) return null
    const axes = call.axes('axis', x)
    if (axes.length === 1) return reduce(call, x, 'norm', axes, call.flag('keepdims'))
    const squares = reduce(call, multiply(call, x, x), 'sum', axes, call.flag('keepdims'))
    return activation(call, squares, { name: 'sqrt' })
  },
}
