import { applyTerm } from './activate'
import { addGradients, type Gradient, type GradientMoments, type Term, termsTowards } from './gradient'

/**
 * The gradient of a tensor from those of all its consumers. Parts that come from one gradient by different functions of the same
 * variable (both factors of x·sigmoid(x)) add before they are squared; all others are independent in sign.
 */
export function combine(parts: readonly Gradient[]): Gradient {
  const first = parts[0]
  if (first === undefined) return []
  if (parts.length === 1) return first
  return first.map((_, block) => combineBlock(parts.flatMap((part) => part[block] ?? [])))
}

function combineBlock(parts: readonly GradientMoments[]): GradientMoments | null {
  const root = parts.find((part) => part.tilt !== null)?.tilt?.root
  if (root === undefined || parts.some((part) => part.tilt !== null && part.tilt.root !== root)) return addGradients(parts)
  const terms = parts.flatMap((part) => termsTowards(part, root))
  const merged = mergeTerms(terms)
  if (merged.length === terms.length) return addGradients(parts)
  const total = addGradients(merged.map((term) => applyTerm(root, term)))
  return total && { ...total, tilt: { root, terms: merged } }
}

function mergeTerms(terms: readonly Term[]): readonly Term[] {
  const merged: Term[] = []
  for (const term of terms) {
    const at = merged.findIndex((other) => other.base === term.base && other.law === term.law)
    const other = merged[at]
    if (other === undefined) merged.push(term)
    else merged[at] = { ...other, factor: (z) => other.factor(z) + term.factor(z), kinks: [...other.kinks, ...term.kinks] }
  }
  return merged
}
