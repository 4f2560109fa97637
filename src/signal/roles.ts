/** Changes of what an axis means: units that share weights become positions, positions that have their own become units. */
import { classCounts } from './grid'
import { freshLags, rearrangeLags } from './lagLayout'
import { BEYOND, type Lags, lagAt, mapLags } from './lags'
import { type Place, places } from './layout'
import { type Atom, blockShares, type Moments, mixMoments, representative, type Signal } from './moments'
import { classAt, type Partition, partition, uniform } from './partition'
import { transpose } from './transpose'

/** Units of the given axes become positions: other units at other places, which share nothing but their mean. */
export function unitsToPositions(signal: Signal, axes: readonly number[]): Signal {
  const units = places(signal, 'unit')
  const moving = units.filter((place) => axes.includes(place.axis))
  if (moving.length === 0) return signal
  let source = signal
  if (signal.assignment !== null && moving.length < units.length) source = mixBlocks(signal)
  const target = source.axes.map((atoms, axis) =>
    axes.includes(axis) ? atoms.map((atom): Atom => (atom.role === 'unit' ? { size: atom.size, role: 'position' } : atom)) : atoms,
  )
  const old = places(source, 'position')
  const all = [...old, ...moving].sort((a, b) => a.axis - b.axis || a.index - b.index)
  const assignment = source.assignment
  if (assignment !== null && moving.length > 1) return unitsToPositions(mixBlocks(source), axes)
  const extra = (place: Place) => (assignment === null ? uniform(place.atom.size) : partition(assignment))
  const grid = all.map((place) => {
    const i = old.indexOf(place)
    return i >= 0 ? (source.grid[i] as Partition) : extra(place)
  })
  const lagOrder = all.map((place) => (old.includes(place) ? old.indexOf(place) : null))
  if (assignment === null) {
    const block = source.blocks[0] as Moments
    const size = block.mean.length
    const sizes = grid.map((part) => part.size)
    const lags = freshLags(nearLags(block), lagOrder, sizes)
    const changed: Moments = { ...block, far: outerMeans(block.mean, size), lags, image: null }
    return { axes: target, grid, blocks: [withNear(block, changed)], assignment: null }
  }
  const order = [...new Set(assignment)]
  const stacked = (of: (m: Moments) => Float64Array) => Float64Array.from(order.flatMap((b) => [...of(source.blocks[b] as Moments)]))
  const position = all.findIndex((place) => !old.includes(place))
  const dims = [order.length, ...source.grid.map((axis) => axis.counts.length)]
  const moveTo = dims.map((_, i) => (i === position ? 0 : i < position ? i + 1 : i))
  const place = (values: Float64Array) => transpose(values, dims, moveTo)
  const first = source.blocks[order[0] as number] as Moments
  const mean = place(stacked((m) => m.mean))
  const changed: Moments = {
    ...first,
    mean,
    second: place(stacked((m) => m.second)),
    same: place(stacked((m) => m.same)),
    far: outerMeans(mean, mean.length),
    lags: rearrangeLags(first.lags, lagOrder),
    image: null,
  }
  return { axes: target, grid, blocks: [changed], assignment: null }
}

/** Correlations of one unit's positions with what they share with other samples counted in: between other units' positions nothing is shared. */
function nearLags(block: Moments): Lags {
  const r = representative(block)
  const square = (block.mean[r] as number) ** 2
  const shared = (block.far[r * block.mean.length + r] as number) - square
  const variance = (block.second[r] as number) - square
  return variance > 0 ? mapLags(block.lags, (c) => (shared + c * (variance - shared)) / variance) : block.lags
}

/** What was shared far apart within one unit is lost between units; the marginal and its image stay. */
function withNear(block: Moments, changed: Moments): Moments {
  if (block.image === null) return changed
  const root = block.image.root
  return {
    ...changed,
    image: { fn: block.image.fn, root: { ...root, far: outerMeans(root.mean, root.mean.length), lags: changed.lags, image: null } },
  }
}

function outerMeans(mean: Float64Array, size: number): Float64Array {
  const far = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) far[i * size + j] = (mean[i] as number) * (mean[j] as number)
  return far
}

/** One block for all units: their average. */
export function mixBlocks(signal: Signal): Signal {
  if (signal.assignment === null) return signal
  return { ...signal, blocks: [mixMoments(signal.blocks, blockShares(signal))], assignment: null }
}

/** Positions of the given axes become units, each class of positions a block of its own while these stay few. */
export function positionsToUnits(signal: Signal, axes: readonly number[]): Signal {
  const positions = places(signal, 'position')
  const moving = positions.map((place, g) => ({ place, g })).filter(({ place }) => axes.includes(place.axis))
  if (moving.length === 0) return signal
  const target = signal.axes.map((atoms, axis) =>
    axes.includes(axis) ? atoms.map((atom): Atom => (atom.role === 'position' ? { size: atom.size, role: 'unit' } : atom)) : atoms,
  )
  const kept = positions.map((_, g) => g).filter((g) => !moving.some((m) => m.g === g))
  const grid = kept.map((g) => signal.grid[g] as Partition)
  const dims = classCounts(signal.grid)
  const movedDims = moving.map(({ g }) => dims[g] as number)
  const combos = movedDims.reduce((a, b) => a * b, 1)
  const keptDims = kept.map((g) => dims[g] as number)
  const width = keptDims.reduce((a, b) => a * b, 1)
  const order = [...moving.map(({ g }) => g), ...kept]
  const blocks: Moments[] = []
  for (const block of signal.blocks) {
    const maps = {
      mean: transpose(block.mean, dims, order),
      second: transpose(block.second, dims, order),
      same: transpose(block.same, dims, order),
    }
    const far = transpose(block.far, [...dims, ...dims], [...order, ...order.map((g) => g + dims.length)])
    const root = block.image?.root
    const rootMaps = root && {
      mean: transpose(root.mean, dims, order),
      second: transpose(root.second, dims, order),
      same: transpose(root.same, dims, order),
      far: transpose(root.far, [...dims, ...dims], [...order, ...order.map((g) => g + dims.length)]),
    }
    for (let c = 0; c < combos; c++) {
      const cut = (values: Float64Array) => values.slice(c * width, (c + 1) * width)
      const cutPairs = (values: Float64Array) => {
        const out = new Float64Array(width * width)
        for (let i = 0; i < width; i++)
          for (let j = 0; j < width; j++) out[i * width + j] = values[(c * width + i) * combos * width + c * width + j] as number
        return out
      }
      const lags = rearrangeLags(block.lags, kept)
      const at = (m: { mean: Float64Array; second: Float64Array; same: Float64Array }, pairs: Float64Array) => {
        const [mean, second, same] = [cut(m.mean), cut(m.second), cut(m.same)]
        // at a fixed place only the sample tells values apart, so what samples share there is `same`
        return kept.length === 0
          ? { mean, second, same, far: same, lags }
          : { mean, second, same, ...sharedOver({ second, same, far: cutPairs(pairs), lags }) }
      }
      const image =
        block.image && root && rootMaps ? { fn: block.image.fn, root: { ...root, ...at(rootMaps, rootMaps.far), image: null } } : null
      blocks.push({ ...block, ...at(maps, far), image })
    }
  }
  if (blocks.length === 1) return { axes: target, grid, blocks, assignment: null }
  return {
    axes: target,
    grid,
    blocks,
    assignment: crossAssignment(
      signal,
      moving.map(({ g }) => g),
      movedDims,
    ),
  }
}

/**
 * What positions that are left share once the others are units: beside `far`, which other units' positions had as well, what one unit's had in
 * common. As much of that as samples share at one place counts as shared by all samples, the rest as each sample's own.
 */
function sharedOver({ second, same, far, lags }: Pick<Moments, 'second' | 'same' | 'far' | 'lags'>): Pick<Moments, 'far' | 'lags'> {
  const size = second.length
  const own = second.map((q, i) => Math.max(0, q - (far[i * size + i] as number)))
  const apart = lagAt(
    lags,
    lags.radius.map(() => BEYOND),
  )
  if (!(apart > 0)) return { far, lags }
  const shared = far.map((value, at) => {
    const [i, j] = [Math.floor(at / size), at % size]
    const most = Math.sqrt(Math.max(0, same[i] as number) * Math.max(0, same[j] as number))
    return Math.max(value, Math.min(most, value + apart * Math.sqrt((own[i] as number) * (own[j] as number))))
  })
  const r = size >> 1
  const [before, after] = [far[r * size + r] as number, shared[r * size + r] as number]
  const left = (second[r] as number) - after
  return { far: shared, lags: left > 0 ? mapLags(lags, (c) => (before + c * (own[r] as number) - after) / left) : lags }
}

function crossAssignment(signal: Signal, moving: readonly number[], movedDims: readonly number[]): Uint16Array {
  const combos = movedDims.reduce((a, b) => a * b, 1)
  let g = 0
  const parts = signal.axes.flat().flatMap((atom): { readonly size: number; readonly grid: number | null }[] => {
    if (atom.role === 'unit') return [{ size: atom.size, grid: null }]
    if (atom.role === 'position') return moving.includes(g++) ? [{ size: atom.size, grid: g - 1 }] : []
    return []
  })
  const total = parts.reduce((product, part) => product * part.size, 1)
  const assignment = new Uint16Array(total)
  const index = parts.map(() => 0)
  for (let at = 0; at < total; at++) {
    let unit = 0
    let combo = 0
    let m = 0
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as { readonly size: number; readonly grid: number | null }
      if (part.grid === null) unit = unit * part.size + (index[i] as number)
      else combo = combo * (movedDims[m++] as number) + classAt(signal.grid[part.grid] as Partition, index[i] as number)
    }
    const block = signal.assignment === null ? 0 : (signal.assignment[unit] as number)
    assignment[at] = block * combos + combo
    for (let i = parts.length - 1; i >= 0; i--) {
      index[i] = (index[i] as number) + 1
      if ((index[i] as number) < (parts[i] as { readonly size: number }).size) break
      index[i] = 0
    }
  }
  return assignment
}
