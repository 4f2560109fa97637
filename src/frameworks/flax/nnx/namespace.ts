/** `flax.nnx` beside its layers: parameters, random numbers, containers, transformations. */
import type { Interpreter } from '../../../python/host'
import { dict, list, none } from '../../../python/make'
import { method, native, nativeClass, nativeModule } from '../../../python/native'
import type { ClassValue, ModuleValue, Value } from '../../../python/values'
import { idleModule } from '../../namespace/idle'
import { passThrough } from '../../torch/namespace/tolerant'
import { parameterFrom } from '../../torch/tensor/parameter'
import { toTensor } from '../arrays/call'
import { jaxFans } from '../initializers/draw'
import { keyValue } from '../jax/keys'
import { randomModule } from '../jax/random'
import { withOwnDerivative } from '../jax/derivative'
import { sharedNames } from '../namespace/shared'
import { nnxLayers } from './layers'
import { liftedFunctions } from './lifted'
import { nnxModuleClass } from './module'
import { splitCount } from './splits'

/** `nnx.Param(value)`: an array of the module's own that is trained. */
const param = native('Param(value, *args, **kwargs)', (args, interpreter) => {
  const value = args.value('value')
  const at = { interpreter, span: args.span }
  const tensor = toTensor(at, value)
  if (tensor === null) return value.kind === 'unknown' ? value : interpreter.unknown('what the parameter starts as is not known', args.span)
  const made = parameterFrom(at, tensor, true)
  const { source, shape } = made.payload
  if (source.kind === 'data' && source.storage.parameter !== null) source.storage.parameter.fans = shape.length < 2 ? null : jaxFans(shape)
  return made
})

/** Other variables are state: their value as it is. */
const variable = (name: string): readonly [string, Value] => [
  name,
  native(`${name}(value=None, *args, **kwargs)`, (args) => args.value('value')),
]

/** Streams that are mapped over: as many as they were split into. */
function split(interpreter: Interpreter, rngs: Value, count: Value): Value {
  if (count.kind === 'none') return rngs
  const made = newRngs(interpreter)
  if (made.kind === 'instance') made.attributes.set(splitCount, count)
  return made
}

/** Keys by stream: `rngs()`, `rngs.params()`, `rngs.params.normal((2, 3))`. */
function rngsClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('flax.nnx.Rngs', () => {
    const draws = new Set(['normal', 'uniform', 'truncated_normal', 'bernoulli', 'randint', 'permutation'])
    const made: ClassValue = nativeClass({
      name: 'Rngs',
      qualifiedName: 'flax.nnx.Rngs',
      attributes: [
        ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
        ['__call__', method('__call__(self, *args)', (_, inner) => keyValue(inner))],
        ['__getitem__', method('__getitem__(self, name)', (args) => args.value('self'))],
        ['fork', method('fork(self, /, *, split=None)', (args, inner) => split(inner, args.value('self'), args.value('split')))],
        ['split', method('split(self, split=None)', (args, inner) => split(inner, args.value('self'), args.value('split')))],
        [
          '__getattr__',
          method('__getattr__(self, name)', (args, inner) => {
            const name = args.string('name') ?? ''
            if (name.startsWith('__')) return inner.raise('AttributeError', name, args.span)
            if (!draws.has(name)) return args.value('self')
            const draw = inner.getAttribute(randomModule(inner), name)
            return native(`${name}(*args, **kwargs)`, (given, other) =>
              other.callWith(draw, {
                positional: [keyValue(other), ...given.rest('args')],
                keyword: given.keywords('kwargs'),
                span: given.span,
              }),
            )
          }),
        ],
      ],
    })
    return made
  })
}

/** A key-value store of Rngs for code that is called without one. */
export function newRngs(interpreter: Interpreter): Value {
  return interpreter.call(rngsClass(interpreter), [])
}

const containers: readonly (readonly [string, Value])[] = [
  ['List', native('List(it=())', (args, interpreter) => list([...(interpreter.items(args.value('it'), args.span) ?? [])]))],
  [
    'Dict',
    native('Dict(*args, **kwargs)', (args) => {
      const [first] = args.rest('args')
      const own = [...args.keywords('kwargs')].map(([name, value]) => [{ kind: 'str', value: name } as const, value] as const)
      return dict([...(first?.kind === 'dict' ? first.entries.entries() : []), ...own])
    }),
  ],
  ['data', native('data(value=None)', (args) => args.value('value'))],
  ['static', native('static(value=None)', (args) => args.value('value'))],
  ['with_partitioning', native('with_partitioning(initializer, *args, **kwargs)', (args) => args.value('initializer'))],
  ['with_metadata', native('with_metadata(initializer, *args, **kwargs)', (args) => args.value('initializer'))],
  ['identity', native('identity(x)', (args) => args.value('x'))],
]

export function nnxModule(interpreter: Interpreter): ModuleValue {
  const base = nnxModuleClass(interpreter)
  const idle = idleModule('flax.nnx')
  const shown: readonly (readonly [string, Value])[] = [
    ...sharedNames(interpreter),
    ...nnxLayers(interpreter),
    ...containers,
    ...liftedFunctions,
    ...['jit', 'remat', 'dataclass'].map((name) => [name, passThrough(name)] as const),
    ['custom_vjp', withOwnDerivative('custom_vjp')],
    ['Module', base],
    ['Object', base],
    ['Pytree', base],
    ['RNNCellBase', base],
    ['Rngs', rngsClass(interpreter)],
    ['Param', param],
    ...['Variable', 'BatchStat', 'Cache', 'Intermediate', 'Perturbation', 'RngState'].map(variable),
    ...['grad', 'value_and_grad', 'pmap', 'eval_shape', 'shard_map'].map(
      (name) =>
        [name, native(`${name}(*args, **kwargs)`, (args, inner) => inner.unknown(`nnx.${name} is not followed`, args.span))] as const,
    ),
  ]
  return nativeModule('flax.nnx', shown, (name) => idle.lookup?.(name))
}
