import type { Mixture, Shape } from './expansion'
import { density } from './normal'
import { normalRule } from './quadrature'
import { identity, type ScalarFunction } from './scalarFunction'

/** One term of a sum: f of a variable with the given moments. */
export interface SumTerm {
  readonly f: ScalarFunction
  readonly mean: number
  readonly variance: number
  readonly shape: Shape
}

const NEGLIGIBLE = 1e-6

/**
 * A sum of one function of a near-normal variable and normal ones, standardized, as a mixture: one component for each value of the function
 * on a quadrature of its variable. null when two or more terms are far from normal, or none is.
 */
export function sumMixture(terms: readonly SumTerm[]): Mixture | undefined {
  const bent = terms.filter((term) => term.f.slopes === null || term.f.slopes[0] !== term.f.slopes[1] || term.shape.mixture !== undefined)
  const only = bent[0]
  if (bent.length !== 1 || only === undefined || !(only.variance > 0)) return undefined
  const normalVariance = terms.reduce((sum, term) => (term === only ? sum : sum + scale(term) ** 2 * term.variance), 0)
  if (!(normalVariance > 0)) return undefined
  const { values, weights } = distribution(only)
  const mean = values.reduce((sum, value, i) => sum + value * (weights[i] as number), 0)
  const spread = values.reduce((sum, value, i) => sum + (value - mean) ** 2 * (weights[i] as number), 0)
  const total = spread + normalVariance
  const root = Math.sqrt(total)
  return { within: normalVariance / total, offsets: values.map((value) => (value - mean) / root), weights }
}

const scale = (term: SumTerm): number => (term.f === identity ? 1 : (term.f.slopes?.[1] ?? 1))

/** Values of f on quadrature nodes of its variable, equal values joined. */
function distribution(term: SumTerm): { readonly values: readonly number[]; readonly weights: readonly number[] } {
  const sigma = Math.sqrt(term.variance)
  const rule = normalRule(
    term.f.kinks.map((kink) => (kink - term.mean) / sigma),
    2.5,
    5,
  )
  const values: number[] = []
  const weights: number[] = []
  let sum = 0
  rule.nodes.forEach((x, i) => {
    const weight = (rule.weights[i] as number) * relativeDensity(x, term.shape.mixture)
    if (weight < NEGLIGIBLE) return
    sum += weight
    const value = term.f.value(term.mean + sigma * x)
    if (values.length > 0 && values[values.length - 1] === value)
      weights[weights.length - 1] = (weights[weights.length - 1] as number) + weight
    else {
      values.push(value)
      weights.push(weight)
    }
  })
  return { values, weights: weights.map((weight) => weight / sum) }
}

/** Density of the mixture over that of the standard normal at x. */
function relativeDensity(x: number, mixture: Mixture | undefined): number {
  if (mixture === undefined) return 1
  const width = Math.sqrt(mixture.within)
  const p = mixture.offsets.reduce((sum, offset, i) => sum + ((mixture.weights[i] as number) * density((x - offset) / width)) / width, 0)
  return p / density(x)
}
