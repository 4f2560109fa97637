/**
 * Positions along one axis, gathered into classes that have the same statistics. Zero padding, strides and class tokens
 * make a few positions differ from the rest; all others share one class, so that a map over a 224×224 image is a few numbers.
 */

export interface Partition {
  /** Number of positions. */
  readonly size: number
  /** Class of each position; null when all are class 0. */
  readonly classOf: Uint16Array | null
  /** Positions in each class. */
  readonly counts: readonly number[]
  readonly key: string
}

const LIMIT = 4000
const known = new Map<string, Partition>()

function intern(key: string, make: () => Partition): Partition {
  const found = known.get(key)
  if (found !== undefined) return found
  if (known.size > LIMIT) known.clear()
  const made = make()
  known.set(key, made)
  return made
}

/** One class of `size` positions. */
export function uniform(size: number): Partition {
  return intern(`${size}`, () => ({ size, classOf: null, counts: [size], key: `${size}` }))
}

/** The partition with the given class of each position; classes are renumbered in order of appearance. */
export function partition(classes: ArrayLike<number>): Partition {
  const size = classes.length
  const renumbered = new Map<number, number>()
  const classOf = new Uint16Array(size)
  for (let i = 0; i < size; i++) {
    const label = classes[i] as number
    let id = renumbered.get(label)
    if (id === undefined) {
      id = renumbered.size
      renumbered.set(label, id)
    }
    classOf[i] = id
  }
  if (renumbered.size <= 1) return uniform(size)
  const key = `${size}:${runs(classOf)}`
  return intern(key, () => {
    const counts = new Array<number>(renumbered.size).fill(0)
    for (const id of classOf) counts[id] = (counts[id] as number) + 1
    return { size, classOf, counts, key }
  })
}

function runs(classOf: Uint16Array): string {
  let text = ''
  let start = 0
  for (let i = 1; i <= classOf.length; i++) {
    if (i < classOf.length && classOf[i] === classOf[start]) continue
    text += `${classOf[start]}x${i - start},`
    start = i
  }
  return text
}

/** Most classes an axis may keep: maps over pairs of positions have (∏ classes)² numbers. */
export function classLimit(positionAxes: number): number {
  return positionAxes <= 1 ? 33 : positionAxes === 2 ? 7 : positionAxes === 3 ? 3 : 1
}

/**
 * Partition of positions by equal `signature`, with at most `limit` classes: when there are more, the outermost positions
 * keep theirs, and the middle, where the effect of a border has died away, shares one class.
 */
export function partitionBySignature(signatures: readonly string[], limit: number): Partition {
  const ids = new Map<string, number>()
  const labels = signatures.map((signature) => {
    const id = ids.get(signature) ?? ids.size
    ids.set(signature, id)
    return id
  })
  if (ids.size <= limit) return partition(labels)
  const depth = (limit - 1) >> 1
  const size = labels.length
  return partition(labels.map((_, i) => (i < depth ? i : i >= size - depth ? depth + 1 + (size - 1 - i) : depth)))
}

/** Class of position i. */
export const classAt = (axis: Partition, i: number): number => (axis.classOf === null ? 0 : (axis.classOf[i] as number))

/** The coarsest partition that is finer than both, within the limit. */
export function refine(a: Partition, b: Partition, limit: number): Partition {
  if (a === b || b.classOf === null) return a
  if (a.classOf === null) return b
  const signatures: string[] = []
  for (let i = 0; i < a.size; i++) signatures.push(`${classAt(a, i)},${classAt(b, i)}`)
  return partitionBySignature(signatures, limit)
}

/** Share of each `to` class's positions that lie in each `from` class: rows of `to`, row-major. */
export function transfer(from: Partition, to: Partition): Float64Array {
  const width = from.counts.length
  const shares = new Float64Array(to.counts.length * width)
  for (let i = 0; i < to.size; i++) {
    const at = classAt(to, i) * width + classAt(from, i)
    shares[at] = (shares[at] as number) + 1 / (to.counts[classAt(to, i)] as number)
  }
  return shares
}
