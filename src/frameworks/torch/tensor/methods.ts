/** Methods of tensors that no function of `torch` has: size, item, to, detach, … */
import { bool, float, int, iterator, list, none, str, unknown } from '../../../python/make'
import { type Bound, method, named } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { cast, detach } from '../functional/cast'
import { operandOf } from '../functions/call'
import { dtypeOfValue } from '../functions/dtypes'
import { arrayFromTensor } from '../functions/numpy'
import { noteTraining } from '../module/instances'
import { axisOf } from '../shapes/axes'
import { sizes } from '../shapes/text'
import type { Site } from '../site'
import { type DType, isTensor, type TensorValue } from '../tensor'
import { initializerOf } from './distribution'
import { elementsOf, numbersOf, scalarOf } from './elements'
import { getItem } from './index-get'
import { setItem } from './index-set'
import { count, rowMajor } from './layout'
import { dataPayload, makeStorage, wrapTensor } from './make'
import { isRecorded } from './operand'
import { setTrainable } from './properties'
import { sizeValue } from './size'
import { alias, select } from './views'

type Body = (self: TensorValue, args: Bound, at: Site) => Value

/** Parameters after self. */
function tensorMethod(name: string, parameters: string, body: Body): BuiltinValue {
  const signature = parameters === '' ? `${name}(self, /)` : `${name}(self, /, ${parameters})`
  return method(signature, (args, interpreter) => {
    const self = args.value('self')
    if (!isTensor(self))
      return self.kind === 'unknown'
        ? self
        : interpreter.raise('TypeError', `descriptor '${name}' requires a 'torch.Tensor' object`, args.span)
    return body(self, args, { interpreter, span: args.span })
  })
}

const returnsSelf = (name: string, parameters = '*args, **kwargs') => tensorMethod(name, parameters, (self) => self)
const castsTo = (name: string, dtype: DType) => tensorMethod(name, '*args, **kwargs', (self, _, at) => cast(at, self, dtype))

/** The element as Python's own number; floats as float32 holds them. */
function pythonNumber(value: number, dtype: DType): Value {
  if (dtype === 'bool') return bool(value !== 0)
  return dtype === 'int' && Number.isFinite(value) ? int(Math.trunc(value)) : float(Math.fround(value))
}

function item(self: TensorValue, at: Site): Value {
  if (count(self.payload.shape) !== 1) {
    return at.interpreter.raise(
      'RuntimeError',
      `a Tensor with ${count(self.payload.shape)} elements cannot be converted to Scalar`,
      at.span,
    )
  }
  const value = scalarOf(self.payload)
  return value === null
    ? unknown('the value of this tensor is only known when the model runs', at.span)
    : pythonNumber(value, self.payload.dtype)
}

/** Nested lists of numbers. */
function toList(self: TensorValue, at: Site): Value {
  const numbers = numbersOf(self)
  if (numbers === null) return unknown('the values of this tensor are only known when the model runs', at.span)
  const { shape, dtype } = self.payload
  at.interpreter.step(numbers.length)
  const strides = rowMajor(shape)
  const nest = (axis: number, offset: number): Value =>
    axis === shape.length
      ? pythonNumber(numbers[offset] ?? Number.NaN, dtype)
      : list(Array.from({ length: shape[axis] as number }, (_, index) => nest(axis + 1, offset + index * (strides[axis] as number))))
  return nest(0, 0)
}

/** A tensor of its own with the same content. A parameter's copy in a recorded run is still what the parameter holds. */
function copyOf(self: TensorValue, at: Site): TensorValue {
  const { source, shape, dtype } = self.payload
  if (source.kind === 'traced' || (source.storage.parameter !== null && isRecorded(at, self))) return alias(at, self)
  return wrapTensor(at, dataPayload(makeStorage(count(shape), initializerOf(source.storage), elementsOf(self)), shape, dtype))
}

function entries(self: TensorValue, at: Site): Value {
  const { shape } = self.payload
  if (shape.length === 0) return at.interpreter.raise('TypeError', 'iteration over a 0-d tensor', at.span)
  let index = 0
  return iterator('tensor_iterator', () => {
    at.interpreter.step()
    return index < (shape[0] as number) ? select(at, self, 0, index++) : undefined
  })
}

/** `x.to(dtype)`, `x.to(device)`, `x.to(other)`: what of it names a type. */
function typeNamed(args: Bound): DType | null {
  const values = [...args.rest('args'), ...args.keywords('kwargs').values()]
  for (const value of values) {
    if (isTensor(value)) return value.payload.dtype
    const dtype = value.kind === 'str' ? null : dtypeOfValue(value)
    if (dtype !== null) return dtype
  }
  return null
}

export const methods: readonly (readonly [string, Value])[] = named(
  tensorMethod('size', 'dim=None', (self, args, at) => {
    const dim = args.value('dim')
    if (dim.kind === 'none') return sizeValue(self.payload.shape)
    const number = args.number('dim')
    if (number === undefined) return dim.kind === 'unknown' ? dim : unknown('the axis is not known', at.span)
    return int(self.payload.shape[axisOf(at, number, self.payload.shape.length)] ?? 1)
  }),
  tensorMethod('dim', '', (self) => int(self.payload.shape.length)),
  tensorMethod('ndimension', '', (self) => int(self.payload.shape.length)),
  tensorMethod('numel', '', (self) => int(count(self.payload.shape))),
  tensorMethod('nelement', '', (self) => int(count(self.payload.shape))),
  tensorMethod('element_size', '', () => int(4)),
  tensorMethod('stride', 'dim=None', (self, args) => {
    const strides = self.payload.source.kind === 'data' ? self.payload.source.layout.strides : rowMajor(self.payload.shape)
    const dim = args.number('dim')
    return dim === undefined ? sizeValue(strides) : int(strides.at(dim) ?? 1)
  }),
  tensorMethod('is_contiguous', '*args, **kwargs', () => bool(true)),
  tensorMethod('get_device', '', () => int(-1)),
  tensorMethod('data_ptr', '', (_, __, at) => unknown('addresses are not known', at.span)),
  tensorMethod('item', '', (self, _, at) => item(self, at)),
  tensorMethod('tolist', '', (self, _, at) => toList(self, at)),
  tensorMethod('numpy', '*args, **kwargs', (self, _, at) => arrayFromTensor(at, self)),
  tensorMethod('__len__', '', (self, _, at) =>
    self.payload.shape.length === 0
      ? at.interpreter.raise('TypeError', 'len() of a 0-d tensor', at.span)
      : int(self.payload.shape[0] as number),
  ),
  tensorMethod('__iter__', '', (self, _, at) => entries(self, at)),
  tensorMethod('__getitem__', 'key, /', (self, args, at) => getItem(at, self, args.value('key'))),
  tensorMethod('__setitem__', 'key, value, /', (self, args, at) => {
    const value = operandOf(args.value('value'))
    if (value !== null) setItem(at, self, args.value('key'), value)
    else if (args.value('value').kind === 'unknown')
      at.interpreter.note({ kind: 'unread', message: 'what is written into this tensor is not known', span: at.span })
    return none
  }),
  tensorMethod('__bool__', '', (self, _, at) => {
    const value = count(self.payload.shape) === 1 ? scalarOf(self.payload) : null
    if (value !== null) return bool(value !== 0)
    if (count(self.payload.shape) > 1)
      return at.interpreter.raise('RuntimeError', 'Boolean value of Tensor with more than one value is ambiguous', at.span)
    return unknown('the value of this tensor is only known when the model runs', at.span)
  }),
  tensorMethod('__int__', '', (self, _, at) => numberAs(self, at, (value) => int(Math.trunc(value)))),
  tensorMethod('__index__', '', (self, _, at) => numberAs(self, at, (value) => int(Math.trunc(value)))),
  tensorMethod('__float__', '', (self, _, at) => numberAs(self, at, (value) => float(value))),
  tensorMethod('__contains__', 'value, /', (_, __, at) => unknown('whether a tensor holds a value is not known', at.span)),
  tensorMethod('__hash__', '', (_, __, at) => unknown('hashes are not known', at.span)),
  tensorMethod('__repr__', '', (self) => str(`tensor(size=${sizes(self.payload.shape)})`)),
  tensorMethod('__format__', 'spec="", /', (self) => str(`tensor(size=${sizes(self.payload.shape)})`)),
  tensorMethod('__reversed__', '', (self) => self),
  tensorMethod('to', '*args, **kwargs', (self, args, at) => {
    const dtype = typeNamed(args)
    return dtype === null ? self : cast(at, self, dtype)
  }),
  tensorMethod('type', 'dtype=None, *args, **kwargs', (self, args, at) => {
    if (args.value('dtype').kind === 'none') return str('torch.FloatTensor')
    const dtype = dtypeOfValue(args.value('dtype'))
    return dtype === null ? self : cast(at, self, dtype)
  }),
  tensorMethod('type_as', 'other', (self, args, at) => {
    const other = args.value('other')
    return isTensor(other) ? cast(at, self, other.payload.dtype) : self
  }),
  tensorMethod('is_nonzero', '', (self, _, at) => numberAs(self, at, (value) => bool(value !== 0))),
  castsTo('float', 'float'),
  castsTo('double', 'float'),
  castsTo('half', 'float'),
  castsTo('bfloat16', 'float'),
  castsTo('long', 'int'),
  castsTo('int', 'int'),
  castsTo('short', 'int'),
  castsTo('byte', 'int'),
  castsTo('bool', 'bool'),
  returnsSelf('cuda'),
  returnsSelf('cpu'),
  returnsSelf('contiguous'),
  returnsSelf('pin_memory'),
  returnsSelf('share_memory_'),
  returnsSelf('resolve_conj'),
  returnsSelf('resolve_neg'),
  returnsSelf('rename'),
  returnsSelf('refine_names'),
  returnsSelf('coalesce'),
  returnsSelf('to_dense'),
  returnsSelf('dequantize'),
  returnsSelf('xpu'),
  returnsSelf('as_subclass'),
  returnsSelf('conj'),
  tensorMethod('clone', '*args, **kwargs', (self, _, at) => copyOf(self, at)),
  tensorMethod('detach', '', (self, _, at) => detach(at, self)),
  tensorMethod('detach_', '', (self) => self),
  tensorMethod('requires_grad_', 'requires_grad=True', (self, args) => {
    setTrainable(self, args.boolean('requires_grad') ?? true)
    return self
  }),
  tensorMethod('backward', '*args, **kwargs', (_, __, { interpreter }) => {
    noteTraining(interpreter)
    return none
  }),
  ...['register_hook', 'retain_grad', 'register_post_accumulate_grad_hook', 'record_stream'].map((name) =>
    tensorMethod(name, '*args, **kwargs', () => none),
  ),
)

function numberAs(self: TensorValue, at: Site, make: (value: number) => Value): Value {
  const value = scalarOf(self.payload)
  return value === null ? unknown('the value of this tensor is only known when the model runs', at.span) : make(value)
}
