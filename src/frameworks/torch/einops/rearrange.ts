/** einops' three operations, as reshapes, permutations, reductions and repetitions. */
import type { ReduceOp } from '../../../graph'
import { reduce } from '../functional/reduce'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { count } from '../tensor/layout'
import { expand, insertAxis, permute, reshape } from '../tensor/views'
import { apart, einopsError, isNumber, isOne, parsePattern, type Side, together } from './pattern'
import { type Operation, refuse } from './refusal'

interface Named {
  readonly tensor: TensorValue
  /** One name for each axis. */
  readonly names: readonly string[]
}

/** Names of the axes that `…` stands for. */
const hidden = (rank: number): string[] => Array.from({ length: rank }, (_, index) => `…${index}`)

/** Splits every axis of the tensor into the ones that its group names. A group's one unknown size is what the others leave. */
function split(
  at: Site,
  pattern: string,
  tensor: TensorValue,
  left: Side,
  known: ReadonlyMap<string, number>,
): Named & { readonly ellipsis: readonly string[] } {
  const { shape } = tensor.payload
  const single = left.findIndex((group) => group.length === 1 && group[0] === apart)
  const missing = shape.length - left.length + (single < 0 ? 0 : 1)
  if (single < 0 ? missing !== 0 : missing < 0) einopsError(at, pattern, `the tensor has ${shape.length} axes, [${shape.join(', ')}]`)
  const ellipsis = single < 0 ? [] : hidden(missing)
  const groups = left.flatMap((group, index) => (index === single ? ellipsis.map((name) => [name]) : [group]))
  const sizes: number[] = []
  const names: string[] = []
  for (const [axis, group] of groups.entries()) {
    const total = shape[axis] as number
    const given = group.map((name) => (isNumber(name) ? Number(name) : (known.get(name) ?? null)))
    const product = count(given.filter((size) => size !== null))
    const free = given.filter((size) => size === null).length
    if (free > 1) einopsError(at, pattern, `the sizes of (${group.join(' ')}) cannot be told from ${total}`)
    if (free === 0 ? product !== total : total % product !== 0)
      einopsError(at, pattern, `an axis of size ${total} is not (${group.join(' ')}) with ${given.map((size) => size ?? '?').join('·')}`)
    sizes.push(...given.map((size) => size ?? total / product))
    names.push(...group.map((name, index) => (isNumber(name) ? `1@${axis}.${index}` : name)))
  }
  return { tensor: reshape(at, tensor, sizes), names, ellipsis }
}

/** What the right side lists, in order, without axes of size 1. A number is an axis of that size, each its own: `2@3` is the fourth name. */
function listed(right: Side, ellipsis: readonly string[]): string[] {
  return right
    .flat()
    .flatMap((name, index) =>
      name === apart || name === together ? ellipsis : isOne(name) ? [] : [isNumber(name) ? `${name}@${index}` : name],
    )
}

/** Joins the axes of each group. */
function joined(at: Site, { tensor }: Named, right: Side, ellipsis: readonly string[]): TensorValue {
  const { shape } = tensor.payload
  let axis = 0
  const take = (names: readonly string[]): number => count(names.map((name) => (isOne(name) ? 1 : (shape[axis++] as number))))
  const sizes = right.flatMap((group) => {
    if (group[0] === apart) return ellipsis.map((name) => take([name]))
    return [take(group.flatMap((name) => (name === together ? ellipsis : [name])))]
  })
  return reshape(at, tensor, sizes)
}

export type Reduction = ReduceOp['reduce'] | null

/** Axes that the right side lacks are reduced (an axis of size 1 only dropped); axes that only it has are copies of their given size. */
export function einopsTransform(
  at: Site,
  tensor: TensorValue,
  text: string,
  known: ReadonlyMap<string, number>,
  operation: Operation,
  reduction: Reduction,
): TensorValue {
  const pattern = parsePattern(at, text)
  refuse(at, text, pattern, operation, [...known.keys()])
  const parts = split(at, text, tensor, pattern.left, known)
  const wanted = listed(pattern.right, parts.ellipsis)
  const gone = parts.names.flatMap((name, axis) => (wanted.includes(name) ? [] : [axis]))
  const real = gone.filter((axis) => parts.tensor.payload.shape[axis] !== 1)
  const kept = parts.names.filter((name) => wanted.includes(name))
  const reduced =
    gone.length === 0
      ? parts.tensor
      : real.length > 0 && reduction !== null
        ? reduce(at, parts.tensor, reduction, gone, false)
        : reshape(
            at,
            parts.tensor,
            kept.map((name) => parts.tensor.payload.shape[parts.names.indexOf(name)] as number),
          )
  const present = wanted.filter((name) => kept.includes(name))
  let result = permute(
    at,
    reduced,
    present.map((name) => kept.indexOf(name)),
  )
  for (const [axis, name] of wanted.entries()) {
    if (kept.includes(name)) continue
    const size = known.get(name) ?? Number.parseInt(name, 10)
    const one = insertAxis(at, result, axis)
    result = expand(
      at,
      one,
      one.payload.shape.map((own, index) => (index === axis ? size : own)),
    )
  }
  return joined(at, { tensor: result, names: wanted }, pattern.right, parts.ellipsis)
}
