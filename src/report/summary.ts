import type { InitializerFamily, ModelAnalysis, Prediction, Unpredicted, WeightAdvice } from '../analysis'
import { closingWeights } from '../advice'
import type { Call } from '../graph'
import { distributionVariance } from '../graph/distribution'
import { count, formatFold, formatNumber } from './numbers'

/** Second moments within it need no attention, where no setting says otherwise. */
export const healthyZone: readonly [number, number] = [0.1, 10]

/** Where along the depth and how strong: E[x²] of a layer's output, or of the gradient there. */
export interface Strength {
  readonly layer: string
  readonly secondMoment: number
}

/** How the signal fares from the first layer to the last, or the gradient from the last to the first. */
export interface Course {
  /** In the direction of travel: the signal's start is the first layer, the gradient's the last. */
  readonly start: Strength
  readonly end: Strength
  readonly lowest: Strength
  readonly highest: Strength
  /** Where it first is zero on its way; null when it never is. `abrupt`: cut off, by a zero weight say, rather than smaller than any double. */
  readonly zeroFrom: { readonly layer: string; readonly abrupt: boolean } | null
  /** end / start; below 1 it shrinks. */
  readonly ratio: number
  /** Layers whose strength is known, and all of them. */
  readonly known: number
  readonly total: number
}

export interface Summary {
  readonly signal: Course | null
  readonly gradient: Course | null
  /** The first thing on the way that could not be predicted; null when everything is known. */
  readonly obstacle: Unpredicted | null
}

/** Ids of the calls that own weights, in order of execution; all calls when none does. */
export function weightedCalls(model: ModelAnalysis): readonly number[] {
  const ids = [...new Set(model.weights.map((advice) => advice.call))].sort((a, b) => a - b)
  return ids.length > 0 ? ids : model.graph.calls.map((call) => call.id)
}

/** Calls with weights whose input is not known: the graph holds nothing of them but that they are made. */
function unreachedCalls({ graph }: ModelAnalysis): readonly Call[] {
  return graph.calls.filter(
    ({ outputs, parameters }) => outputs.length === 0 && parameters.some((id) => (graph.parameters[id]?.fans ?? null) !== null),
  )
}

/**
 * The course of signal and gradient over the outputs of the layers with weights, so that what a softmax or a mean does to
 * its own output counts for nothing; nor does a residual branch that is smaller than 1, which leaves the stream as it is. null where no layer's moments are known.
 */
export function summarize(model: ModelAnalysis, prediction: Prediction): Summary {
  const calls = weightedCalls(model)
  const counted = new Set(calls)
  const unreached = unreachedCalls(model).filter(({ id }) => !counted.has(id))
  const closingIds = closingWeights(model.graph)
  const closing = new Set(model.weights.flatMap(({ parameter, call }) => (closingIds.has(parameter) ? [call] : [])))
  const courseOf = (moments: Prediction['forward'] | Prediction['backward'], order: readonly number[]): Course | null => {
    const strengths: Strength[] = []
    let smallBranches = 0
    for (const id of order) {
      const call = model.graph.calls[id]
      const tensor = call?.outputs[0]
      const moment = tensor === undefined ? undefined : moments[tensor]
      if (call === undefined || moment?.known !== true) continue
      // An overflow travels through JSON as null.
      const secondMoment = (moment.secondMoment as number | null) ?? Number.POSITIVE_INFINITY
      if (moments === prediction.forward && closing.has(id) && secondMoment > 0 && secondMoment < 1) smallBranches++
      else strengths.push({ layer: call.name, secondMoment })
    }
    const start = strengths[0]
    const end = strengths.at(-1)
    if (start === undefined || end === undefined) return null
    return {
      start,
      end,
      lowest: strengths.reduce((a, b) => (b.secondMoment < a.secondMoment ? b : a)),
      highest: strengths.reduce((a, b) => (b.secondMoment > a.secondMoment ? b : a)),
      zeroFrom: firstZero(strengths),
      ratio: start.secondMoment === end.secondMoment ? 1 : end.secondMoment / start.secondMoment,
      known: strengths.length + smallBranches,
      total: order.length + unreached.length,
    }
  }
  const obstacle =
    calls
      .map((id) => prediction.forward[model.graph.calls[id]?.outputs[0] ?? -1])
      .find((moment): moment is Unpredicted => moment?.known === false) ?? unknownInput(unreached[0])
  return { obstacle, signal: courseOf(prediction.forward, calls), gradient: courseOf(prediction.backward, [...calls].reverse()) }
}

function unknownInput(call: Call | undefined): Unpredicted | null {
  return call === undefined ? null : { known: false, reason: `what reaches ${call.name} is not known`, span: call.site ?? call.definition }
}

/** Products of numbers as small as this vanish from a double. */
const SMALLEST = 1e-200

function firstZero(strengths: readonly Strength[]): Course['zeroFrom'] {
  const index = strengths.findIndex(({ secondMoment }) => secondMoment === 0)
  const zero = strengths[index]
  if (zero === undefined) return null
  const before = strengths[index - 1]
  return { layer: zero.layer, abrupt: before === undefined || before.secondMoment > SMALLEST }
}

/** Whether a course neither leaves the healthy zone nor changes by more than the zone is wide on either side of 1. */
export function isHealthy(course: Course, [low, high]: readonly [number, number]): boolean {
  return course.lowest.secondMoment >= low && course.highest.secondMoment <= high
}

const range = (courses: readonly Course[]): string => {
  const low = formatNumber(Math.min(...courses.map((course) => course.lowest.secondMoment)), 2)
  const high = formatNumber(Math.max(...courses.map((course) => course.highest.secondMoment)), 2)
  return low === high ? `at ${low}` : `between ${low} and ${high}`
}

function verdict(course: Course, zone: readonly [number, number]): string {
  const { start, end, lowest, highest, ratio, zeroFrom } = course
  if (end.secondMoment === 0 && zeroFrom !== null) {
    if (start.secondMoment === 0) return 'is zero everywhere'
    return zeroFrom.abrupt ? `is exactly zero from ${zeroFrom.layer} on` : `dies: from ${zeroFrom.layer} on it is smaller than any number`
  }
  if (highest.secondMoment === Number.POSITIVE_INFINITY) return 'explodes beyond what a double can hold'
  if (ratio < zone[0]) return `shrinks ${formatFold(ratio)}`
  if (ratio > zone[1]) return `grows ${formatFold(ratio)}`
  if (lowest.secondMoment < zone[0] && highest.secondMoment > zone[1]) {
    return `ranges from ${formatNumber(lowest.secondMoment, 2)} at ${lowest.layer} to ${formatNumber(highest.secondMoment, 2)} at ${highest.layer}`
  }
  if (lowest.secondMoment < zone[0]) return `falls to ${formatNumber(lowest.secondMoment, 2)} at ${lowest.layer}`
  return `rises to ${formatNumber(highest.secondMoment, 2)} at ${highest.layer}`
}

/** Whether the verdict is a fold, which wants to be told over which way. */
function changes({ ratio, end, highest }: Course, [low, high]: readonly [number, number]): boolean {
  return (ratio < low || ratio > high) && end.secondMoment > 0 && highest.secondMoment < Number.POSITIVE_INFINITY
}

/**
 * One sentence on the code as written: "The signal shrinks 1,800-fold by the last layer and the gradient 4,200,000-fold on
 * its way back." Says how far the prediction reaches where it ends early.
 * @param zone second moments in it are healthy.
 */
export function currentSentence(summary: Summary, zone: readonly [number, number]): string {
  const { signal, gradient, obstacle } = summary
  const because = obstacle === null ? '' : `: ${obstacle.reason}`
  if (signal === null && gradient === null) return `The signal could not be predicted${because}.`
  const partial =
    signal !== null && signal.known < signal.total ? ` Predicted for ${signal.known} of ${count(signal.total, 'layer')}${because}.` : ''
  if (signal !== null && gradient !== null && isHealthy(signal, zone) && isHealthy(gradient, zone)) {
    return `The signal and its gradient stay ${range([signal, gradient])} at every layer.${partial}`
  }
  const parts: string[] = []
  if (signal !== null)
    parts.push(
      isHealthy(signal, zone)
        ? `The signal stays ${range([signal])}`
        : `The signal ${verdict(signal, zone)}${changes(signal, zone) ? ` by ${partial === '' ? 'the last layer' : signal.end.layer}` : ''}`,
    )
  if (gradient !== null) {
    const said = isHealthy(gradient, zone) ? `stays ${range([gradient])}` : verdict(gradient, zone)
    const verb =
      signal !== null && said.startsWith('shrinks ') && parts[0]?.includes(' shrinks ') === true ? said.replace('shrinks ', '') : said
    parts.push(`${parts.length === 0 ? 'The gradient' : 'the gradient'} ${verb}${changes(gradient, zone) ? ' on its way back' : ''}`)
  }
  return `${parts.join(' and ')}.${partial}`
}

const familyNames: Readonly<Record<InitializerFamily, string>> = {
  he: 'He',
  xavier: 'Xavier',
  lecun: 'LeCun',
  orthogonal: 'orthogonal',
  zeros: 'zeros',
  ones: 'ones',
  constant: 'a constant',
  normal: 'a normal',
  keep: '',
}

/** Whether a weight is drawn otherwise than recommended: kept ones are not, nor those with the same variance within 2 %. */
export function departs(model: ModelAnalysis, advice: WeightAdvice): boolean {
  if (advice.recommended.family === 'keep') return false
  const parameter = model.graph.parameters[advice.parameter]
  const now = parameter === undefined ? null : distributionVariance(parameter.initializer.distribution, parameter.shape)
  return now === null || Math.abs(now - advice.recommended.variance) > 0.02 * advice.recommended.variance
}

/** "He on 7 layers and Xavier on 1": the recommended families where the code departs, most frequent first; empty when it does not. */
export function recommendedFamilies(model: ModelAnalysis): string {
  const counts = new Map<InitializerFamily, number>()
  for (const advice of model.weights) {
    const { family } = advice.recommended
    if (departs(model, advice)) counts.set(family, (counts.get(family) ?? 0) + 1)
  }
  const parts = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([family, number], index) => `${familyNames[family]} on ${index === 0 ? count(number, 'layer') : number}`)
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** "With He on 7 layers and Xavier on 1, both stay between 0.7 and 2.1." Empty when nothing is to be changed. */
export function recommendedSentence(model: ModelAnalysis, summary: Summary, zone: readonly [number, number]): string {
  const families = recommendedFamilies(model)
  const courses = [summary.signal, summary.gradient].filter((course) => course !== null)
  if (families === '') return ''
  if (courses.length === 0) return `Recommended: ${families}.`
  if (courses.length === 2 && courses.every((course) => isHealthy(course, zone))) return `With ${families}, both stay ${range(courses)}.`
  const parts = [['the signal', summary.signal] as const, ['the gradient', summary.gradient] as const].flatMap(([name, course]) =>
    course === null ? [] : [`${name} ${isHealthy(course, zone) ? `stays ${range([course])}` : verdict(course, zone)}`],
  )
  return `With ${families}, ${parts.join(' and ')}.`
}
