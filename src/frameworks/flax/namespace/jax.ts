/** `jax` and its submodules. */
import type { Interpreter } from '../../../python/host'
import { int, list, none, str } from '../../../python/make'
import { native, nativeModule } from '../../../python/native'
import type { BuiltinValue, ModuleValue, Value } from '../../../python/values'
import { idleModule } from '../../namespace/idle'
import { submodulesOf } from '../../namespace/submodules'
import { passThrough } from '../../torch/namespace/tolerant'
import { tensorClasses } from '../../torch/tensor/classes'
import { toTensor } from '../arrays/call'
import { createFunctions } from '../arrays/create'
import { arrayTypes } from '../arrays/dtypes'
import { arrayBuiltins } from '../arrays/declare'
import { elementwiseFunctions, nonlinearities } from '../arrays/elementwise'
import { imageFunctions } from '../arrays/image'
import { productFunctions } from '../arrays/product'
import { normFunction, reduceFunctions } from '../arrays/reduce'
import { shapeFunctions } from '../arrays/shape'
import { initializersModule } from '../initializers/functions'
import { controlFunctions } from '../jax/control'
import { customGradient, withOwnDerivative } from '../jax/derivative'
import { randomModule } from '../jax/random'
import { treeFunctions } from '../jax/trees'
import { attentionFunctions } from '../layers/attention'
import { convolutionFunctions } from '../layers/lax-conv'

type Factory = (interpreter: Interpreter) => ModuleValue

/** Functions that are there and not modelled give an Unknown that says so. */
function open(module: string): (name: string) => Value | undefined {
  const made = new Map<string, Value>()
  return (name) => {
    if (name.startsWith('__')) return undefined
    const known =
      made.get(name) ??
      native(`${name}(*args, **kwargs)`, (args, interpreter) => interpreter.unknown(`${module}.${name} is not modelled`, args.span))
    made.set(name, known)
    return known
  }
}

const numbers: readonly (readonly [string, Value])[] = [
  ['pi', { kind: 'float', value: Math.PI }],
  ['e', { kind: 'float', value: Math.E }],
  ['inf', { kind: 'float', value: Number.POSITIVE_INFINITY }],
  ['nan', { kind: 'float', value: Number.NaN }],
  ['newaxis', none],
]

const numpyFunctions = arrayBuiltins([
  ...elementwiseFunctions,
  ...reduceFunctions,
  ...shapeFunctions,
  ...productFunctions,
  ...createFunctions,
])

function numpyModule(interpreter: Interpreter): ModuleValue {
  const ndarray = tensorClasses(interpreter).tensor
  return nativeModule(
    'jax.numpy',
    [
      ...numpyFunctions,
      ...arrayTypes,
      ...numbers,
      ['ndarray', ndarray],
      ['linalg', nativeModule('jax.numpy.linalg', arrayBuiltins([normFunction]), open('jax.numpy.linalg'))],
      ['fft', nativeModule('jax.numpy.fft', [], open('jax.numpy.fft'))],
      ['dtype', native('dtype(x)', (args) => args.value('x'))],
      ['issubdtype', native('issubdtype(a, b)', (args, inner) => inner.unknown('types of arrays are not compared', args.span))],
      ['finfo', native('finfo(dtype)', () => typeLimits)],
      ['iinfo', native('iinfo(dtype)', () => typeLimits)],
    ],
    open('jax.numpy'),
  )
}

/** Limits of float32. */
const typeLimits = nativeModule('finfo', [
  ['max', { kind: 'float', value: 3.4028234663852886e38 }],
  ['min', { kind: 'float', value: -3.4028234663852886e38 }],
  ['eps', { kind: 'float', value: 1.1920928955078125e-7 }],
  ['tiny', { kind: 'float', value: 1.1754943508222875e-38 }],
])

/** Gives its first argument: a sum over devices of which there is one. */
const identities: readonly (readonly [string, Value])[] = [
  'pmean',
  'psum',
  'pmax',
  'all_gather',
  'with_sharding_constraint',
  'optimization_barrier',
].map((name) => [name, native(`${name}(x, *args, **kwargs)`, (args) => args.value('x'))])

const nnFunctions = arrayBuiltins([
  ...nonlinearities,
  ...reduceFunctions,
  ...createFunctions.filter(({ names }) => names.includes('one_hot')),
  ...attentionFunctions,
])

export const jaxSubmodules: ReadonlyMap<string, Factory> = new Map<string, Factory>([
  ['numpy', numpyModule],
  ['nn', (interpreter) => nativeModule('jax.nn', [...nnFunctions, ['initializers', initializersModule(interpreter)]], open('jax.nn'))],
  ['nn.initializers', initializersModule],
  [
    'lax',
    () =>
      nativeModule(
        'jax.lax',
        [
          ...numpyFunctions,
          ...arrayBuiltins(convolutionFunctions),
          ...identities,
          ...controlFunctions,
          ['Precision', idleModule('jax.lax.Precision')],
        ],
        open('jax.lax'),
      ),
  ],
  ['random', randomModule],
  ['image', () => nativeModule('jax.image', arrayBuiltins(imageFunctions), open('jax.image'))],
  ['tree_util', () => idleModule('jax.tree_util', treeFunctions)],
  ['tree', () => idleModule('jax.tree', treeFunctions)],
  [
    'scipy',
    () =>
      nativeModule(
        'jax.scipy',
        [
          [
            'special',
            nativeModule('jax.scipy.special', arrayBuiltins([...elementwiseFunctions, ...reduceFunctions]), open('jax.scipy.special')),
          ],
        ],
        open('jax.scipy'),
      ),
  ],
  [
    'scipy.special',
    () => nativeModule('jax.scipy.special', arrayBuiltins([...elementwiseFunctions, ...reduceFunctions]), open('jax.scipy.special')),
  ],
  ...[
    'config',
    'experimental',
    'sharding',
    'profiler',
    'debug',
    'dtypes',
    'typing',
    'core',
    'interpreters',
    'ad_checkpoint',
    'distributed',
    'errors',
    'extend',
    'example_libraries',
    'monitoring',
    'util',
    'stages',
    'flatten_util',
    'custom_derivatives',
    'custom_batching',
    'ops',
    'api_util',
    'test_util',
    'tools',
    'lib',
  ].map((name): [string, Factory] => [name, () => idleModule(`jax.${name}`)]),
])

/** A function that is not called here: what it gives is known when the program runs. */
function differentiated(name: string): BuiltinValue {
  return native(`${name}(fun=None, *args, **kwargs)`, () =>
    native(`${name}(*args, **kwargs)`, (args, interpreter) => interpreter.unknown(`what jax.${name} gives is not followed`, args.span)),
  )
}

const transforms: readonly (readonly [string, Value])[] = [
  ...['jit', 'checkpoint', 'remat', 'named_call', 'named_scope', 'block_until_ready', 'ensure_compile_time_eval'].map(
    (name) => [name, passThrough(name)] as const,
  ),
  ['custom_gradient', customGradient],
  ...['custom_vjp', 'custom_jvp'].map((name) => [name, withOwnDerivative(name)] as const),
  ...[
    'grad',
    'value_and_grad',
    'jvp',
    'vjp',
    'jacfwd',
    'jacrev',
    'hessian',
    'pmap',
    'vmap',
    'linearize',
    'eval_shape',
    'make_jaxpr',
    'pure_callback',
    'shard_map',
  ].map((name) => [name, differentiated(name)] as const),
]

/** Arrays become JAX'; what is none stays as it is. */
const placed = (name: string): readonly [string, Value] => [
  name,
  native(`${name}(x, *args, **kwargs)`, (args, interpreter) => {
    const x = args.value('x')
    return x.kind === 'instance' ? (toTensor({ interpreter, span: args.span }, x) ?? x) : x
  }),
]

const machine: readonly (readonly [string, Value])[] = [
  ...['device_count', 'local_device_count', 'process_count', 'host_count'].map(
    (name) => [name, native(`${name}(*args)`, () => int(1))] as const,
  ),
  ...['process_index', 'host_id'].map((name) => [name, native(`${name}(*args)`, () => int(0))] as const),
  ...['devices', 'local_devices'].map((name) => [name, native(`${name}(*args)`, () => list([str('cpu')]))] as const),
  ...['device_put', 'device_get'].map(placed),
  ['default_backend', native('default_backend()', () => str('cpu'))],
  ['tree_map', treeFunctions.get('map') ?? none],
  ['__version__', str('0.10.2')],
]

export function jaxModule(interpreter: Interpreter): ModuleValue {
  const names = new Set([...jaxSubmodules.keys()].filter((name) => !name.includes('.')))
  const submodule = submodulesOf(interpreter, 'jax', names)
  const idle = idleModule('jax')
  return nativeModule('jax', [...transforms, ...machine, ['Array', tensorClasses(interpreter).tensor]], (name) =>
    names.has(name) ? submodule(name) : idle.lookup?.(name),
  )
}
