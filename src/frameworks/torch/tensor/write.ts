/**
 * In-place operations. Writing data goes to the storage, which a parameter and all its views share; writing to part of it leaves a
 * mixture. Writing into a traced tensor rebinds that tensor to what it now holds.
 */
import type { Distribution, Initializer, MixturePart } from '../../../graph'
import type { DataSource, Elements, Layout, Storage, TensorValue } from '../tensor'
import { initializerOf, rowsShown } from './distribution'
import { arrayOf, elementsOf, maximumStoredElements, unseenArray, writable } from './elements'
import { count, finder, isRowMajor, locate } from './layout'
import { byNumbers } from './make'

/** Parts of a mixture: a program that writes what it has just read makes twice as many with every write. */
const mostParts = 256

const inPart = ' in part'

/** What an in-place operation puts where it writes. */
export interface Content {
  readonly initializer: Initializer
  /** Row-major over the written view; null when the numbers are not known. */
  readonly elements: Elements | null
  /** Made from what was there (a scaling): the former initializer counts as used, not as overwritten. */
  readonly derived: boolean
}

/** Puts `content` where a data view shows. */
export function writeData(source: DataSource, shape: readonly number[], content: Content): void {
  const { storage } = source
  const written = count(shape)
  if (written === 0) return
  const { parameter } = storage
  if (parameter !== null && parameter.parametrization !== null) {
    parameter.withoutEffect = [...(parameter.withoutEffect ?? []), content.initializer]
    return
  }
  const place = locate(shape, source.layout)
  storage.version++
  const { initializer: before } = storage
  const isKnown = parameter === null && storage.elements !== null && content.elements !== null && storage.length <= maximumStoredElements
  if (isKnown && written < storage.length) {
    storage.elements = scattered(storage.length, content.elements, place, shape, source.layout, storage.elements)
    const label = before.label.endsWith(inPart) ? before.label : `${before.label}, then ${content.initializer.label}${inPart}`
    // Its numbers say what it holds: one write of thousands need not.
    storage.initializer = { ...content.initializer, distribution: byNumbers, label }
    return
  }
  const former = initializerOf(storage)
  if (written >= storage.length) {
    const straight = isRowMajor(shape, source.layout)
    storage.elements =
      content.elements === null || straight
        ? content.elements
        : scattered(storage.length, content.elements, place, shape, source.layout, null)
    replaceInitializer(storage, former, content)
    if (storage.parameter !== null && content.elements === null && !content.derived) storage.parameter.copyGroup = null
    return
  }
  storage.elements =
    storage.elements === null || content.elements === null
      ? null
      : scattered(storage.length, content.elements, place, shape, source.layout, storage.elements)
  if (former.distribution.kind === 'unknown' && storage.elements !== null) {
    storage.initializer = { ...content.initializer, distribution: byNumbers }
    return
  }
  const share = written / storage.length
  const { label } = content.initializer
  const change = label.startsWith(former.label) ? label.slice(former.label.length).trim() : label
  const rows = rowsShown(source, shape)
  const added: MixturePart = { share, distribution: content.initializer.distribution, ...(rows === null ? {} : { rows }) }
  storage.initializer = {
    distribution: inParts(mixed(former.distribution, added, storage)),
    label: `${former.label}, then ${change}${inPart}`,
    origin: content.initializer.origin === 'written' ? 'written' : former.origin,
    span: content.initializer.span ?? former.span,
    ...(content.initializer.callers === undefined ? {} : { callers: content.initializer.callers }),
  }
}

function replaceInitializer(storage: Storage, former: Initializer, content: Content): void {
  const isPlaceHolder = storage.initializer === storage.initial
  if (former.origin === 'written' && !isPlaceHolder && !content.derived && former.distribution.kind !== 'unknown')
    storage.overwritten.push(former)
  storage.initializer = content.initializer
}

/** Numbers with others written over them where a view shows. Many are not copied: each write lies over those before. */
function scattered(
  length: number,
  values: Elements,
  place: (index: number) => number,
  shape: readonly number[],
  layout: Layout,
  before: Elements | null,
): Elements | null {
  if (length > maximumStoredElements) return before === null ? null : overlaid(before, values, shape, layout)
  const own = before === null ? undefined : unseenArray(before)
  const array = own ?? (before === null ? new Float64Array(length) : Float64Array.from(arrayOf(before, length)))
  const written = count(shape)
  for (let index = 0; index < written; index++) array[place(index)] = values(index)
  return own === undefined || before === null ? writable(array) : before
}

/** Writes that lie over each other; more take too long to look through. */
const mostOverlaid = 16
const overlays = new WeakMap<Elements, number>()

function overlaid(before: Elements, values: Elements, shape: readonly number[], layout: Layout): Elements | null {
  const below = overlays.get(before) ?? 0
  const find = finder(shape, layout)
  if (below >= mostOverlaid || find === null) return null
  const elements: Elements = (index) => {
    const own = find(index)
    return own === null ? before(index) : values(own)
  }
  overlays.set(elements, below + 1)
  return elements
}

/**
 * The former parts, reduced by what was written over them, and the new one. Rows that both name are cut exactly; else each former
 * part loses the same share.
 */
function mixed(former: Distribution, added: MixturePart, storage: Storage): readonly MixturePart[] {
  const parts: readonly MixturePart[] =
    former.kind === 'mixture' ? former.parts : [{ share: 1, distribution: former, ...wholeRows(storage) }]
  const rows = added.rows
  const exact = rows !== undefined && parts.every((part) => part.rows !== undefined)
  if (!exact) return merged([...parts.map(({ share, distribution }) => ({ share: share * (1 - added.share), distribution })), added])
  const height = storage.parameter?.shape[0] ?? 1
  const left = parts.flatMap((part) => {
    const [start, stop] = part.rows as readonly [number, number]
    const pieces: (readonly [number, number])[] = [
      [start, Math.min(stop, rows[0])],
      [Math.max(start, rows[1]), stop],
    ]
    return pieces
      .filter(([from, to]) => to > from)
      .map(([from, to]) => ({ share: (to - from) / height, distribution: part.distribution, rows: [from, to] as const }))
  })
  return [...left, added].sort((a, b) => (a.rows?.[0] ?? 0) - (b.rows?.[0] ?? 0))
}

/** Parts of parts count as parts of the whole. */
function inParts(parts: readonly MixturePart[]): Distribution {
  const flat = parts.flatMap(({ share, distribution, ...rows }): readonly MixturePart[] =>
    distribution.kind === 'mixture'
      ? distribution.parts.map((part) => ({ share: share * part.share, distribution: part.distribution }))
      : [{ share, distribution, ...rows }],
  )
  return flat.length > mostParts
    ? { kind: 'unknown', reason: 'it is written in very many parts' }
    : { kind: 'mixture', parts: flat.length > parts.length ? merged(flat) : parts }
}

function wholeRows(storage: Storage): { rows?: readonly [number, number] } {
  const rows = storage.parameter?.shape[0]
  return rows === undefined ? {} : { rows: [0, rows] }
}

/** Joins parts of equal distribution, so that a loop over elements does not grow the mixture. */
function merged(parts: readonly MixturePart[]): readonly MixturePart[] {
  const byText = new Map<string, MixturePart>()
  for (const part of parts) {
    const key = JSON.stringify(part.distribution)
    const known = byText.get(key)
    byText.set(key, { share: part.share + (known?.share ?? 0), distribution: part.distribution })
  }
  return [...byText.values()]
}

/** `target` takes on what `result` holds (`x += y`, `relu_`). `derived`: result was computed from target. */
export function assign(target: TensorValue, result: TensorValue, derived: boolean): void {
  const into = target.payload.source
  const from = result.payload.source
  if (into.kind === 'data' && from.kind === 'data') {
    if (into.storage === from.storage) return
    writeData(into, target.payload.shape, { initializer: initializerOf(from.storage), elements: elementsOf(result), derived })
    return
  }
  target.payload.source = from
  target.payload.shape = result.payload.shape
  target.payload.dtype = result.payload.dtype
  if (result.payload.pair === undefined) delete target.payload.pair
  else target.payload.pair = result.payload.pair
}
