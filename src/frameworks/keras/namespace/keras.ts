/** `keras` and its submodules. */
import type { Interpreter } from '../../../python/host'
import { float, none, str, unknown } from '../../../python/make'
import { native, nativeModule } from '../../../python/native'
import type { BuiltinValue, ModuleValue, Value } from '../../../python/values'
import { policySetters } from '../layer/dtype-policy'
import { layerClass } from '../layer/base'
import { initializerClasses, initializersModule } from '../initializers/classes'
import { cloneModel } from '../model/clone'
import { inputFunction } from '../model/input'
import { modelClass } from '../model/class'
import { sequentialClass } from '../model/sequential'
import { elementwiseEntries } from '../ops/activation-functions'
import { activationFunction, activationNames, softmaxFunction } from '../ops/activations'
import { randomBuiltins } from '../ops/random-functions'
import { tensorBuiltins } from '../ops/tensor-functions'
import { datasetsModule } from './datasets'
import { decorators } from './decorators'
import { idleModule } from '../../namespace/idle'
import { layersModule } from './layers'
import { submodulesOf } from '../../namespace/submodules'

/** Elementwise functions and softmax. */
export function elementwise(approximateGelu: boolean): readonly (readonly [string, BuiltinValue])[] {
  return [
    ...elementwiseEntries(approximateGelu).flatMap((entry) => entry.names.map((name) => [name, activationFunction(name, entry)] as const)),
    ['softmax', softmaxFunction('softmax', false)],
    ['log_softmax', softmaxFunction('log_softmax', true)],
  ]
}

const unmodelled =
  (module: string) =>
  (name: string): Value | undefined =>
    name.startsWith('__') ? undefined : unknown(`${module}.${name} is not modelled`)

const backendNames: readonly (readonly [string, Value])[] = [
  ['image_data_format', native('image_data_format()', () => str('channels_last'))],
  ['set_image_data_format', native('set_image_data_format(data_format)', () => none)],
  ['epsilon', native('epsilon()', () => float(1e-7))],
  ['floatx', native('floatx()', () => str('float32'))],
  ['backend', native('backend()', () => str('tensorflow'))],
  ['clear_session', native('clear_session(*args, **kwargs)', () => none)],
  ['is_keras_tensor', native('is_keras_tensor(x)', () => ({ kind: 'bool', value: true }))],
]

/** `keras.ops`, which has the same functions again in `nn`, `image`, `linalg` and `numpy`. */
function opsModule(name: string): ModuleValue {
  const functions: readonly (readonly [string, Value])[] = [...tensorBuiltins, ...elementwise(true)]
  const parts = ['nn', 'image', 'linalg', 'numpy'].map(
    (part) => [part, nativeModule(`${name}.${part}`, functions, unmodelled(`${name}.${part}`))] as const,
  )
  return nativeModule(name, [...functions, ...parts], unmodelled(name))
}

export type Submodules = ReadonlyMap<string, (interpreter: Interpreter) => ModuleValue>

export const kerasSubmodules: Submodules = new Map<string, (interpreter: Interpreter) => ModuleValue>([
  ['layers', layersModule],
  ['models', (interpreter) => idleModule('keras.models', modelNames(interpreter))],
  ['initializers', initializersModule],
  ['activations', () => nativeModule('keras.activations', activationNames, unmodelled('keras.activations'))],
  ['ops', () => opsModule('keras.ops')],
  [
    'backend',
    () => nativeModule('keras.backend', [...tensorBuiltins, ...elementwise(false), ...backendNames], unmodelled('keras.backend')),
  ],
  ['random', () => nativeModule('keras.random', randomBuiltins, unmodelled('keras.random'))],
  ['datasets', datasetsModule],
  // Its networks are other files', which are not part of the program.
  ['applications', () => nativeModule('keras.applications', [], unmodelled('keras.applications'))],
  ['config', () => idleModule('keras.config', [...backendNames, ...policySetters])],
  ['mixed_precision', () => idleModule('keras.mixed_precision', policySetters)],
  ['saving', () => idleModule('keras.saving', decorators)],
  ['utils', () => idleModule('keras.utils', [...decorators, ['set_random_seed', native('set_random_seed(seed)', () => none)]])],
  ...[
    'optimizers',
    'losses',
    'metrics',
    'callbacks',
    'regularizers',
    'constraints',
    'preprocessing',
    'distribution',
    'export',
    'wrappers',
    'estimator',
    'experimental',
    'quantizers',
    'tree',
    'legacy',
    'visualization',
  ].map((name): [string, (interpreter: Interpreter) => ModuleValue] => [name, () => idleModule(`keras.${name}`)]),
])

function modelNames(interpreter: Interpreter): readonly (readonly [string, Value])[] {
  return [
    ['Model', modelClass(interpreter)],
    ['Sequential', sequentialClass(interpreter)],
    ['Functional', modelClass(interpreter)],
    ['clone_model', cloneModel],
  ]
}

/** The module under one of its names. */
export function kerasModule(name: string): (interpreter: Interpreter) => ModuleValue {
  return (interpreter) => {
    const submodule = submodulesOf(interpreter, name, new Set(kerasSubmodules.keys()))
    const idle = idleModule(name)
    return nativeModule(
      name,
      [
        ...modelNames(interpreter),
        ['Input', inputFunction],
        ['Layer', layerClass(interpreter)],
        ['__version__', str('3.15.1')],
        ['Initializer', initializerClasses(interpreter).base],
      ],
      (attribute) => (kerasSubmodules.has(attribute) ? submodule(attribute) : idle.lookup?.(attribute)),
    )
  }
}
