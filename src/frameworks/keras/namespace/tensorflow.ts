/** `tensorflow`, as far as Keras programs use it. */
import type { Interpreter } from '../../../python/host'
import { none, str } from '../../../python/make'
import { native, nativeModule } from '../../../python/native'
import type { ModuleValue, Value } from '../../../python/values'
import { passThrough } from '../../torch/namespace/tolerant'
import { isTensor } from '../../torch/tensor'
import { parameterFrom } from '../../torch/tensor/parameter'
import { initializersModule } from '../initializers/classes'
import { randomBuiltins } from '../ops/random-functions'
import { tensorBuiltins } from '../ops/tensor-functions'
import { idleModule } from '../../namespace/idle'
import { elementwise } from './keras'
import { submodulesOf } from '../../namespace/submodules'

const dtypes: readonly (readonly [string, Value])[] = [
  'float16',
  'float32',
  'float64',
  'bfloat16',
  'int8',
  'uint8',
  'int32',
  'int64',
  'bool',
].map((name) => [name, str(name)])

const variable = native('Variable(initial_value=None, trainable=True, *args, **kwargs)', (args, interpreter) => {
  const given = args.value('initial_value')
  const value = given.kind === 'function' ? interpreter.call(given, [], undefined, args.span) : given
  if (!isTensor(value)) return value.kind === 'unknown' ? value : interpreter.unknown('what the variable starts as is not known', args.span)
  return parameterFrom({ interpreter, span: args.span }, value, args.boolean('trainable') ?? true)
})

function functions(): readonly (readonly [string, Value])[] {
  return [...tensorBuiltins, ...elementwise(false)]
}

export function tensorflowModule(interpreter: Interpreter): ModuleValue {
  const idle = idleModule('tensorflow')
  const names = new Set(['keras', ...tensorflowSubmodules.keys()])
  const submodule = submodulesOf(interpreter, 'tensorflow', names)
  return nativeModule(
    'tensorflow',
    [...functions(), ...dtypes, ['Variable', variable], ['function', passThrough('function')], ['__version__', str('2.19.0')]],
    (name) => (names.has(name) ? submodule(name) : idle.lookup?.(name)),
  )
}

export const tensorflowSubmodules: ReadonlyMap<string, (interpreter: Interpreter) => ModuleValue> = new Map<
  string,
  (interpreter: Interpreter) => ModuleValue
>([
  ['nn', () => idleModule('tensorflow.nn', functions())],
  ['math', () => idleModule('tensorflow.math', functions())],
  ['dtypes', () => idleModule('tensorflow.dtypes', [...functions(), ...dtypes])],
  ['linalg', () => idleModule('tensorflow.linalg', functions())],
  ['random', () => idleModule('tensorflow.random', [...randomBuiltins, ['set_seed', native('set_seed(seed)', () => none)]])],
  ['initializers', initializersModule],
])
