/** How fast a second moment changes from layer to layer, and how many layers it lasts. */
import type { Leaving, Pace } from '../../analysis'
import { type FloatFormat, floatFormats } from '../floatFormats'

/** Less change than this from one layer to the next is none that a band could tell. */
const EVEN = 0.005

/** Extrapolated this far at most: what lasts longer, lasts. */
const DEEPEST = 10_000

/** Of second moments at successive layers, in the direction of travel; null for fewer than two, and where one is zero or no number. */
export function paceOf(moments: readonly number[]): Pace | null {
  const first = moments[0]
  const last = moments.at(-1)
  if (first === undefined || last === undefined || moments.length < 2) return null
  if (moments.some((moment) => !(moment > 0) || !Number.isFinite(moment))) return null
  const steps = moments.length - 1
  const log = Math.log(last / first) / steps
  const even = Math.abs(log) < EVEN
  const steady = !even && isSteady(moments, log)
  return {
    factor: Math.exp(log),
    tenfold: steady ? Math.log(10) / Math.abs(log) : null,
    leaves: floatFormats.flatMap((format) => leavingOf(moments, format, steady ? log : 0)),
  }
}

/** A residual stream grows by sums, a tanh network decays by a power of the depth: their pace slackens, and says nothing of other depths. */
function isSteady(moments: readonly number[], log: number): boolean {
  const middle = moments.length >> 1
  if (middle < 2) return true
  const late = Math.log((moments.at(-1) as number) / (moments[middle] as number)) / (moments.length - 1 - middle)
  return late / log > 0.7 && late / log < 1.4
}

function leavingOf(moments: readonly number[], format: FloatFormat, log: number): readonly Leaving[] {
  const [low, high] = [format.smallest ** 2, format.largest ** 2]
  const inside = moments.findIndex((moment) => moment < low || moment > high)
  if (inside >= 0) {
    const direction = (moments[inside] as number) < low ? 'underflow' : 'overflow'
    return [{ format: format.name, direction, layers: inside, within: true }]
  }
  if (log === 0) return []
  const last = moments.at(-1) as number
  const layers = moments.length - 1 + Math.ceil(Math.log((log < 0 ? low : high) / last) / log)
  return layers > DEEPEST ? [] : [{ format: format.name, direction: log < 0 ? 'underflow' : 'overflow', layers, within: false }]
}
