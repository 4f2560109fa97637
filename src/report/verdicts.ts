import type { Leaving, ModelAnalysis, Pace, Verdict } from '../analysis'
import { formatFold, formatNumber } from './numbers'

/** The sentences on depth that a reader needs: on each stretch where something does not last, the longest first, at most two. */
export function verdictSentences({ verdicts }: Pick<ModelAnalysis, 'verdicts'>): readonly string[] {
  return [...verdicts.filter(({ outlook }) => outlook !== 'stable')]
    .sort((a, b) => b.layers - a.layers)
    .slice(0, 2)
    .map(verdictSentence)
}

/** "From `a` to `b`, 20 layers, the gradient shrinks 8.7-fold a layer: it underflows float16 after 16 layers. No initialization helps: …" */
export function verdictSentence(verdict: Verdict): string {
  const { from, to, layers, signal, gradient } = verdict
  const leaves = [...leavings('the signal', signal), ...leavings('the gradient', gradient)]
  const range = leaves.length === 0 ? '' : `: ${leaves.join(', ')}`
  return `From ${from} to ${to}, ${layers} layers, ${changes(signal, gradient, layers) ?? 'signal and gradient hold'}${range}. ${outlookSentence(verdict)}`
}

/** A second moment that changes by less than this from layer to layer holds. */
const LASTING = 1.02

function changes(signal: Pace | null, gradient: Pace | null, layers: number): string | null {
  const parts = [clause('the signal', signal, layers), clause('the gradient', gradient, layers)].filter((part) => part !== '')
  return parts.length === 0 ? null : parts.join(' and ')
}

function clause(what: string, pace: Pace | null, layers: number): string {
  if (pace === null) return ''
  const { factor, tenfold } = pace
  const slow = factor < LASTING && factor > 1 / LASTING
  // Over thousands of layers a slow change adds up.
  if (slow && Math.abs(Math.log(factor)) * (layers - 1) <= Math.LN10) return ''
  const verb = `${what} ${factor < 1 ? 'shrinks' : 'grows'}`
  if (tenfold !== null && !slow) return `${verb} ${formatFold(factor)} a layer`
  return `${verb} ${formatFold(factor ** (layers - 1))} in all${tenfold === null ? ', unevenly' : ''}`
}

/** The formats left within the stretch, else the first that would be. */
function leavings(what: string, pace: Pace | null): readonly string[] {
  const within = pace?.leaves.filter((leaving) => leaving.within) ?? []
  const told = within.length > 0 ? within : [...(pace?.leaves ?? [])].sort((a, b) => a.layers - b.layers).slice(0, 1)
  const groups = new Map<string, Leaving[]>()
  for (const leaving of told) {
    const key = `${leaving.direction} ${leaving.layers} ${leaving.within}`
    groups.set(key, [...(groups.get(key) ?? []), leaving])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const formats = group.map(({ format }) => format).join(' and ')
    return [`${what} ${first.within ? `${first.direction}s` : `would ${first.direction}`} ${formats} after ${first.layers} layers`]
  })
}

function outlookSentence(verdict: Verdict): string {
  const { outlook, layers, activation, passes, remedies, recommended } = verdict
  switch (outlook) {
    case 'stable':
      return 'Both last.'
    case 'mendable':
      return 'With the recommended initialization both last.'
    case 'limited': {
      const left = changes(recommended.signal, recommended.gradient, layers)
      return left === null ? 'The recommended initialization does not undo it.' : `With the recommended initialization ${left}.`
    }
    case 'hopeless': {
      const names = remedies.map(({ change, factor }) => (factor === null ? change : `${change} (${formatNumber(factor, 2)})`))
      const share =
        passes === null
          ? ''
          : `: ${activation ?? 'the activation'} passes at most ${formatNumber(passes, 2)} of it a layer while most units respond`
      const instead = names.length === 0 ? '' : `. What would: ${names.join(', ')}`
      return `No initialization keeps the gradient${share}${instead}.`
    }
    default:
      return outlook satisfies never
  }
}
