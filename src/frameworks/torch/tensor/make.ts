/** Makes tensors: traced ones, data known by its numbers, data known by its distribution. */
import type { Distribution, Initializer, Span, TensorId } from '../../../graph'
import type { ClassValue, Value } from '../../../python/values'
import type { Trace } from '../../trace'
import type { Site } from '../site'
import type { DType, Elements, Storage, TensorPayload, TensorValue } from '../tensor'
import { tensorClasses } from './classes'
import { kept } from './elements'
import { count, rowMajor } from './layout'
import { everywhere } from './remembered'

export function makeStorage(length: number, initializer: Initializer, elements: Elements | null = null): Storage {
  return { length, initializer, initial: initializer, overwritten: [], elements, parameter: null, version: 0 }
}

/** Few tensors are given attributes: the map for them is made when one is asked for. */
class Tensor implements TensorValue {
  readonly kind = 'instance'
  private own: Map<string, Value> | null = null

  constructor(
    readonly cls: ClassValue,
    readonly payload: TensorPayload,
    readonly span: Span | null,
  ) {}

  get attributes(): Map<string, Value> {
    this.own ??= new Map()
    return this.own
  }
}

export function wrapTensor(at: Site, payload: TensorPayload): TensorValue {
  return new Tensor(tensorClasses(at.interpreter).tensor, payload, at.span)
}

/** A tensor of the class `nn.Parameter`. */
export function wrapParameter(at: Site, payload: TensorPayload): TensorValue {
  return new Tensor(tensorClasses(at.interpreter).parameter, payload, at.span)
}

/** Another tensor with the attributes of this one. */
export function rewrapTensor({ cls: own, span, attributes }: TensorValue, payload: TensorPayload, cls: ClassValue = own): TensorValue {
  return { kind: 'instance', cls, span, attributes, payload }
}

export function dataPayload(storage: Storage, shape: readonly number[], dtype: DType): TensorPayload {
  return { kind: 'tensor', shape, dtype, source: { kind: 'data', storage, layout: { offset: 0, strides: rowMajor(shape) } } }
}

/** A traced tensor. */
export function tracedTensor(at: Site, trace: Trace, id: TensorId): TensorValue {
  const { shape, dtype } = trace.tensor(id)
  return wrapTensor(at, { kind: 'tensor', shape, dtype, source: { kind: 'traced', trace, id } })
}

/** Why a storage that is known by its numbers has no distribution of its own yet; see `distributionOf`. */
export const byNumbers: Distribution = { kind: 'unknown', reason: 'known by its numbers' }

/** Data with known numbers; each is computed once when they are few. `distribution` describes them where they are many. */
export function knownTensor(
  at: Site,
  shape: readonly number[],
  dtype: DType,
  elements: Elements,
  label = 'computed',
  distribution: Distribution = byNumbers,
): TensorValue {
  const length = count(shape)
  const initializer: Initializer = { distribution, label, origin: 'written', span: at.span }
  return wrapTensor(at, dataPayload(makeStorage(length, initializer, kept(length, elements)), shape, dtype))
}

export function constantTensor(at: Site, shape: readonly number[], dtype: DType, value: number, label: string): TensorValue {
  const initializer: Initializer = { distribution: { kind: 'constant', value }, label, origin: 'written', span: at.span }
  return wrapTensor(at, dataPayload(makeStorage(count(shape), initializer, everywhere(value)), shape, dtype))
}

/** Data drawn from a distribution. */
export function drawnTensor(
  at: Site,
  shape: readonly number[],
  distribution: Distribution,
  label: string,
  dtype: DType = 'float',
): TensorValue {
  return wrapTensor(at, dataPayload(makeStorage(count(shape), { distribution, label, origin: 'written', span: at.span }), shape, dtype))
}

/** Data of which only the shape is known. */
export function unknownData(at: Site, shape: readonly number[], dtype: DType, reason: string): TensorValue {
  return drawnTensor(at, shape, { kind: 'unknown', reason }, 'computed', dtype)
}

/** A complex tensor from the real one whose last axis holds both parts. */
export function complexTensor(at: Site, pair: TensorValue): TensorValue {
  const { shape, source } = pair.payload
  return wrapTensor(at, { kind: 'tensor', shape: shape.slice(0, -1), dtype: 'float', source, pair })
}
