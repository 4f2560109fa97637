import { type Graph, formatNumber } from '../graph'
import { predictRemembered } from '../signal'
import { calibrated } from './calibrated'
import { finishRecommendation } from './finish'
import { imbalance } from './imbalance'
import { recommendedInitializers } from './initializers'
import { kept } from './kept'
import type { Advised } from './recommend'
import { rescaledLater } from './rescaled'
import { closingWeights } from './residual'
import { forwardGain } from './rules/smooth'

/** A choice has to be better by this many nepers a layer (5 %) to take the place of the one before it. */
const margin = 0.05

/** Lifting what feeds saturating activations departs from the textbook: it has to be worth 1.6 times a layer. */
const liftMargin = 0.5

/** tanh layers from which on the loss at each of them adds up. */
const deepFrom = 6

/**
 * The advice that the engine finds keeps signal and gradient nearest 1: the rules', or, for deep tanh networks, the rules' with
 * tanh's gain, or with what feeds saturating activations brought to 1 too. Where the file as it is does better than all of them, it is kept and that is said.
 */
export function chosen(graph: Graph, found: readonly Advised[]): readonly Advised[] {
  const ends = closingWeights(graph)
  const judged = found
    .filter(
      ({ context: { consumers, parameter }, call }) =>
        parameter.role === 'weight' && !ends.has(parameter.id) && !rescaledLater(graph, consumers, call.outputs[0] ?? -1),
    )
    .flatMap(({ call }) => call.outputs.slice(0, 1))
  const framework = found[0]?.context.options.framework ?? 'pytorch'
  const measure = (candidate: readonly Advised[] | null): number | null => {
    const initializers = candidate === null ? undefined : recommendedInitializers(graph, candidate.map(finished), framework)
    return imbalance(graph, judged, predictRemembered(graph, initializers === undefined ? {} : { initializers }))
  }
  let best = calibrated(graph, found)
  let score = measure(best)
  if (score === null) return best
  const attempt = (candidate: readonly Advised[], least: number): void => {
    const other = measure(candidate)
    if (other !== null && score !== null && other < score - least) [best, score] = [candidate, other]
  }
  for (const gain of tanhGains(found)) attempt(calibrated(graph, withTanhGain(found, gain)), margin)
  if (score > 0 && found.some(saturates)) attempt(calibrated(graph, found, true), liftMargin)
  attempt(asTheyAre(best), margin)
  return best
}

function finished({ context, call, draft }: Advised) {
  return { parameter: context.parameter.id, call: call.id, recommended: finishRecommendation(context, draft) }
}

function saturates({ context: { feeds }, draft }: Advised): boolean {
  return feeds.kind === 'activation' && draft.family === 'xavier' && draft.kept === undefined
}

function feedsTanh({ context: { feeds }, draft }: Advised): boolean {
  return feeds.kind === 'activation' && feeds.fn.name === 'tanh' && draft.family === 'xavier' && draft.kept === undefined
}

/** PyTorch's table says 5/3; 1/√E tanh² = 1.59 keeps a unit signal exactly. */
function tanhGains(found: readonly Advised[]): readonly number[] {
  if (found.filter(feedsTanh).length < deepFrom) return []
  const exact = forwardGain({ name: 'tanh' })
  return exact === null ? [5 / 3] : [exact, 5 / 3]
}

function withTanhGain(found: readonly Advised[], gain: number): readonly Advised[] {
  return found.map((advised) => {
    if (!feedsTanh(advised)) return advised
    const { draft } = advised
    const squared = formatNumber(gain * gain)
    return {
      ...advised,
      draft: {
        ...draft,
        gain: draft.gain * gain,
        numerator: `${squared} · ${draft.numerator}`,
        scaledBy: gain,
        why: `tanh takes part of the signal at each of many layers; Xavier with gain ${formatNumber(gain)} makes up for it, and the engine finds that this keeps signal and gradient nearest 1 here.`,
      },
    }
  })
}

/** What the file itself draws stays; the framework's defaults are nobody's choice. */
function asTheyAre(found: readonly Advised[]): readonly Advised[] {
  return found.map((advised) => {
    const { context, draft } = advised
    if (context.parameter.initializer.origin !== 'written' || draft.kept !== undefined) return advised
    const as = kept(
      context,
      'As the file draws it, signal and gradient stay nearer 1 in this network than with any scheme: nothing to change.',
    )
    return as === null ? advised : { ...advised, draft: { ...as, family: 'keep' } }
  })
}
