/** einops' `pack` and `unpack`: tensors of several ranks as one, whose `*` axis holds what each has beyond the named axes. */
import { concat } from '../functional/join'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { count } from '../tensor/layout'
import { reshape, splitAxis } from '../tensor/views'
import { einopsError } from './pattern'

/** Named axes before and after the star: `b * d` has one of each. */
function around(at: Site, pattern: string): { readonly before: number; readonly after: number } {
  const names = pattern.trim().split(/\s+/)
  const star = names.indexOf('*')
  if (star < 0 || names.lastIndexOf('*') !== star) return einopsError(at, pattern, 'a pattern of pack and unpack has one *')
  return { before: star, after: names.length - star - 1 }
}

/** The packed tensor, and of each the shape that went into the star. */
export function pack(
  at: Site,
  tensors: readonly TensorValue[],
  pattern: string,
): { readonly packed: TensorValue; readonly shapes: readonly (readonly number[])[] } {
  const { before, after } = around(at, pattern)
  const shapes: (readonly number[])[] = []
  const parts = tensors.map((tensor) => {
    const { shape } = tensor.payload
    if (shape.length < before + after) einopsError(at, pattern, `a tensor of ${shape.length} axes, [${shape.join(', ')}], has too few`)
    const own = shape.slice(before, shape.length - after)
    shapes.push(own)
    return reshape(at, tensor, [...shape.slice(0, before), count(own), ...shape.slice(shape.length - after)])
  })
  return { packed: concat(at, parts, before), shapes }
}

/** The parts of a packed tensor; one of the shapes may have one −1. */
export function unpack(at: Site, tensor: TensorValue, shapes: readonly (readonly number[])[], pattern: string): readonly TensorValue[] {
  const { before, after } = around(at, pattern)
  const { shape } = tensor.payload
  const total = shape[before]
  if (shape.length !== before + 1 + after || total === undefined)
    return einopsError(at, pattern, `the tensor has ${shape.length} axes, [${shape.join(', ')}]`)
  const known = shapes.filter((each) => !each.includes(-1)).reduce((sum, each) => sum + count(each), 0)
  const lengths = shapes.map((each) => (each.includes(-1) ? total - known : count(each)))
  if (lengths.some((length) => length < 0) || lengths.reduce((sum, length) => sum + length, 0) !== total)
    return einopsError(at, pattern, `an axis of size ${total} is not made of ${lengths.join(', ')}`)
  return splitAxis(at, tensor, before, lengths).map((part, index) =>
    reshape(at, part, [...shape.slice(0, before), ...(shapes[index] as readonly number[]), ...shape.slice(before + 1)]),
  )
}
