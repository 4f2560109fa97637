import { formatNumber, type Graph } from '../graph'
import { calibrateRemembered } from '../signal'
import type { Draft } from './draft'
import { finishRecommendation } from './finish'
import { onlyGates } from './gates'
import { recommendedInitializers } from './initializers'
import { readersOf } from './readers'
import type { Advised } from './recommend'
import { closingWeights } from './residual'

/** What a scaled layer's output gets. */
const target = 1

/** Second moments of a layer's output that its rule's variance is left alone for. */
const wellScaled: readonly [number, number] = [0.5, 2.05]

/**
 * Scales the rules' variances where the network as a whole would leave their range: max pools hand on more than they get,
 * average pools and zero padding less, and sums of branches grow. Each layer is judged on what the scaled layers before it
 * hand on. Left alone are layers whose scale a norm absorbs, and saturating activations that see too little: pushing those
 * up may trade a vanishing signal for a vanishing gradient (`liftsSaturating`: pushed up all the same, to be compared). The end
 * of a residual branch is never pushed up, for a small branch leaves the stream as it is; nor is squeeze-and-excitation, of which a
 * small signal opens every gate half.
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
    found[0]?.context.options.framework ?? 'pytorch',
  )
  const consumers = readersOf(graph)
  const ends = closingWeights(graph)
  const left = found.flatMap(({ context, draft }) =>
    draft.kept === undefined && draft.scaledBy === undefined ? [] : [context.parameter.id],
  )
  const factors = calibrateRemembered(
    graph,
    { initializers },
    `each layer near 1${liftsSaturating ? ', saturating ones too,' : ''} but ${left.join()}`,
    (parameter, secondMoment) => {
      const advised = byParameter.get(parameter)
      if (advised === undefined || !mayScale(advised, secondMoment, liftsSaturating)) return null
      return secondMoment < target && (ends.has(parameter) || onlyGates(consumers, advised.call.outputs[0] ?? -1)) ? null : target
    },
  )
  const common = shared(found, factors)
  return found.map((advised) => {
    const factor = common.get(advised.context.parameter.id)
    return factor === undefined ? advised : { ...advised, draft: scaled(advised.draft, factor, target / (factor * factor)) }
  })
}

/** Factors of layers that one line of code makes are one factor where they differ by no more than this ratio. */
const alike = 1.1

/** So that the layers that one line makes are drawn by one line too: their geometric mean, with three digits of the gain. */
function shared(found: readonly Advised[], factors: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const groups = new Map<string, { readonly id: number; readonly gain: number; readonly factor: number }[]>()
  for (const { context, draft } of found) {
    const { id, definition } = context.parameter
    const factor = factors.get(id)
    if (factor === undefined) continue
    const key = definition === null ? `parameter ${id}` : `${definition.file}:${definition.start} ${draft.numerator}`
    const group = groups.get(key) ?? []
    group.push({ id, gain: draft.gain, factor })
    groups.set(key, group)
  }
  const common = new Map<number, number>()
  for (const group of groups.values()) {
    const all = group.map(({ factor }) => factor)
    const mean = Math.exp(all.reduce((sum, factor) => sum + Math.log(factor), 0) / all.length)
    const isOne = Math.max(...all) <= alike * Math.min(...all)
    for (const { id, gain, factor } of group) common.set(id, rounded(gain * (isOne ? mean : factor)) / gain)
  }
  return common
}

/** Three digits; what is within 2 % of 1 is 1. */
function rounded(gain: number): number {
  return Math.abs(gain - 1) < 0.02 ? 1 : Number(gain.toPrecision(3))
}

function mayScale({ context, draft }: Advised, secondMoment: number, liftsSaturating: boolean): boolean {
  if (context.absorbedBy !== null || draft.fan === null || draft.kept !== undefined) return false
  if (secondMoment > wellScaled[1]) return true
  const saturates = !liftsSaturating && context.feeds.kind === 'activation' && draft.family === 'xavier'
  return secondMoment < wellScaled[0] && !saturates && draft.scaledBy === undefined
}

function scaled(draft: Draft, factor: number, moment: number): Draft {
  const variance = Number((factor * factor).toPrecision(3))
  const gain = draft.gain * factor
  if (draft.mode === 'fan_in' && Math.abs(gain - 1) < 1e-9) {
    const { scaledBy: _, ...plain } = draft
    const why = `${draft.why} In this network that would give the layer a second moment of ${formatNumber(moment, 2)}; 1/fan_in gives 1.`
    return { ...plain, family: 'lecun', gain: 1, numerator: '1', why }
  }
  const family = draft.family === 'xavier' ? 'Xavier' : draft.family === 'lecun' ? 'LeCun' : 'He'
  return {
    ...draft,
    gain,
    numerator: `${variance} · ${draft.numerator}`,
    scaledBy: (draft.scaledBy ?? 1) * factor,
    why: `${draft.why} In this network ${family} alone would give the layer a second moment of ${formatNumber(moment, 2)}; with ${formatNumber(factor * factor, 2)} times the variance it gives 1.`,
  }
}
