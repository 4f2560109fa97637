import { type Comparison, type Direction, directions, type Summary, summarize } from './compare'

/** `0`, `0.04`, `3.1`, `120`; `–` for nothing. */
export function percent(value: number | null): string {
  if (value === null) return '–'
  if (value === 0) return '0'
  if (value < 0.01) return '<0.01'
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(2)
}

function share(value: number | null): string {
  return value === null ? '–' : `${(Math.floor(value * 1000) / 10).toFixed(1)} %`
}

function factor(value: number | null): string {
  return value === null ? '–' : value === Number.POSITIVE_INFINITY ? '∞' : value > 1e4 ? value.toExponential(1) : value.toFixed(2)
}

/** The values of `columns`. */
export function cells({ count, coverage, p50, p90, p99, factor: worst, inBand, bandWidth }: Summary): readonly string[] {
  return [
    String(count),
    share(coverage),
    percent(p50),
    percent(p90),
    percent(p99),
    factor(worst),
    share(inBand),
    bandWidth === null ? '–' : bandWidth.toFixed(2),
  ]
}

export const columns = ['calls', 'predicted', 'p50', 'p90', 'p99', 'worst factor', 'in band', 'band width']

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cellsOfRow: readonly string[]): string => `| ${cellsOfRow.join(' | ')} |`
  return [line(header), `|${header.map((_, index) => (index === 0 ? '---' : '---:')).join('|')}|`, ...rows.map(line)].join('\n')
}

/** One row for each value of `key`, forward or backward. */
export function byKey(comparisons: readonly Comparison[], direction: Direction, title: string, key: (one: Comparison) => string): string {
  const own = comparisons.filter((one) => one.direction === direction)
  const keys = [...new Set(own.map(key))].sort()
  const rows = keys.map((value) => [
    value,
    ...cells(
      summarize(
        own.filter((one) => key(one) === value),
        direction,
      ),
    ),
  ])
  return markdownTable([title, ...columns], rows)
}

/** Forward and backward beside each other for each value of `key`. */
export function bothByKey(comparisons: readonly Comparison[], title: string, key: (one: Comparison) => string): string {
  const keys = [...new Set(comparisons.map(key))].sort()
  const half = ['p50', 'p90', 'p99', 'worst factor']
  const rows = keys.map((value) => {
    const own = comparisons.filter((one) => key(one) === value)
    const forward = summarize(own, 'forward')
    const backward = summarize(own, 'backward')
    const errors = ({ p50, p90, p99, factor: worst }: Summary): readonly string[] => [
      percent(p50),
      percent(p90),
      percent(p99),
      factor(worst),
    ]
    return [value, String(forward.count), share(forward.coverage), ...errors(forward), ...errors(backward)]
  })
  return markdownTable(
    [title, 'calls', 'predicted', ...half.map((name) => `forward ${name}`), ...half.map((name) => `backward ${name}`)],
    rows,
  )
}

/** The calls that are furthest off, for a terminal. */
export function worstCalls(comparisons: readonly Comparison[], count: number): string {
  const lines = directions.flatMap((direction) => {
    const known = comparisons.filter((one) => one.direction === direction && one.error !== null && one.error > 0)
    known.sort((a, b) => (b.factor ?? 1) - (a.factor ?? 1))
    return [`worst ${direction}:`, ...known.slice(0, count).map(describe)]
  })
  return lines.join('\n')
}

/** Every compared call in the order of execution. */
export function allCalls(comparisons: readonly Comparison[], direction: Direction): string {
  return comparisons
    .filter((one) => one.direction === direction)
    .map(describe)
    .join('\n')
}

function describe({ model, name, call, type, measured, standardError, predicted, error, reason }: Comparison): string {
  const what = `${model} ${name}${call > 0 ? `#${call}` : ''} (${type})`.padEnd(58)
  const off = error === null ? (reason ?? '') : `${percent(error * 100)} %`
  const value = predicted === null ? 'unknown' : predicted.toPrecision(4)
  return `  ${what} measured ${measured.toPrecision(4)} ± ${standardError.toPrecision(1)}  predicted ${value}  ${off}`
}
