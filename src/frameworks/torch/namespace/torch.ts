/** The native module `torch`. */
import type { Interpreter } from '../../../python/host'
import { bool, float, int, none, str, unknown } from '../../../python/make'
import { native, nativeModule } from '../../../python/native'
import type { ModuleValue, Value } from '../../../python/values'
import { builtins } from '../functions'
import { deviceClass, dtypeClass, dtypes } from '../functions/dtypes'
import { tensorClasses } from '../tensor/classes'
import { installTensors } from '../tensor/install'
import { sizeClass } from '../tensor/size'
import { always, idleClass, idleContext, nothing, passThrough, unread } from './tolerant'

const contexts = ['no_grad', 'enable_grad', 'inference_mode', 'set_grad_enabled', 'autocast'] as const

/** Tensor classes of old: `torch.FloatTensor([1.0])`. */
const legacyTensors: readonly (readonly [string, string])[] = [
  ['FloatTensor', 'float32'],
  ['DoubleTensor', 'float64'],
  ['HalfTensor', 'float16'],
  ['LongTensor', 'int64'],
  ['IntTensor', 'int32'],
  ['ByteTensor', 'uint8'],
  ['BoolTensor', 'bool'],
]

function legacyTensor(name: string, dtype: string): Value {
  return native(`${name}(*args, **kwargs)`, (args, interpreter) => {
    const values = args.rest('args')
    const [only] = values
    const maker = values.length === 1 && only !== undefined && only.kind !== 'int' ? 'tensor' : 'empty'
    return interpreter.callWith(builtins.torch.get(maker) ?? none, {
      positional: values,
      keyword: new Map([['dtype', dtypes.get(dtype) ?? none]]),
      span: args.span,
    })
  })
}

const version = str('2.4.0')
/** A build for the CPU. */
const versionModule = nativeModule('torch.version', [
  ['__version__', version],
  ['cuda', none],
  ['hip', none],
])

const constants: readonly (readonly [string, Value])[] = [
  ['pi', float(Math.PI)],
  ['e', float(Math.E)],
  ['inf', float(Number.POSITIVE_INFINITY)],
  ['nan', float(Number.NaN)],
  ['newaxis', none],
  ['__version__', version],
  ...['complex32', 'complex64', 'complex128', 'cfloat', 'cdouble'].map(
    (name) => [name, unknown('complex tensors are not modelled')] as const,
  ),
  ['strided', str('strided')],
  ['contiguous_format', str('contiguous_format')],
  ['channels_last', str('channels_last')],
  ['channels_last_3d', str('channels_last_3d')],
  ['preserve_format', str('preserve_format')],
]

const finfo = native('finfo(dtype=None)', (args, interpreter) => {
  const value = interpreter.instantiate(finfoClass, args.span)
  const half = args.value('dtype') === dtypes.get('float16')
  const values: readonly (readonly [string, number])[] = half
    ? [
        ['max', 65504],
        ['min', -65504],
        ['eps', 2 ** -10],
        ['tiny', 2 ** -14],
      ]
    : [
        ['max', 3.4028234663852886e38],
        ['min', -3.4028234663852886e38],
        ['eps', 2 ** -23],
        ['tiny', 2 ** -126],
      ]
  for (const [name, number] of values) value.attributes.set(name, float(number))
  value.attributes.set('bits', int(half ? 16 : 32))
  return value
})
const finfoClass = idleClass('finfo', 'torch.finfo', [])

const iinfo = native('iinfo(dtype=None)', (args, interpreter) => {
  const value = interpreter.instantiate(finfoClass, args.span)
  value.attributes.set('max', int(Number.MAX_SAFE_INTEGER))
  value.attributes.set('min', int(Number.MIN_SAFE_INTEGER))
  return value
})

const idle = [
  'manual_seed',
  'set_default_dtype',
  'set_default_tensor_type',
  'set_default_device',
  'set_num_threads',
  'set_num_interop_threads',
  'set_printoptions',
  'save',
  'use_deterministic_algorithms',
  'set_float32_matmul_precision',
  '_assert',
  'set_warn_always',
] as const

export function torchModule(interpreter: Interpreter): ModuleValue {
  installTensors(interpreter)
  const { tensor } = tensorClasses(interpreter)
  const attributes: (readonly [string, Value])[] = [
    ...builtins.torch,
    ...dtypes,
    ...constants,
    ['version', versionModule],
    ['Tensor', tensor],
    ['Size', sizeClass],
    ['dtype', dtypeClass],
    ['device', deviceClass],
    ['Generator', idleClass('Generator', 'torch.Generator', ['manual_seed', 'seed', 'initial_seed'])],
    ['memory_format', idleClass('memory_format', 'torch.memory_format', [])],
    ['finfo', finfo],
    ['iinfo', iinfo],
    ...legacyTensors.map(([name, dtype]) => [name, legacyTensor(name, dtype)] as const),
    ...contexts.map((name) => [name, idleContext(name, `torch.${name}`)] as const),
    ...idle.map((name) => [name, nothing(name)] as const),
    ['seed', unread('seed', 'a random seed is not known')],
    ['initial_seed', unread('initial_seed', 'a random seed is not known')],
    ['load', unread('load', 'torch.load is not read: the file holds trained weights')],
    ['compile', passThrough('compile')],
    ['is_grad_enabled', always('is_grad_enabled', bool(true))],
    ['is_inference_mode_enabled', always('is_inference_mode_enabled', bool(false))],
    ['is_autocast_enabled', always('is_autocast_enabled', bool(false))],
    ['get_default_dtype', always('get_default_dtype', dtypes.get('float32') ?? none)],
    ['get_num_threads', always('get_num_threads', int(1))],
    ['stft', unread('stft', 'complex tensors are not modelled')],
    ['istft', unread('istft', 'complex tensors are not modelled')],
  ]
  return nativeModule('torch', attributes)
}
