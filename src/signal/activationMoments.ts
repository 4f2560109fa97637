import type { ActivationFunction } from '../graph'
import { scalarFunction } from './gaussian/activations'
import { expectation, NORMAL_SHAPE } from './gaussian/expansion'

export interface ActivationMoments {
  /** E φ(z). */
  readonly mean: number
  /** E φ(z)². */
  readonly secondMoment: number
  /** E φ'(z)²: the factor on the gradient's second moment. */
  readonly slopeSquare: number
}

/** Moments of φ(z) for z ~ N(mean, variance), by quadrature right to 1e-9; null when they are not finite. */
export function activationMoments(fn: ActivationFunction, mean: number, variance: number): ActivationMoments | null {
  const f = scalarFunction(fn)
  const over = (h: (x: number) => number) => expectation(h, f.kinks, mean, variance, NORMAL_SHAPE, true)
  const noise = f.noise
  const square = noise === undefined ? (x: number) => f.value(x) ** 2 : (x: number) => (x < 0 ? noise.squareBelow : 1) * x * x
  const slope = noise === undefined ? (x: number) => f.derivative(x) ** 2 : (x: number) => (x < 0 ? noise.squareBelow : 1)
  const moments = { mean: over(f.value), secondMoment: over(square), slopeSquare: over(slope) }
  return [moments.mean, moments.secondMoment, moments.slopeSquare].every(Number.isFinite) ? moments : null
}
