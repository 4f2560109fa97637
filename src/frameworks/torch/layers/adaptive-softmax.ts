/** AdaptiveLogSoftmaxWithLoss: frequent classes in one small softmax, rare ones in clusters behind projections of fewer units (Grave et al. 2017). */
import type { Interpreter } from '../../../python/host'
import { bool, int, list } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { Value } from '../../../python/values'
import { build, callChild, child } from './compose'
import { callFunction } from './functional'
import type { Layer } from './layer'
import type { LayerView } from './layer-view'

/** Cluster i of classes cutoffs[i] … cutoffs[i + 1]: in → ⌊in/div_value^(i+1)⌋ → classes, without biases; the head has one more class for each cluster. */
function construct(layer: LayerView): void {
  const { interpreter } = layer
  const [inputs, classes, ratio] = [layer.integer('in_features'), layer.integer('n_classes'), layer.number('div_value')]
  const given = layer.integers('cutoffs')
  if (inputs === undefined || classes === undefined || ratio === undefined || given === undefined) {
    const reason = layer.firstUnknown('in_features', 'n_classes', 'cutoffs', 'div_value')
    for (const name of ['head', 'tail'])
      child(layer, name, reason ?? interpreter.unknown('sizes of the clusters are not known', layer.span))
    return
  }
  const rises = given.every((cutoff, i) => Number.isInteger(cutoff) && cutoff > (given[i - 1] ?? 0) && cutoff < classes)
  if (given.length === 0 || !rises)
    layer.refuse(
      'ValueError',
      'cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each value is between 1 and n_classes-1',
    )
  const cutoffs = [...given, classes]
  const [shortlist = 0] = cutoffs
  const clusters = cutoffs.length - 1
  layer.set('cutoffs', list(cutoffs.map((cutoff) => int(cutoff))))
  layer.set('shortlist_size', int(shortlist))
  layer.set('n_clusters', int(clusters))
  layer.set('head_size', int(shortlist + clusters))
  const plain = { bias: bool(false) }
  const linear = (from: number, to: number) => build(layer, 'Linear', [int(from), int(to)], plain)
  child(layer, 'head', build(layer, 'Linear', [int(inputs), int(shortlist + clusters)], { bias: layer.value('head_bias') }))
  const tails = cutoffs.slice(1).map((end, i) => {
    const hidden = Math.floor(inputs / ratio ** (i + 1))
    return build(layer, 'Sequential', [linear(inputs, hidden), linear(hidden, end - (cutoffs[i] as number))])
  })
  child(layer, 'tail', build(layer, 'ModuleList', [list(tails)]))
}

/** Log-probabilities of all classes: the shortlist's from the head, each cluster's those within it and the head's of the cluster. */
function logProbabilities(self: Value, input: Value, interpreter: Interpreter, span: Bound['span']): Value {
  const attribute = (of: Value, name: string) => interpreter.getAttribute(of, name, span)
  const along = new Map<string, Value>([['dim', int(1)]])
  const logs = (scores: Value) => callFunction(interpreter, 'log_softmax', [scores], { dim: int(1) }, span)
  const clusters = interpreter.items(attribute(self, 'tail'), span)
  const shortlist = attribute(self, 'shortlist_size')
  const head = logs(interpreter.call(attribute(self, 'head'), [input], undefined, span))
  if (clusters === null) return interpreter.unknown('the clusters of classes are not known', span)
  const sizes = list([shortlist, ...clusters.map(() => int(1))])
  const parts = interpreter.items(interpreter.call(attribute(head, 'split'), [sizes], along, span), span)
  const [frequent, ...ofClusters] = parts ?? []
  if (frequent === undefined) return head
  const rare = clusters.map((cluster, i) =>
    interpreter.binary('+', logs(interpreter.call(cluster, [input], undefined, span)), ofClusters[i] as Value, span),
  )
  return interpreter.call(attribute(interpreter.importModule('torch'), 'cat'), [list([frequent, ...rare])], along, span)
}

/** Which rows go through which cluster, the targets' numbers alone say: the head is run and the rest is not followed. */
function forward(layer: LayerView, args: Bound): Value {
  callChild(layer, 'head', [args.value('input')])
  return layer.interpreter.unknown('which rows of an adaptive softmax go through which cluster depends on the targets', args.span)
}

export const adaptiveSoftmaxLayers: readonly Layer[] = [
  {
    name: 'AdaptiveLogSoftmaxWithLoss',
    family: 'adaptive',
    signature: 'in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None',
    construct,
    forward: { signature: 'input, target', run: forward },
    methods: [
      method('log_prob(self, input)', (args, interpreter) =>
        logProbabilities(args.value('self'), args.value('input'), interpreter, args.span),
      ),
      method('predict(self, input)', (args, interpreter) =>
        interpreter.unknown('which class an adaptive softmax takes is not known', args.span),
      ),
    ],
  },
]
