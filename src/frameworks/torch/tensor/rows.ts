/** Matrices of known numbers as rows that resemble each other: positional encodings, rotations. */
import { type Rows, ratioRuns } from '../../../graph'
import type { Elements } from '../tensor'
import { maximumStoredElements } from './elements'
import { count } from './layout'

/** Moments of the rows of a matrix; null where it is none, or where all rows are the same. */
export function rowsOf(shape: readonly number[], elements: Elements): Rows | null {
  const wide = shape.flatMap((size, axis) => (size > 1 ? [axis] : []))
  const [rowAxis, unitAxis] = wide
  if (wide.length !== 2 || rowAxis === undefined || unitAxis !== shape.length - 1 || count(shape) > maximumStoredElements) return null
  const [rows, units] = [shape[rowAxis] as number, shape[unitAxis] as number]
  const runs = numbered(ratioRuns(Array.from({ length: rows }, (_, row) => row + 1)))
  const size = Math.max(...runs) + 1
  const places = new Float64Array(size)
  const sums = new Float64Array(size * units)
  const [mean, second] = [new Float64Array(size), new Float64Array(size)]
  runs.forEach((run, row) => {
    places[run] = (places[run] as number) + 1
    for (let unit = 0; unit < units; unit++) {
      const x = elements(row * units + unit)
      sums[run * units + unit] = (sums[run * units + unit] as number) + x
      mean[run] = (mean[run] as number) + x / units
      second[run] = (second[run] as number) + (x * x) / units
    }
  })
  const at = (values: Float64Array, i: number) => values[i] as number
  const pairs = Array.from({ length: size * size }, (_, pair) => {
    const [i, j] = [Math.floor(pair / size), pair % size]
    let products = 0
    for (let unit = 0; unit < units; unit++) products += at(sums, i * units + unit) * at(sums, j * units + unit)
    const own = i === j ? at(second, i) : 0
    const number = at(places, i) * (at(places, j) - (i === j ? 1 : 0))
    return number > 0 ? (products / units - own) / number : at(second, i) / at(places, i)
  })
  return {
    mean: Array.from(mean, (value, i) => value / at(places, i)),
    second: Array.from(second, (value, i) => value / at(places, i)),
    pairs,
  }
}

/** Labels as 0, 1, … in order of appearance. */
function numbered(labels: readonly number[]): readonly number[] {
  const ids = new Map<number, number>()
  return labels.map((label) => {
    const id = ids.get(label) ?? ids.size
    ids.set(label, id)
    return id
  })
}
