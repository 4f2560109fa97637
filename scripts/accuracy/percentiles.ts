import { type Comparison, type Direction, directions, type Summary, summarize } from './compare'

/** Errors in percent by group of models and direction, as committed. */
export type Percentiles = Readonly<Record<string, Readonly<Record<Direction, Summary>>>>

export function percentilesOf(comparisons: readonly Comparison[]): Percentiles {
  const groups = [...new Set(comparisons.map(({ group }) => group))].sort()
  return Object.fromEntries(
    groups.map((group) => {
      const own = comparisons.filter((one) => one.group === group)
      const summaries = directions.map((direction) => [direction, rounded(summarize(own, direction))] as const)
      return [group, Object.fromEntries(summaries) as Record<Direction, Summary>]
    }),
  )
}

function rounded({ count, coverage, p50, p90, p99, factor, inBand, bandWidth }: Summary): Summary {
  const round = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(4)))
  return {
    count,
    coverage: Number(coverage.toPrecision(4)),
    p50: round(p50),
    p90: round(p90),
    p99: round(p99),
    factor: round(factor),
    inBand: round(inBand),
    bandWidth: round(bandWidth),
  }
}
