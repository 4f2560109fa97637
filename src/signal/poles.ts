/** Expectations that do not exist: a normal variable that comes close to where a function or its slope grows without bound. */
import type { ScalarFunction } from './gaussian/scalarFunction'
import { type Moments, marginalVariance } from './moments'
import { Unmodelled } from './unmodelled'

/** A normal variable is this many standard deviations away once in two million draws. */
const FAR_AWAY = 5

/** Throws where E[f²] is infinite: f goes with |x − pole|ᵃ, 2a ≤ −1, and the variable comes near the pole. */
export function refuseInfiniteValue(root: Moments, f: ScalarFunction): void {
  if (reached(root, f, (order) => 2 * order <= -1))
    throw new Unmodelled('what it divides by comes close to zero: the quotient has no finite second moment')
}

/** Throws where E[f'²] is infinite: the slope goes with |x − pole|ᵃ⁻¹. */
export function refuseInfiniteSlope(root: Moments, f: ScalarFunction): void {
  if (reached(root, f, (order) => 2 * (order - 1) <= -1))
    throw new Unmodelled("the function's slope has no finite second moment where its argument comes close to zero")
}

function reached(root: Moments, f: ScalarFunction, diverges: (order: number) => boolean): boolean {
  const poles = f.poles?.filter(({ order }) => diverges(order)) ?? []
  if (poles.length === 0) return false
  const variance = marginalVariance(root)
  return poles.some(({ at }) => root.mean.some((m, i) => Math.abs(at - m) < FAR_AWAY * Math.sqrt(variance[i] as number)))
}
