import type { Graph } from '../graph'
import { formatNumber } from '../graph'
import { calibrateRemembered } from '../signal'
import type { Draft } from './draft'
import { finishRecommendation } from './finish'
import { recommendedInitializers } from './initializers'
import type { Advised } from './recommend'

/** What a scaled layer's output gets. */
const target = 1

/** Second moments of a layer's output that its rule's variance is left alone for. */
const wellScaled: readonly [number, number] = [0.5, 2.05]

/**
 * Scales the rules' variances where the network as a whole would leave their range: max pools hand on more than they get,
 * average pools and zero padding less, and sums of branches grow. Each layer is judged on what the scaled layers before it
 * hand on. Left alone are layers whose scale a norm absorbs, and saturating activations that see too little: pushing those
 * up may trade a vanishing signal for a vanishing gradient (`liftsSaturating`: pushed up all the same, to be compared).
 */
export function calibrated(graph: Graph, found: readonly Advised[], liftsSaturating = false): readonly Advised[] {
  const byParameter = new Map(found.map((advised) => [advised.context.parameter.id, advised]))
  const initializers = recommendedInitializers(
    graph,
    found.map(({ context, call, draft }) => ({
      parameter: context.parameter.id,
      call: call.id,
      recommended: finishRecommendation(context, draft),
    })),
  )
  const left = found.flatMap(({ context, draft }) =>
    draft.kept === undefined && draft.scaledBy === undefined ? [] : [context.parameter.id],
  )
  const factors = calibrateRemembered(
    graph,
    { initializers },
    `each layer near 1${liftsSaturating ? ', saturating ones too,' : ''} but ${left.join()}`,
    (parameter, secondMoment) => {
      const advised = byParameter.get(parameter)
      return advised === undefined || !mayScale(advised, secondMoment, liftsSaturating) ? null : target
    },
  )
  return found.map((advised) => {
    const factor = factors.get(advised.context.parameter.id)
    return factor === undefined ? advised : { ...advised, draft: scaled(advised.draft, factor, target / (factor * factor)) }
  })
}

function mayScale({ context, draft }: Advised, secondMoment: number, liftsSaturating: boolean): boolean {
  if (context.absorbedBy !== null || draft.fan === null || draft.kept !== undefined) return false
  if (secondMoment > wellScaled[1]) return true
  const saturates = !liftsSaturating && context.feeds.kind === 'activation' && draft.family === 'xavier'
  return secondMoment < wellScaled[0] && !saturates && draft.scaledBy === undefined
}

function scaled(draft: Draft, factor: number, moment: number): Draft {
  const variance = Number((factor * factor).toPrecision(3))
  const family = draft.family === 'xavier' ? 'Xavier' : draft.family === 'lecun' ? 'LeCun' : 'He'
  return {
    ...draft,
    gain: draft.gain * factor,
    numerator: `${variance} · ${draft.numerator}`,
    scaledBy: (draft.scaledBy ?? 1) * factor,
    why: `${draft.why} In this network ${family} alone would give the layer a second moment of ${formatNumber(moment, 2)}, because the layers before it do not hand on 1; scaled by ${formatNumber(factor * factor, 2)} it gives 1.`,
  }
}
