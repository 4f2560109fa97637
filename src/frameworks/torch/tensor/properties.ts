/** Attributes of tensors: shape, dtype, data, grad, … */
import { bool, int, none, str } from '../../../python/make'
import { method } from '../../../python/native'
import type { PropertyValue, Value } from '../../../python/values'
import { partOf } from '../functions/complex'
import { cpu, dtypeValue } from '../functions/dtypes'
import type { Site } from '../site'
import { isTensor, type TensorValue } from '../tensor'
import { emit } from './emit'
import { sizeValue } from './size'
import { alias, permute, transpose } from './views'
import { assign } from './write'

function property(
  name: string,
  read: (self: TensorValue, at: Site) => Value,
  write?: (self: TensorValue, value: Value, at: Site) => void,
): readonly [string, PropertyValue] {
  const getter = method(`${name}(self, /)`, (args, interpreter) => {
    const self = args.value('self')
    return isTensor(self) ? read(self, { interpreter, span: args.span }) : none
  })
  const setter =
    write === undefined
      ? null
      : method(`${name}(self, value, /)`, (args, interpreter) => {
          const self = args.value('self')
          if (isTensor(self)) write(self, args.value('value'), { interpreter, span: args.span })
          return none
        })
  return [name, { kind: 'property', getter, setter, cached: false }]
}

const reversed = (at: Site, self: TensorValue) => permute(at, self, [...self.payload.shape.keys()].reverse())
const lastTwo = (at: Site, self: TensorValue) => transpose(at, self, self.payload.shape.length - 2, self.payload.shape.length - 1)

/** Puts another tensor's numbers in place: the parameter stays, its storage is what `value` holds. */
function replaceData(self: TensorValue, value: Value): void {
  if (!isTensor(value)) return
  const { source } = self.payload
  const given = value.payload.source
  if (source.kind === 'data' && given.kind === 'data') {
    if (given.storage === source.storage) self.payload.shape = value.payload.shape
    else assign(self, value, false)
    return
  }
  self.payload.source = given
  self.payload.shape = value.payload.shape
}

export const properties: readonly (readonly [string, PropertyValue])[] = [
  property('shape', (self) => sizeValue(self.payload.shape)),
  property('ndim', (self) => int(self.payload.shape.length)),
  property('dtype', (self) => dtypeValue(self.payload.dtype)),
  property('device', () => cpu),
  property('layout', () => str('torch.strided')),
  property('is_cuda', () => bool(false)),
  property('is_sparse', () => bool(false)),
  property('is_quantized', () => bool(false)),
  property('is_meta', () => bool(false)),
  property('is_nested', () => bool(false)),
  property('is_leaf', (self) => bool(self.payload.source.kind === 'data')),
  property(
    'requires_grad',
    (self) => bool(trainable(self)),
    (self, value) => setTrainable(self, value.kind !== 'bool' || value.value),
  ),
  property(
    'grad',
    () => none,
    () => undefined,
  ),
  property('grad_fn', () => none),
  property('data', (self, at) => alias(at, self), replaceData),
  property('T', (self, at) => reversed(at, self)),
  property('H', (self, at) => reversed(at, self)),
  property('mT', (self, at) => lastTwo(at, self)),
  property('mH', (self, at) => lastTwo(at, self)),
  property('real', (self, at) => partOf(at, self, 0)),
  property('imag', (self, at) => (self.payload.pair === undefined ? opaqueImaginary(at, self) : partOf(at, self, 1))),
  property('names', () => none),
  property('itemsize', () => int(4)),
]

/** The imaginary part of what a Fourier transform gave. */
function opaqueImaginary(at: Site, self: TensorValue): TensorValue {
  return emit(at, {
    op: { kind: 'opaque', name: 'imag', reason: 'complex numbers are not modelled' },
    inputs: [self],
    output: self.payload,
  })
}

function trainable(self: TensorValue): boolean {
  const { source } = self.payload
  return source.kind === 'traced' || (source.storage.parameter?.trainable ?? false)
}

/** `requires_grad_(flag)`. */
export function setTrainable(self: TensorValue, flag: boolean): void {
  const { source } = self.payload
  if (source.kind === 'data' && source.storage.parameter !== null) source.storage.parameter.trainable = flag
}
