/** The rule of every reduction over axes. */
import type { ReduceOp } from '../../graph'
import type { Rule } from '../rule'
import { reduceExtremum } from './reduceExtremum'
import { reduceLogSumExp } from './reduceLogSumExp'
import { reduceMean } from './reduceMean'
import { reduceProduct } from './reduceProduct'
import { reduceSpread } from './reduceSpread'

const reductions: { readonly [K in ReduceOp['reduce']]: Rule<ReduceOp> } = {
  mean: reduceMean,
  sum: reduceMean,
  max: reduceExtremum,
  min: reduceExtremum,
  variance: reduceSpread,
  std: reduceSpread,
  norm: reduceSpread,
  logSumExp: reduceLogSumExp,
  prod: reduceProduct,
}

export const reduce: Rule<ReduceOp> = {
  forward: (op, inputs, env, node) => reductions[op.reduce].forward(op, inputs, env, node),
  backward: (op, step, env, node) => reductions[op.reduce].backward(op, step, env, node),
}
