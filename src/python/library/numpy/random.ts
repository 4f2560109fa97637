/** numpy.random: shapes are known, values are not, but what they are drawn from is. */
import type { Interpreter } from '../../host'
import { none } from '../../make'
import { type Bound, method, named, native, nativeClass } from '../../native'
import type { BuiltinValue, Value } from '../../values'
import { libraryModule, type ModuleFactory } from '../module'
import type { ArrayDraw } from './array'
import { makeArray, toShape } from './convert'

const hidden = 'what is drawn at random is not known'

function drawn(
  size: readonly Value[],
  draw: ArrayDraw | undefined,
  args: Bound,
  interpreter: Interpreter,
  type: 'float' | 'int' = 'float',
): Value {
  if (size.length === 0 || size[0] === none) return interpreter.unknown(hidden, args.span)
  const shape = toShape(size)
  return shape === undefined
    ? (args.firstUnknown() ?? interpreter.unknown('the shape of this array is not known', args.span))
    : makeArray(shape, null, type, draw ?? null)
}

function uniform(low: number, high: number): ArrayDraw {
  return { kind: 'uniform', mean: (low + high) / 2, std: Math.abs(high - low) / Math.sqrt(12) }
}

interface Draw {
  readonly names: readonly string[]
  readonly parameters: string
  run(args: Bound, interpreter: Interpreter): Value
}

/** Parameters of a distribution that are known, else none. */
function both(args: Bound, first: string, second: string, make: (a: number, b: number) => ArrayDraw): ArrayDraw | undefined {
  const [a, b] = [args.number(first), args.number(second)]
  return a === undefined || b === undefined ? undefined : make(a, b)
}

const draws: readonly Draw[] = [
  {
    names: ['randn'],
    parameters: '*size',
    run: (args, interpreter) => drawn(args.rest('size'), { kind: 'normal', mean: 0, std: 1 }, args, interpreter),
  },
  { names: ['rand'], parameters: '*size', run: (args, interpreter) => drawn(args.rest('size'), uniform(0, 1), args, interpreter) },
  {
    names: ['standard_normal'],
    parameters: 'size=None, dtype=None',
    run: (args, interpreter) => drawn([args.value('size')], { kind: 'normal', mean: 0, std: 1 }, args, interpreter),
  },
  {
    names: ['random', 'random_sample', 'sample', 'ranf'],
    parameters: 'size=None, dtype=None',
    run: (args, interpreter) => drawn([args.value('size')], uniform(0, 1), args, interpreter),
  },
  {
    names: ['normal'],
    parameters: 'loc=0.0, scale=1.0, size=None',
    run: (args, interpreter) =>
      drawn(
        [args.value('size')],
        both(args, 'loc', 'scale', (mean, std) => ({ kind: 'normal', mean, std })),
        args,
        interpreter,
      ),
  },
  {
    names: ['uniform'],
    parameters: 'low=0.0, high=1.0, size=None',
    run: (args, interpreter) => drawn([args.value('size')], both(args, 'low', 'high', uniform), args, interpreter),
  },
  {
    names: ['randint', 'integers'],
    parameters: 'low, high=None, size=None, dtype=None',
    run: (args, interpreter) => drawn([args.value('size')], undefined, args, interpreter, 'int'),
  },
]

const others = [
  'choice',
  'permutation',
  'beta',
  'binomial',
  'poisson',
  'exponential',
  'gamma',
  'multinomial',
  'dirichlet',
  'get_state',
  'laplace',
  'lognormal',
  'truncated_normal',
  'multivariate_normal',
  'bytes',
  'geometric',
  'rayleigh',
  'triangular',
]
const nothing = ['seed', 'set_state', 'shuffle']

function members(
  make: (signature: string, body: (args: Bound, interpreter: Interpreter) => Value) => BuiltinValue,
  self: string,
): [string, Value][] {
  return named(
    ...draws.flatMap(({ names, parameters, run }) => names.map((name) => make(`${name}(${self}${parameters})`, run))),
    ...others.map((name) => make(`${name}(${self}*args, **kwargs)`, (args, interpreter) => interpreter.unknown(hidden, args.span))),
    ...nothing.map((name) => make(`${name}(${self}*args, **kwargs)`, () => none)),
  )
}

const generator = nativeClass({
  name: 'Generator',
  qualifiedName: 'numpy.random.Generator',
  attributes: [...named(method('__init__(self, *args, **kwargs)', () => none)), ...members(method, 'self, ')],
})

export const numpyRandom: ModuleFactory = libraryModule('numpy.random', [
  ...members(native, ''),
  ['RandomState', generator],
  ['Generator', generator],
  ...named(native('default_rng(seed=None)', (args, interpreter) => interpreter.instantiate(generator, args.span))),
])
