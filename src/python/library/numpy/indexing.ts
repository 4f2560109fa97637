/** `array[key]` for ints, slices, None, Ellipsis and lists of ints. */
import { asInteger, asItems } from '../../guards'
import type { Interpreter } from '../../host'
import type { Bound } from '../../native'
import type { SliceValue, Value } from '../../values'
import { type ArrayPayload, arrayOf, coordinates, mostValues, sizeOf, strides } from './array'

/** Positions that a key picks along one dimension; a single int drops the dimension. */
interface Pick {
  readonly positions: readonly number[]
  readonly drops: boolean
}

function sliced(key: SliceValue, size: number): readonly number[] | undefined {
  const step = key.step.kind === 'none' ? 1 : asInteger(key.step)
  if (step === undefined || step === 0) return undefined
  const bound = (value: Value, otherwise: number): number | undefined => {
    if (value.kind === 'none') return otherwise
    const at = asInteger(value)
    if (at === undefined) return undefined
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1]
    return Math.min(high, Math.max(low, at < 0 ? at + size : at))
  }
  const [start, stop] = [bound(key.start, step > 0 ? 0 : size - 1), bound(key.stop, step > 0 ? size : -1)]
  if (start === undefined || stop === undefined) return undefined
  const positions: number[] = []
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) positions.push(at)
  return positions
}

function pick(key: Value, size: number, args: Bound, interpreter: Interpreter): Pick | undefined {
  const wrap = (at: number): number => {
    if (at >= size || at < -size) interpreter.raise('IndexError', `index ${at} is out of bounds for axis 0 with size ${size}`, args.span)
    return at < 0 ? at + size : at
  }
  const index = asInteger(key)
  if (index !== undefined) return { positions: [wrap(index)], drops: true }
  if (key.kind === 'slice') {
    const positions = sliced(key, size)
    return positions === undefined ? undefined : { positions, drops: false }
  }
  const array = arrayOf(key)
  const listed = array === undefined ? asItems(key)?.map(asInteger) : array.shape.length === 1 ? array.values : undefined
  if (listed?.every((each) => each !== undefined) !== true) return undefined
  const numbers = listed.map(Number)
  const masked = array?.type === 'bool' ? numbers.flatMap((each, at) => (each === 0 ? [] : [at])) : numbers.map(wrap)
  return { positions: masked, drops: false }
}

/** undefined: the key is not known, or of a kind that is not read. */
export function indexArray(array: ArrayPayload, key: Value, args: Bound, interpreter: Interpreter): ArrayPayload | undefined {
  const keys = key.kind === 'tuple' ? [...key.items] : [key]
  const used = keys.filter((each) => each.kind !== 'none' && each.kind !== 'ellipsis').length
  if (used > array.shape.length) return interpreter.raise('IndexError', 'too many indices for array', args.span)
  const all: SliceValue = { kind: 'slice', start: { kind: 'none' }, stop: { kind: 'none' }, step: { kind: 'none' } }
  const rest = Array.from({ length: array.shape.length - used }, () => all)
  const at = keys.findIndex((each) => each.kind === 'ellipsis')
  if (at < 0) keys.push(...rest)
  else keys.splice(at, 1, ...rest)
  // Two lists of positions go together in numpy, which is another thing than picking along each.
  if (keys.filter((each) => asItems(each) !== undefined || arrayOf(each) !== undefined).length > 1) return undefined
  const picks: Pick[] = []
  const shape: number[] = []
  for (const each of keys) {
    if (each.kind === 'none') {
      shape.push(1)
      continue
    }
    const found = pick(each, array.shape[picks.length] ?? 0, args, interpreter)
    if (found === undefined) return undefined
    picks.push(found)
    if (!found.drops) shape.push(found.positions.length)
  }
  if (array.values === null || sizeOf(shape) > mostValues) return { ...array, shape, values: null }
  const steps = strides(array.shape)
  const values = Array.from(
    coordinates(picks.map(({ positions }) => positions.length)),
    (place) =>
      array.values?.[place.reduce((sum, position, axis) => sum + (picks[axis]?.positions[position] ?? 0) * (steps[axis] ?? 1), 0)] ??
      Number.NaN,
  )
  return { ...array, shape, values }
}
