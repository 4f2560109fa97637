import type { Prediction } from '../../src/analysis'
import { distributionMoments, type Graph, type Initializer } from '../../src/graph'
import type { Predicted, PredictedCall, Predictions } from './compare'

/** Predictions of every call's first output, and of every parameter as it is drawn; `initializers` replaces some by parameter id. */
export function predictionsOf(
  graph: Graph,
  prediction: Prediction,
  initializers: ReadonlyMap<number, Initializer> = new Map(),
): Predictions {
  const weights = graph.parameters.map(({ id, name, shape, initializer }) => ({
    name,
    weight: drawn(initializers.get(id) ?? initializer, shape),
  }))
  return { calls: callsOf(graph, prediction), weights }
}

function drawn({ distribution }: Initializer, shape: readonly number[]): Predicted {
  const moments = distributionMoments(distribution, shape)
  if (moments === null) return { reason: distribution.kind === 'unknown' ? distribution.reason : 'its distribution has no known moments' }
  return { secondMoment: moments.secondMoment, band: [moments.secondMoment, moments.secondMoment] }
}

function callsOf(graph: Graph, prediction: Prediction): readonly PredictedCall[] {
  return graph.calls.flatMap(({ kind, name, call, outputs: [first] }) => {
    if (kind === 'function') return []
    if (first === undefined)
      return [{ name, call, forward: { reason: 'the call has no output' }, backward: { reason: 'the call has no output' } }]
    return [{ name, call, forward: momentOf(prediction.forward[first]), backward: momentOf(prediction.backward[first]) }]
  })
}

function momentOf(moment: Prediction['forward'][number] | Prediction['backward'][number] | undefined): Predicted {
  if (moment === undefined) return { reason: 'the tensor has no prediction' }
  return moment.known ? { secondMoment: moment.secondMoment, band: moment.band } : { reason: moment.reason }
}
