/** `x[key] = value`. */
import type { Value } from '../../../python/values'
import type { Operand } from '../functional/arithmetic'
import { where } from '../functional/compare'
import { concat } from '../functional/join'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { initializerOf } from './distribution'
import { elementsOf } from './elements'
import { emit } from './emit'
import { indexed } from './index-get'
import { type KeyPart, readKey } from './index-key'
import { constantTensor, rewrapTensor } from './make'
import { isRecorded } from './operand'
import { asShape, expand, slice } from './views'
import { assign, writeData } from './write'

/** Writes into data through the view that the key shows; in a recorded run the tensor becomes what it then holds. */
export function setItem(at: Site, tensor: TensorValue, key: Value, value: Operand): void {
  const read = readKey(at, tensor.payload.shape, key)
  const content = value.kind === 'number' ? constantTensor(at, [], tensor.payload.dtype, value.value, `fill ${value.value}`) : value
  const basic = 'parts' in read && read.parts.every(({ kind }) => kind === 'slice' || kind === 'integer' || kind === 'newAxis')
  const recorded = tensor.payload.source.kind === 'traced' || isRecorded(at, content)
  if (!recorded && basic && tensor.payload.source.kind === 'data') {
    const part = dataView(tensor, read.parts)
    const filled = expand(at, content, part.payload.shape)
    const { source } = part.payload
    const from = filled.payload.source
    if (source.kind === 'data' && from.kind === 'data') {
      // `x[a:b] /= 2` has written through the view already and puts that view back.
      if (source.storage === from.storage && source.layout.offset === from.layout.offset) return
      writeData(source, part.payload.shape, { initializer: initializerOf(from.storage), elements: elementsOf(filled), derived: false })
      return
    }
  }
  assign(tensor, replacedPart(at, tensor, 'parts' in read ? read.parts : null, content), true)
}

/** The part of data that a basic key shows, as a view of the same storage even where a run records. */
function dataView(tensor: TensorValue, parts: readonly KeyPart[]): TensorValue {
  let { payload } = tensor
  let axis = 0
  for (const part of parts) {
    if (payload.source.kind !== 'data') return tensor
    const { storage, layout } = payload.source
    const without = (of: readonly number[]) => of.filter((_, own) => own !== axis)
    const put = (of: readonly number[], value: number) => of.map((old, own) => (own === axis ? value : old))
    const before = (of: readonly number[], value: number) => [...of.slice(0, axis), value, ...of.slice(axis)]
    const stride = layout.strides[axis] ?? 0
    switch (part.kind) {
      case 'slice': {
        const size = Math.ceil((part.stop - part.start) / part.step)
        payload = {
          ...payload,
          shape: put(payload.shape, size),
          source: {
            kind: 'data',
            storage,
            layout: { offset: layout.offset + part.start * stride, strides: put(layout.strides, stride * part.step) },
          },
        }
        axis++
        break
      }
      case 'integer':
        payload = {
          ...payload,
          shape: without(payload.shape),
          source: { kind: 'data', storage, layout: { offset: layout.offset + part.index * stride, strides: without(layout.strides) } },
        }
        break
      case 'newAxis':
        payload = {
          ...payload,
          shape: before(payload.shape, 1),
          source: { kind: 'data', storage, layout: { offset: layout.offset, strides: before(layout.strides, 0) } },
        }
        axis++
        break
      case 'tensor':
      case 'mask':
        return tensor
    }
  }
  return rewrapTensor(tensor, payload)
}

/** The whole tensor with one part replaced: a mask is a `where`, a block is cut out and put back, all else is opaque. */
function replacedPart(at: Site, tensor: TensorValue, parts: readonly KeyPart[] | null, content: TensorValue): TensorValue {
  const { shape } = tensor.payload
  const [only] = parts ?? []
  if (parts?.length === 1 && only?.kind === 'mask' && content.payload.shape.length === 0) return where(at, only.tensor, content, tensor)
  const blocks = parts === null ? null : restrictedBlocks(parts, shape)
  if (blocks !== null && parts !== null) {
    const part = indexed(at, tensor, parts)
    const sizes = shape.map((size, axis) => {
      const block = blocks.find((each) => each.axis === axis)
      return block === undefined ? size : block.stop - block.start
    })
    return withBlock(at, tensor, blocks, asShape(at, expand(at, content, part.payload.shape), sizes))
  }
  return emit(at, {
    op: { kind: 'opaque', name: 'setitem', reason: 'writing to these elements of a tensor is not modelled' },
    inputs: [tensor, content],
    output: tensor.payload,
  })
}

interface Block {
  readonly axis: number
  readonly start: number
  readonly stop: number
}

/** Cuts the tensor around the block, axis by axis, and puts `content` in its place. */
function withBlock(at: Site, tensor: TensorValue, blocks: readonly Block[], content: TensorValue): TensorValue {
  const [first, ...rest] = blocks
  if (first === undefined) return content
  const { axis, start, stop } = first
  const middle = withBlock(at, slice(at, tensor, axis, start, stop), rest, content)
  const size = tensor.payload.shape[axis] as number
  const before = start > 0 ? [slice(at, tensor, axis, 0, start)] : []
  const after = stop < size ? [slice(at, tensor, axis, stop, size)] : []
  return concat(at, [...before, middle, ...after], axis)
}

/** The axes that a key restricts and to what; null when it skips elements or picks them by tensors. */
function restrictedBlocks(parts: readonly KeyPart[], shape: readonly number[]): readonly Block[] | null {
  const blocks: Block[] = []
  let axis = 0
  for (const part of parts) {
    if (part.kind === 'newAxis') continue
    if (part.kind === 'tensor' || part.kind === 'mask') return null
    if (part.kind === 'integer') blocks.push({ axis, start: part.index, stop: part.index + 1 })
    else if (part.step !== 1) return null
    else if (part.start !== 0 || part.stop !== shape[axis]) blocks.push({ axis, start: part.start, stop: part.stop })
    axis++
  }
  return blocks
}
