/** Losses: a scalar, or one number an element or sample, whose moments are not followed. */

import type { Value } from '../../../python/values'
import { isTensor } from '../tensor'
import { emit } from '../tensor/emit'
import type { Call } from './call'
import type { TorchFunction } from './declare'

/** Losses of two tensors of the same shape; unreduced they have that shape. */
const elementwiseLosses = [
  'mse_loss',
  'l1_loss',
  'smooth_l1_loss',
  'huber_loss',
  'binary_cross_entropy',
  'binary_cross_entropy_with_logits',
  'kl_div',
  'poisson_nll_loss',
  'gaussian_nll_loss',
  'soft_margin_loss',
  'hinge_embedding_loss',
]
/** Losses of class scores; unreduced they have the target's shape. */
const classLosses = [
  'cross_entropy',
  'nll_loss',
  'nll_loss2d',
  'multi_margin_loss',
  'multilabel_margin_loss',
  'multilabel_soft_margin_loss',
  'cosine_embedding_loss',
  'ctc_loss',
  'margin_ranking_loss',
  'triplet_margin_loss',
  'triplet_margin_with_distance_loss',
]

function loss(call: Call, unreducedLike: number): Value {
  const named = ['input', 'target', 'input1', 'input2'].flatMap((name) => call.keyword('options', name) ?? [])
  const tensors = [...call.rest('operands'), ...named].filter(isTensor)
  const reduction = call.keyword('options', 'reduction')
  const unreduced = reduction?.kind === 'str' && reduction.value === 'none'
  return emit(call, {
    op: { kind: 'opaque', name: call.name, reason: 'losses are not modelled' },
    inputs: tensors,
    output: { shape: unreduced ? (tensors[unreducedLike]?.payload.shape ?? []) : [], dtype: 'float' },
  })
}

function declared(names: readonly string[], unreducedLike: number): TorchFunction {
  return { names, parameters: '*operands, **options', places: ['functional'], listed: true, body: (call) => loss(call, unreducedLike) }
}

export const lossFunctions: readonly TorchFunction[] = [declared(elementwiseLosses, 0), declared(classLosses, 1)]
