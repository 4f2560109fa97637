/** torch.dtype, torch.device and their kin as values. */

import { none, str } from '../../../python/make'
import { method, native, nativeClass } from '../../../python/native'
import type { ClassValue, InstanceValue, Value } from '../../../python/values'
import type { DType } from '../tensor'

interface DTypePayload {
  readonly kind: 'torch.dtype'
  readonly name: string
  readonly dtype: DType
}

const text = (render: (self: InstanceValue) => string) =>
  method('__repr__(self)', (args) => {
    const self = args.value('self')
    return str(self.kind === 'instance' ? render(self) : '')
  })

function isDtypePayload(payload: unknown): payload is DTypePayload {
  return typeof payload === 'object' && payload !== null && (payload as { kind?: unknown }).kind === 'torch.dtype'
}

export const dtypeClass: ClassValue = nativeClass({
  name: 'dtype',
  qualifiedName: 'torch.dtype',
  attributes: [['__repr__', text((self) => (isDtypePayload(self.payload) ? `torch.${self.payload.name}` : 'torch.dtype'))]],
})

const table: readonly (readonly [DType, string, ...string[]])[] = [
  ['float', 'float32', 'float'],
  ['float', 'float64', 'double'],
  ['float', 'float16', 'half'],
  ['float', 'bfloat16'],
  ['int', 'int64', 'long'],
  ['int', 'int32', 'int'],
  ['int', 'int16', 'short'],
  ['int', 'int8'],
  ['int', 'uint8'],
  ['int', 'uint16'],
  ['int', 'uint32'],
  ['int', 'uint64'],
  ['float', 'float8_e4m3fn'],
  ['float', 'float8_e5m2'],
  ['bool', 'bool'],
]

const made = new Map<string, InstanceValue>()

/** `torch.float32`, `torch.float`, …: one object for each type. */
export const dtypes: ReadonlyMap<string, InstanceValue> = (() => {
  for (const [dtype, name, ...aliases] of table) {
    const payload: DTypePayload = { kind: 'torch.dtype', name, dtype }
    const value: InstanceValue = {
      kind: 'instance',
      cls: dtypeClass,
      payload,
      span: null,
      attributes: new Map<string, Value>([
        ['is_floating_point', { kind: 'bool', value: dtype === 'float' }],
        ['itemsize', none],
      ]),
    }
    for (const each of [name, ...aliases]) made.set(each, value)
  }
  return made
})()

const names: Readonly<Record<DType, string>> = { float: 'float32', int: 'int64', bool: 'bool' }

export function dtypeValue(dtype: DType): Value {
  return dtypes.get(names[dtype]) ?? none
}

/** The element type that a torch.dtype (or Python's float, int, bool) names; null for anything else. */
export function dtypeOfValue(value: Value): DType | null {
  if (value.kind === 'instance' && isDtypePayload(value.payload)) return value.payload.dtype
  if (value.kind === 'class') {
    if (value.name === 'float' || value.name === 'int' || value.name === 'bool') return value.name
  }
  if (value.kind === 'str') {
    const named = /^torch\.(.*)$/.exec(value.value)?.[1]
    const known = named === undefined ? undefined : made.get(named)
    return known !== undefined && isDtypePayload(known.payload) ? known.payload.dtype : (legacyTypes.get(value.value) ?? null)
  }
  return null
}

/** `x.type('torch.FloatTensor')`. */
const legacyTypes: ReadonlyMap<string, DType> = new Map([
  ['torch.FloatTensor', 'float'],
  ['torch.DoubleTensor', 'float'],
  ['torch.HalfTensor', 'float'],
  ['torch.cuda.FloatTensor', 'float'],
  ['torch.LongTensor', 'int'],
  ['torch.IntTensor', 'int'],
  ['torch.ByteTensor', 'int'],
  ['torch.BoolTensor', 'bool'],
])

export const deviceClass: ClassValue = nativeClass({
  name: 'device',
  qualifiedName: 'torch.device',
  attributes: [
    [
      '__new__',
      {
        kind: 'staticMethod',
        fn: native('device(cls, type="cpu", index=None)', (args) => newDevice(args.value('type'), args.value('index'))),
      },
    ],
    ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
    ['__repr__', text((self) => `device(type='${deviceName(self)}')`)],
    ['__str__', text(deviceName)],
    [
      '__eq__',
      method('__eq__(self, other)', (args) => {
        const [self, other] = [args.value('self'), args.value('other')]
        const name = other.kind === 'str' ? other.value : other.kind === 'instance' ? deviceName(other) : ''
        return { kind: 'bool', value: self.kind === 'instance' && deviceName(self) === name }
      }),
    ],
  ],
})

function newDevice(type: Value, index: Value): Value {
  if (type.kind === 'instance' || type.kind === 'unknown') return type
  const name = type.kind === 'str' ? type.value : type.kind === 'int' ? `cuda:${type.value}` : 'cpu'
  return deviceValue(index.kind === 'int' ? `${name}:${index.value}` : name)
}

function deviceName(device: InstanceValue): string {
  const type = device.attributes.get('type')
  const index = device.attributes.get('index')
  return type?.kind === 'str' ? `${type.value}${index?.kind === 'int' ? `:${index.value}` : ''}` : 'cpu'
}

/** `torch.device('cuda:0')`. */
export function deviceValue(name: string): InstanceValue {
  const [type = 'cpu', index] = name.split(':')
  return {
    kind: 'instance',
    cls: deviceClass,
    payload: null,
    span: null,
    attributes: new Map<string, Value>([
      ['type', str(type)],
      ['index', index === undefined ? none : { kind: 'int', value: Number(index) }],
    ]),
  }
}

export const cpu = deviceValue('cpu')
