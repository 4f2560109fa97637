/** Numbers that were computed before: blocks of a network make the same masks and tables of positions again and again. */
import type { Elements } from '../tensor'

/** Numbers of all that is remembered together, with a name's own size; what was used longest ago is forgotten first. */
const mostNumbers = 1 << 21
const sizeOfName = 128

const remembered = new Map<string, { readonly size: number; readonly elements: Elements }>()
let numbers = 0

let last = 0
const ids = new WeakMap<Elements, number>()

/** A name for these very numbers. */
function idOf(elements: Elements): number {
  const known = ids.get(elements)
  if (known !== undefined) return known
  last += 1
  ids.set(elements, last)
  return last
}

/** What the operation `key` makes of these numbers; computed if it has not been, or was forgotten. Null where it is not followed. */
export function rememberedOf(key: string, inputs: readonly Elements[], length: number, compute: () => Elements | null): Elements | null {
  const name = `${key} ${inputs.map(idOf).join()}`
  const known = remembered.get(name)
  if (known !== undefined) remembered.delete(name)
  const elements = known?.elements ?? compute()
  const size = length + sizeOfName
  if (elements === null || size > mostNumbers) return elements
  remembered.set(name, { size, elements })
  if (known !== undefined) return elements
  numbers += size
  for (const [oldest, { size: freed }] of remembered) {
    if (numbers <= mostNumbers) break
    remembered.delete(oldest)
    numbers -= freed
  }
  return elements
}

/** One number at all places. */
export const everywhere = (value: number): Elements =>
  rememberedOf(`everywhere ${Object.is(value, -0) ? '-0' : value}`, [], 1, () => () => value) ?? (() => value)

/** So many numbers are compared with others of the same sum. */
const leastCompared = 64
const mostCompared = 1 << 14

/** Elements that were known before with the same numbers, where there are: what is computed of them need not be again. */
export function knownBefore(elements: Elements, array: Float64Array): Elements {
  if (array.length < leastCompared || array.length > mostCompared) return elements
  const known = rememberedOf(`numbers ${array.length} ${hashOf(array)}`, [], array.length, () => elements) ?? elements
  if (known === elements) return elements
  for (let index = 0; index < array.length; index++) if (!Object.is(known(index), array[index])) return elements
  return known
}

/** FNV-1a over the numbers' bits, 32 at a time. */
function hashOf(array: Float64Array): number {
  const words = new Uint32Array(array.buffer, array.byteOffset, array.length * 2)
  let hash = 0x811c9dc5
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193)
  return hash >>> 0
}
