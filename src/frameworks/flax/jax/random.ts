/** `jax.random`. */
import type { Distribution } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import { type Bound, native, nativeModule } from '../../../python/native'
import type { ModuleValue, Value } from '../../../python/values'
import { integersOf } from '../../torch/functions/call'
import { bernoulli } from '../../torch/tensor/distribution'
import { drawnTensor, unknownData } from '../../torch/tensor/make'
import { isTensor } from '../../torch/tensor'
import { cutNormal } from '../initializers/draw'
import { keys, keyValue } from './keys'

function shapeOf(args: Bound): readonly number[] | null {
  const value = args.value('shape')
  if ((value.kind === 'tuple' || value.kind === 'list') && value.items.length === 0) return []
  return integersOf(value)
}

/** Noise of a shape; `distribution` is null where an argument is not known. */
function noise(signature: string, distribution: (args: Bound) => Distribution | null): readonly [string, Value] {
  const name = signature.slice(0, signature.indexOf('('))
  return [
    name,
    native(signature, (args, interpreter) => {
      const shape = shapeOf(args)
      const drawn = distribution(args)
      if (shape === null || drawn === null) return args.firstUnknown() ?? interpreter.unknown('the noise is not known', args.span)
      return drawnTensor({ interpreter, span: args.span }, shape, drawn, name)
    }),
  ]
}

/** Integers of which only the shape is known. */
function integers(signature: string): readonly [string, Value] {
  const name = signature.slice(0, signature.indexOf('('))
  return [
    name,
    native(signature, (args, interpreter) => {
      const shape = shapeOf(args)
      return shape === null
        ? (args.firstUnknown() ?? interpreter.unknown('the shape of the draw is not known', args.span))
        : unknownData({ interpreter, span: args.span }, shape, 'int', `it is drawn by jax.random.${name}`)
    }),
  ]
}

const tail = 'dtype=None, out_sharding=None'

const functions: readonly (readonly [string, Value])[] = [
  ...['key', 'PRNGKey', 'wrap_key_data', 'fold_in', 'clone', 'key_data'].map((name): readonly [string, Value] => [
    name,
    native(`${name}(*args, **kwargs)`, (_, interpreter) => keyValue(interpreter)),
  ]),
  ['split', native('split(key=None, num=2)', (args, interpreter) => keys(interpreter, args.number('num') ?? 2))],
  noise(`normal(key=None, shape=(), ${tail})`, () => ({ kind: 'normal', mean: 0, std: 1 })),
  noise(`uniform(key=None, shape=(), dtype=None, minval=0.0, maxval=1.0, out_sharding=None)`, (args) => {
    const [low, high] = [args.number('minval'), args.number('maxval')]
    return low === undefined || high === undefined ? null : { kind: 'uniform', low, high }
  }),
  noise(`truncated_normal(key=None, lower=-2.0, upper=2.0, shape=(), ${tail})`, (args) => {
    const [low, high] = [args.number('lower'), args.number('upper')]
    return low === undefined || high === undefined ? null : cutNormal(1, low, high)
  }),
  integers('randint(key=None, shape=(), minval=0, maxval=2, dtype=None)'),
  integers('permutation(key=None, shape=(), axis=0, independent=False)'),
  [
    'bernoulli',
    native('bernoulli(key=None, p=0.5, shape=None)', (args, interpreter) => {
      const p = args.value('p')
      const probability = args.number('p')
      const shape = args.value('shape').kind === 'none' ? (isTensor(p) ? p.payload.shape : []) : shapeOf(args)
      const at = { interpreter, span: args.span }
      if (shape === null) return args.firstUnknown() ?? interpreter.unknown('the mask is not known', args.span)
      return probability === undefined
        ? unknownData(at, shape, 'bool', 'it is drawn by jax.random.bernoulli')
        : drawnTensor(at, shape, bernoulli(probability), 'bernoulli', 'bool')
    }),
  ],
]

export function randomModule(_interpreter: Interpreter): ModuleValue {
  const made = new Map<string, Value>()
  return nativeModule('jax.random', functions, (name) => {
    if (name.startsWith('__')) return undefined
    const known =
      made.get(name) ??
      native(`${name}(*args, **kwargs)`, (args, interpreter) => interpreter.unknown(`jax.random.${name} is not followed`, args.span))
    made.set(name, known)
    return known
  })
}
