/** The rule of every kind of operation. A kind without an entry does not compile. */
import type { Op, OpKind } from '../graph'
import type { Rule } from './rule'
import { activation, affine, power } from './rules/activation'
import { add } from './rules/add'
import { attention } from './rules/attention'
import { batchNorm } from './rules/batchNorm'
import { concat } from './rules/concat'
import { conv, convTranspose } from './rules/conv'
import { dropout } from './rules/dropout'
import { embedding } from './rules/embedding'
import { gated } from './rules/gated'
import { linear } from './rules/linear'
import { localResponseNorm } from './rules/localResponseNorm'
import { matmul } from './rules/matmul'
import { multiply } from './rules/multiply'
import { normalize } from './rules/normalize'
import { adaptivePool, pool } from './rules/pool'
import { recurrent } from './rules/recurrent'
import { reduce } from './rules/reduce'
import { pixelShuffle, upsample } from './rules/resample'
import { expand, flip, gather, pad, repeat, roll } from './rules/reshuffle'
import { groupNorm, layerNorm } from './rules/setNorm'
import { softmax } from './rules/softmax'
import { constant, input, parameter, random } from './rules/sources'
import { cast, permute, reshape, slice } from './rules/structure'
import { where } from './rules/where'
import { Unmodelled } from './unmodelled'

type RuleTable = { readonly [K in OpKind]: Rule<Extract<Op, { readonly kind: K }>> }

const notModelled = (what: string): Rule<never> => ({
  forward: () => {
    throw new Unmodelled(`${what} is not modelled`)
  },
  backward: () => {
    throw new Unmodelled(`${what} is not modelled`)
  },
})

export const rules: RuleTable = {
  input,
  parameter,
  constant,
  random,
  linear,
  bilinear: notModelled('a bilinear layer'),
  conv,
  convTranspose,
  compare: notModelled('a comparison'),
  embedding,
  recurrent,
  activation,
  gated,
  softmax,
  dropout,
  batchNorm,
  layerNorm,
  groupNorm,
  localResponseNorm,
  normalize,
  pool,
  adaptivePool,
  upsample,
  pixelShuffle,
  unfold: notModelled('unfold'),
  fold: notModelled('fold'),
  add,
  multiply,
  divide: notModelled('a quotient of tensors'),
  affine,
  power,
  extremum: notModelled('an elementwise extremum'),
  where,
  matmul,
  attention,
  concat,
  reshape,
  permute,
  expand,
  slice,
  gather,
  pad,
  roll,
  flip,
  repeat,
  reduce,
  cast,
  opaque: {
    forward: (op) => {
      throw new Unmodelled(op.reason)
    },
    backward: (op) => {
      throw new Unmodelled(op.reason)
    },
  },
}

/** The rule of an operation. */
export const ruleOf = (op: Op): Rule<Op> => rules[op.kind] as Rule<Op>
