/** Expectations over a standard normal by Gauss–Legendre panels that end where the integrand has kinks. */
import { density } from './normal'

/** Nodes in standard normal units with weights that include the density; the weights sum to 1 within 1e-12. */
export interface Rule {
  readonly nodes: Float64Array
  readonly weights: Float64Array
}

/** Beyond this many standard deviations the density is below 1e-18. */
const REACH = 9
const legendreRules = new Map<number, { readonly nodes: readonly number[]; readonly weights: readonly number[] }>()

/** Gauss–Legendre nodes and weights on [−1, 1], by Newton's iteration on the Legendre recurrence. */
export function legendre(order: number): { readonly nodes: readonly number[]; readonly weights: readonly number[] } {
  const known = legendreRules.get(order)
  if (known !== undefined) return known
  const nodes: number[] = []
  const weights: number[] = []
  for (let i = 1; i <= order; i++) {
    let x = Math.cos((Math.PI * (i - 0.25)) / (order + 0.5))
    let slope = 1
    for (let step = 0; step < 100; step++) {
      let previous = 1
      let value = x
      for (let n = 2; n <= order; n++) {
        const next = ((2 * n - 1) * x * value - (n - 1) * previous) / n
        previous = value
        value = next
      }
      slope = (order * (x * value - previous)) / (x * x - 1)
      const change = value / slope
      x -= change
      if (Math.abs(change) < 1e-15) break
    }
    nodes.push(x)
    weights.push(2 / ((1 - x * x) * slope * slope))
  }
  const rule = { nodes, weights }
  legendreRules.set(order, rule)
  return rule
}

/**
 * A rule for ∫ f(x) φ(x) dx whose panels end at `breaks` (standard normal units), so that piecewise smooth integrands
 * converge as fast as smooth ones. `panel` is the largest panel width, `order` the nodes a panel.
 */
export function normalRule(breaks: readonly number[], panel = 1.5, order = 12): Rule {
  const inner = breaks.filter((x) => x > -REACH && x < REACH).sort((a, b) => a - b)
  const edges = [-REACH, ...inner, REACH]
  const base = legendre(order)
  const nodes: number[] = []
  const weights: number[] = []
  for (let i = 0; i + 1 < edges.length; i++) {
    const from = edges[i] as number
    const to = edges[i + 1] as number
    if (to - from < 1e-13) continue
    const count = Math.max(1, Math.ceil((to - from) / panel))
    const half = (to - from) / (2 * count)
    for (let j = 0; j < count; j++) {
      const centre = from + (2 * j + 1) * half
      for (let k = 0; k < order; k++) {
        const x = centre + half * (base.nodes[k] as number)
        nodes.push(x)
        weights.push((base.weights[k] as number) * half * density(x))
      }
    }
  }
  return { nodes: Float64Array.from(nodes), weights: Float64Array.from(weights) }
}
