/** How much of the gradient an activation can pass at all, whatever the weights before it are drawn from. */
import type { ActivationFunction } from '../../graph'
import { scalarFunction } from '../gaussian/activations'
import { expectation } from '../gaussian/expansion'
import type { ScalarFunction } from '../gaussian/scalarFunction'

/** What one layer of weights and one activation do to the gradient's second moment where they hold the signal's. */
export interface Passing {
  /** χ = q·E φ'(z)²/E φ(z)², z ~ N(0, q): the factor on the gradient at weights that give z the second moment q layer after layer. */
  readonly factor: number
  /** Second moment q of the pre-activations at which it is reached. */
  readonly at: number
}

const LOWEST = 1e-4
const HIGHEST = 1e4
const STEPS = 72

/** A rectifier answers half of its inputs at any scale; smooth ones a little less. */
const RESPONSIVE = 0.45

const known = new Map<string, Passing>()

/**
 * The factor nearest to 1 over all scales of the weights at which nearly half the units or more keep at least half of the activation's
 * steepest slope: beyond, most are saturated. For tanh and ReLU it is 1; for a sigmoid it stays below 1, and no initialization is critical
 * (Schoenholz et al. 2017: χ₁ = σ_w²·E φ'², with σ_w² = q/E φ² that keeps q).
 */
export function bestPassing(fn: ActivationFunction): Passing {
  const key = JSON.stringify(fn)
  const found = known.get(key)
  if (found !== undefined) return found
  const best = search(scalarFunction(fn))
  known.set(key, best)
  return best
}

function search(f: ScalarFunction): Passing {
  const steepest = largestSlope(f)
  let best: Passing = { factor: 0, at: LOWEST }
  for (let i = 0; i <= STEPS; i++) {
    const q = LOWEST * (HIGHEST / LOWEST) ** (i / STEPS)
    const passed = { factor: passingAt(f, q), at: q }
    if (responsive(f, q, steepest) < RESPONSIVE || !(passed.factor > 0)) continue
    if (best.factor === 0 || Math.abs(Math.log(passed.factor)) < Math.abs(Math.log(best.factor))) best = passed
  }
  return best
}

/** χ at pre-activations of second moment q. */
export function passingAt(f: ScalarFunction, q: number): number {
  const square = expectation((x) => f.value(x) ** 2, f.kinks, 0, q)
  return square > 0 ? (q * expectation((x) => f.derivative(x) ** 2, f.kinks, 0, q)) / square : 0
}

/** χ with a norm before the activation, which takes the mean away and divides by the deviation: E φ'²/Var φ at unit variance. */
export function passingBehindNorm(fn: ActivationFunction): number {
  const f = scalarFunction(fn)
  const mean = expectation(f.value, f.kinks, 0, 1)
  const variance = expectation((x) => f.value(x) ** 2, f.kinks, 0, 1) - mean * mean
  return variance > 0 ? expectation((x) => f.derivative(x) ** 2, f.kinks, 0, 1) / variance : 0
}

function largestSlope(f: ScalarFunction): number {
  let largest = 0
  for (let x = -10; x <= 10; x += 0.05) largest = Math.max(largest, Math.abs(f.derivative(x + 1e-6)))
  return largest
}

/** Share of units whose slope is at least half of the steepest. */
const responsive = (f: ScalarFunction, q: number, steepest: number): number =>
  expectation((x) => (Math.abs(f.derivative(x)) >= steepest / 2 ? 1 : 0), [...f.kinks, ...halves(f, steepest)], 0, q)

/** Where the slope passes half of the steepest. */
function halves(f: ScalarFunction, steepest: number): readonly number[] {
  const found: number[] = []
  const above = (x: number) => Math.abs(f.derivative(x)) >= steepest / 2
  for (let x = -10; x < 10; x += 0.05) if (above(x) !== above(x + 0.05)) found.push(x + 0.025)
  return found
}
