import { type Direction, directions, type Summary } from './compare'
import type { Percentiles } from './percentiles'

/** Measuring anew moves a percentile by a few per cent of itself; predictions alone do not move. */
const relativeNoise = 0.05
/** In percent of the moment: below the standard errors of all measurements. */
const absoluteNoise = 0.1
const coverageNoise = 0.001

/** One sentence for every committed percentile that got worse. Groups in `absent` could not be predicted here. */
export function worsened(committed: Percentiles, now: Percentiles, absent: ReadonlySet<string>): readonly string[] {
  return Object.entries(committed).flatMap(([group, before]) => {
    const current = now[group]
    if (current === undefined || absent.has(group)) return absent.has(group) ? [] : [`${group}: nothing was compared`]
    return directions.flatMap((direction) => worsenedIn(group, direction, before[direction], current[direction]))
  })
}

function worsenedIn(group: string, direction: Direction, before: Summary, after: Summary): readonly string[] {
  const complaints: string[] = []
  if (after.coverage < before.coverage - coverageNoise)
    complaints.push(`${group}, ${direction}: coverage fell from ${before.coverage} to ${after.coverage}`)
  for (const key of ['p50', 'p90', 'p99'] as const) {
    const was = before[key]
    const is = after[key]
    if (was === null) continue
    if (is === null || is > was * (1 + relativeNoise) + absoluteNoise)
      complaints.push(`${group}, ${direction}: ${key} rose from ${was} % to ${is} %`)
  }
  return complaints
}
