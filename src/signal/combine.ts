import { applyTerm } from './activate'
import { tabulate } from './gaussian/tabulate'
import { addGradients, type Gradient, type GradientMoments, type Term, termsTowards } from './gradient'
import type { Grid } from './grid'
import { type Moments, marginalVariance, originOf, representative } from './moments'

/**
 * The gradient of a tensor from those of all its consumers. Parts that come from one gradient by different functions of the same
 * variable (both factors of x·sigmoid(x)) add before they are squared; all others are independent in sign.
 */
export function combine(parts: readonly Gradient[], grid: Grid): Gradient {
  const first = parts[0]
  if (first === undefined) return []
  if (parts.length === 1) return first
  return first.map((_, block) =>
    combineBlock(
      parts.flatMap((part) => part[block] ?? []),
      grid,
    ),
  )
}

function combineBlock(parts: readonly GradientMoments[], grid: Grid): GradientMoments | null {
  const root = parts.find((part) => part.tilt !== null)?.tilt?.root
  if (root === undefined || parts.some((part) => part.tilt !== null && originOf(part.tilt.root) !== originOf(root)))
    return addGradients(parts)
  const terms = parts.flatMap((part) => termsTowards(part, root))
  const merged = mergeTerms(terms)
  if (merged.length === terms.length) {
    const total = addGradients(parts)
    return total && { ...total, tilt: { root, terms: collapse(root, merged) } }
  }
  const total = addGradients(merged.map((term) => applyTerm(root, term, grid)))
  return total && { ...total, tilt: { root, terms: collapse(root, merged) } }
}

function mergeTerms(terms: readonly Term[]): readonly Term[] {
  const merged: Term[] = []
  for (const term of terms) {
    const at = merged.findIndex((other) => other.base === term.base && other.law === term.law)
    const other = merged[at]
    if (other === undefined) merged.push(term)
    else {
      const mean = (z: number) => other.mean(z) + term.mean(z)
      merged[at] = {
        ...other,
        mean,
        square: (z) => other.square(z) + term.square(z) + 2 * other.mean(z) * term.mean(z),
        squareAt: undefined,
        step: undefined,
        kinks: [...other.kinks, ...term.kinks],
      }
    }
  }
  return merged
}

const MOST_TERMS = 2

/** Independent terms under the root's own law as one whose factor squared is their weighted mean, tabulated: chains of residual blocks stay short. */
function collapse(root: Moments, terms: readonly Term[]): readonly Term[] {
  const plain = terms.filter((term) => term.law === null)
  if (plain.length <= MOST_TERMS) return terms
  const base = addGradients(plain.map((term) => ({ ...term.base, tilt: null })))
  if (base === null) return terms
  const weights = plain.map((term) => term.base.second.reduce((a, b) => a + b, 0))
  const total = weights.reduce((a, b) => a + b, 0)
  if (!(total > 0)) return terms
  const average = (of: (term: Term) => number) => plain.reduce((sum, term, i) => sum + of(term) * ((weights[i] as number) / total), 0)
  const r = representative(root)
  const m = root.mean[r] as number
  const v = marginalVariance(root)[r] as number
  const kinks = plain.flatMap((term) => term.kinks)
  const square = tabulate((z) => average((term) => term.square(z)), m, v, kinks)
  const mean = tabulate((z) => Math.sqrt(average((term) => term.mean(z) ** 2)), m, v, kinks)
  return [...terms.filter((term) => term.law !== null), { base, mean, square, kinks: distinct(kinks), law: null }]
}

const distinct = (values: readonly number[]): readonly number[] => [...new Set(values)]
