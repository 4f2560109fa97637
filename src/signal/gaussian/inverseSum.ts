import { cumulative } from './normal'
import { legendre } from './quadrature'

/**
 * E[1/(S + ε)] for the mean S of n squares of independent draws of variance 1: ∫₀^∞ e^(−εt)·E[e^(−tu²/n)]ⁿ dt with E[e^(−au²)] = 1/√(1 + 2a) for normal u and
 * √π·erf(√(3a))/(2√(3a)) for uniform u. Finite without ε only for n > 2; the integral is cut off at t = e¹⁶.
 */
export function inverseSum(n: number, law: 'normal' | 'uniform', eps: number): number {
  const rule = legendre(48)
  const low = -12
  const high = 16
  const half = (high - low) / 4
  let sum = 0
  for (const centre of [low + half, high - half]) {
    rule.nodes.forEach((x, i) => {
      const t = Math.exp(centre + half * x)
      sum += (rule.weights[i] as number) * half * t * Math.exp(-eps * t) * transform(t / n, law) ** n
    })
  }
  return sum + Math.exp(low)
}

function transform(a: number, law: 'normal' | 'uniform'): number {
  if (law === 'normal') return 1 / Math.sqrt(1 + 2 * a)
  const x = Math.sqrt(3 * a)
  return x < 1e-4 ? 1 : (Math.sqrt(Math.PI) * errorFunction(x)) / (2 * x)
}

const errorFunction = (x: number): number => 2 * cumulative(x * Math.SQRT2) - 1
