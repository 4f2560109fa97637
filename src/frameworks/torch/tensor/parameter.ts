/** Parameters: tensors that own their storage and that modules register. */
import type { Initializer, ParameterRole, Span } from '../../../graph'
import type { Site } from '../site'
import type { Storage, TensorValue } from '../tensor'
import { isTensor } from '../tensor'
import { initializerOf } from './distribution'
import { elementsOf } from './elements'
import { count, isRowMajor } from './layout'
import { dataPayload, makeStorage, wrapParameter } from './make'

/** A parameter that a layer of ours makes. `at.span` is the layer's constructor call. */
export function makeParameter(
  at: Site,
  shape: readonly number[],
  role: ParameterRole,
  initializer: Initializer,
  trainable = true,
): TensorValue {
  const { distribution } = initializer
  const value = distribution.kind === 'constant' ? distribution.value : null
  return own(at, makeStorage(count(shape), initializer, value === null ? null : () => value), shape, role, at.span, trainable)
}

/** `nn.Parameter(data)`: shares the storage of `data`, as torch does, unless a parameter owns it or `data` shows only part of it. */
export function parameterFrom(at: Site, data: TensorValue, trainable: boolean): TensorValue {
  const { payload } = data
  const { source, shape } = payload
  if (source.kind === 'traced') {
    const reason = 'an nn.Parameter made of a traced tensor'
    return own(
      at,
      makeStorage(count(shape), { distribution: { kind: 'unknown', reason }, label: 'computed', origin: 'written', span: at.span }),
      shape,
      'free',
      at.span,
      trainable,
    )
  }
  const initializer = initializerOf(source.storage)
  const whole = source.storage.length === count(shape) && isRowMajor(shape, source.layout)
  if (whole && source.storage.parameter === null) return own(at, source.storage, shape, 'free', at.span, trainable)
  const storage = makeStorage(
    count(shape),
    initializer.origin === 'written' ? { ...initializer, span: initializer.span ?? at.span } : initializer,
    elementsOf(data),
  )
  storage.overwritten.push(...source.storage.overwritten)
  return own(at, storage, shape, 'free', at.span, trainable)
}

function own(
  at: Site,
  storage: Storage,
  shape: readonly number[],
  role: ParameterRole,
  definition: Span | null,
  trainable: boolean,
): TensorValue {
  storage.parameter = { role, shape, definition, trainable, copyGroup: null, parametrization: null }
  return wrapParameter(at, dataPayload(storage, shape, 'float'))
}

/** The record of an nn.Parameter; null for other values. */
export function parameterStorage(value: TensorValue): Storage | null {
  const { source } = value.payload
  return isTensor(value) && source.kind === 'data' && source.storage.parameter !== null ? source.storage : null
}
