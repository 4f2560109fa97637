/** Two sizes S and their probabilities. */
export interface Scales {
  readonly sizes: readonly number[]
  readonly weights: readonly number[]
}
/** Of mean 1, the given variance, and the given skewness as far as none is negative; undefined where they hardly vary. */
export function scalesOf(spread: number, skewness: number): Scales | undefined {
  if (spread < LEAST_SPREAD) return undefined
  const sigma = Math.sqrt(spread)
  const half = Math.max(skewness, sigma - 0.99 / sigma) / 2
  const root = Math.sqrt(1 + half * half)
  return { sizes: [1 + sigma * (half - root), 1 + sigma * (half + root)], weights: [(1 + half / root) / 2, (1 - half / root) / 2] }
}

/** E[h(S)]; h is given the number of the node. */
export const meanOver = ({ weights }: Scales, h: (node: number) => number): number =>
  weights.reduce((sum, weight, i) => sum + weight * h(i), 0)

/** Cov(h(S), S)/(Var(S)·E[h(S)]): what h grows by, relatively, where S does by its mean. */
export function slopeOver(scales: Scales, h: (node: number) => number): number {
  const [small, large] = scales.sizes as [number, number]
  return (h(1) - h(0)) / ((large - small) * meanOver(scales, h))
}

/** The same sizes, weighed by 1 + slope·(S − 1), never below 0. */
export function tiltScales({ sizes, weights }: Scales, slope: number): Scales {
  const tilted = sizes.map((size, i) => (weights[i] as number) * Math.max(0, 1 + slope * (size - 1)))
  const total = tilted.reduce((a, b) => a + b, 0)
  return total > 0 ? { sizes, weights: tilted.map((weight) => weight / total) } : { sizes, weights }
}

/** Changes no moment behind an activation by more than a thousandth. */
const LEAST_SPREAD = 2e-3
