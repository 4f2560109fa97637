export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * Thins a line with many points a pixel to what a screen can show: of each pixel column the first, lowest, highest and last.
 * No peak is lost. Points come in order of x; a gap (NaN in y) stays a gap.
 */
export function decimate(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = []
  let start = 0
  while (start < points.length) {
    const column = Math.floor((points[start] as Point).x)
    let end = start + 1
    while (end < points.length && Math.floor((points[end] as Point).x) === column) end++
    if (end - start <= 4) kept.push(...points.slice(start, end))
    else kept.push(...extremes(points, start, end))
    start = end
  }
  return kept
}

function extremes(points: readonly Point[], start: number, end: number): readonly Point[] {
  const indices = new Set([start, end - 1])
  let low = -1
  let high = -1
  let gap = -1
  for (let index = start; index < end; index++) {
    const { y } = points[index] as Point
    if (Number.isNaN(y)) gap = index
    else {
      if (low < 0 || y < (points[low] as Point).y) low = index
      if (high < 0 || y > (points[high] as Point).y) high = index
    }
  }
  for (const index of [low, high, gap]) if (index >= 0) indices.add(index)
  return [...indices].sort((a, b) => a - b).map((index) => points[index] as Point)
}
