/** The rule of every kind of operation. A kind without an entry does not compile. */
import type { Op, OpKind } from '../graph'
import type { Rule } from './rule'
import { activation, affine, power } from './rules/activation'
import { add } from './rules/add'
import { attention } from './rules/attention'
import { batchNorm } from './rules/batchNorm'
import { bilinear } from './rules/bilinear'
import { compare } from './rules/compare'
import { concat } from './rules/concat'
import { conv, convTranspose } from './rules/conv'
import { divide } from './rules/divide'
import { indexAdd } from './rules/drawnIndices'
import { dropout } from './rules/dropout'
import { embedding } from './rules/embedding'
import { extremum } from './rules/extremum'
import { fold } from './rules/fold'
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
import { unfold } from './rules/unfold'
import { where } from './rules/where'
import { Unmodelled } from './unmodelled'

type RuleTable = { readonly [K in OpKind]: Rule<Extract<Op, { readonly kind: K }>> }

export const rules: RuleTable = {
  input,
  parameter,
  constant,
  random,
  linear,
  bilinear,
  conv,
  convTranspose,
  compare,
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
  unfold,
  fold,
  add,
  multiply,
  divide,
  affine,
  power,
  extremum,
  where,
  matmul,
  attention,
  concat,
  reshape,
  permute,
  expand,
  slice,
  gather,
  indexAdd,
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
