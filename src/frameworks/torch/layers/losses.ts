/** Losses and distances: functions of two tensors or three, kept callable; what they give is a scalar that no signal passes on from. */
import type { Value } from '../../../python/values'
import { callFunction } from './functional'
import type { Layer } from './layer'

const reduction = "size_average=None, reduce=None, reduction='mean'"

/** Name, constructor's parameters, function, `forward`'s parameters, attributes passed by keyword. */
type Row = readonly [name: string, signature: string, fn: string, forward: string, keywords?: readonly string[]]

const pair = 'input, target'
const table: readonly Row[] = [
  ['L1Loss', reduction, 'l1_loss', pair],
  ['NLLLoss', `weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'`, 'nll_loss', pair, ['ignore_index']],
  ['NLLLoss2d', `weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'`, 'nll_loss', pair, ['ignore_index']],
  [
    'PoissonNLLLoss',
    `log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction='mean'`,
    'poisson_nll_loss',
    'log_input, target',
  ],
  ['GaussianNLLLoss', `*, full=False, eps=1e-6, reduction='mean'`, 'gaussian_nll_loss', 'input, target, var'],
  ['KLDivLoss', `${reduction}, log_target=False`, 'kl_div', pair, ['log_target']],
  ['MSELoss', reduction, 'mse_loss', pair],
  ['BCELoss', `weight=None, ${reduction}`, 'binary_cross_entropy', pair],
  ['BCEWithLogitsLoss', `weight=None, ${reduction}, pos_weight=None`, 'binary_cross_entropy_with_logits', pair],
  ['HingeEmbeddingLoss', `margin=1.0, ${reduction}`, 'hinge_embedding_loss', pair],
  ['MultiLabelMarginLoss', reduction, 'multilabel_margin_loss', pair],
  ['SmoothL1Loss', `${reduction}, beta=1.0`, 'smooth_l1_loss', pair],
  ['HuberLoss', `reduction='mean', delta=1.0`, 'huber_loss', pair],
  ['SoftMarginLoss', reduction, 'soft_margin_loss', pair],
  [
    'CrossEntropyLoss',
    `weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0`,
    'cross_entropy',
    pair,
    ['ignore_index', 'label_smoothing'],
  ],
  ['MultiLabelSoftMarginLoss', `weight=None, ${reduction}`, 'multilabel_soft_margin_loss', pair],
  ['CosineEmbeddingLoss', `margin=0.0, ${reduction}`, 'cosine_embedding_loss', 'input1, input2, target'],
  ['MarginRankingLoss', `margin=0.0, ${reduction}`, 'margin_ranking_loss', 'input1, input2, target'],
  ['MultiMarginLoss', `p=1, margin=1.0, weight=None, ${reduction}`, 'multi_margin_loss', pair],
  ['TripletMarginLoss', `margin=1.0, p=2.0, eps=1e-6, swap=False, ${reduction}`, 'triplet_margin_loss', 'anchor, positive, negative'],
  [
    'TripletMarginWithDistanceLoss',
    `*, distance_function=None, margin=1.0, swap=False, reduction='mean'`,
    'triplet_margin_with_distance_loss',
    'anchor, positive, negative',
  ],
  ['CTCLoss', `blank=0, reduction='mean', zero_infinity=False`, 'ctc_loss', 'log_probs, targets, input_lengths, target_lengths', ['blank']],
]

function loss([name, signature, fn, forward, keywords = []]: Row): Layer {
  const operands = forward.split(', ')
  return {
    name,
    family: 'loss',
    base: '_Loss',
    signature,
    forward: {
      signature: forward,
      run: (layer, args) => {
        const keyword: Record<string, Value> = { reduction: layer.value('reduction') }
        for (const each of keywords) keyword[each] = layer.value(each)
        return callFunction(
          layer.interpreter,
          fn,
          operands.map((each) => args.value(each)),
          keyword,
          args.span,
        )
      },
    },
  }
}

const distance = (name: string, signature: string, fn: string, attributes: readonly string[]): Layer => ({
  name,
  family: 'distance',
  signature,
  forward: {
    signature: 'x1, x2',
    run: (layer, args) =>
      callFunction(
        layer.interpreter,
        fn,
        [args.value('x1'), args.value('x2'), ...attributes.map((each) => layer.value(each))],
        {},
        args.span,
      ),
  },
})

export const lossLayers: readonly Layer[] = [
  { name: '_Loss', family: 'loss', signature: reduction, forward: null },
  { name: '_WeightedLoss', family: 'loss', base: '_Loss', signature: `weight=None, ${reduction}`, forward: null },
  ...table.map(loss),
  distance('PairwiseDistance', 'p=2.0, eps=1e-6, keepdim=False', 'pairwise_distance', ['p', 'eps', 'keepdim']),
  distance('CosineSimilarity', 'dim=1, eps=1e-8', 'cosine_similarity', ['dim', 'eps']),
]
