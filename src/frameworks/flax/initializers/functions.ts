/** `jax.nn.initializers`: functions that make initializers, and initializers as functions of a key, a shape and a type. */
import { asIntegers, asNumber, asString } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { type Bound, native, nativeModule } from '../../../python/native'
import type { BuiltinValue, ModuleValue, Value } from '../../../python/values'
import { shortNumber } from '../../torch/tensor/distribution'
import { drawnTensor } from '../../torch/tensor/make'
import { type Axes, constant, cutNormal, type Drawn, type Family, jaxFans, lastTwo, type Mode, varianceScaling } from './draw'

/** What an initializer draws for a shape; null where it cannot. */
type Draw = (shape: readonly number[]) => Drawn | null

function initializer(name: string, draw: Draw): BuiltinValue {
  return native('init(key=None, shape=None, dtype=None, out_sharding=None)', (args, interpreter) => {
    const shape = args.value('shape').kind === 'none' ? undefined : (asIntegers(args.value('shape')) ?? emptyShape(args.value('shape')))
    if (shape === undefined) return args.firstUnknown() ?? interpreter.unknown(`${name}: the shape to draw is not known`, args.span)
    const drawn = draw(shape)
    if (drawn === null) return interpreter.raise('ValueError', `${name} cannot draw an array of shape (${shape.join(', ')})`, args.span)
    const tensor = drawnTensor({ interpreter, span: args.span }, shape, drawn.distribution, drawn.label)
    const { source } = tensor.payload
    if (source.kind === 'data' && drawn.distribution.kind === 'constant') {
      const { value } = drawn.distribution
      source.storage.elements = () => value
    }
    return tensor
  })
}

function emptyShape(value: Value): readonly number[] | undefined {
  return (value.kind === 'tuple' || value.kind === 'list') && value.items.length === 0 ? [] : undefined
}

const always =
  (drawn: Drawn): Draw =>
  () =>
    drawn

export const zeros = initializer('zeros', always(constant(0)))
export const ones = initializer('ones', always(constant(1)))

export function constantInitializer(value: number): BuiltinValue {
  return initializer('constant', always(constant(value)))
}

interface Scheme {
  readonly scale: number
  readonly mode: Mode
  readonly family: Family
}

function scaled(name: string, { scale, mode, family }: Scheme, axes: Axes): BuiltinValue {
  return initializer(name, (shape) => {
    const fans = jaxFans(shape, axes)
    return fans === null ? null : { distribution: varianceScaling(fans, scale, mode, family), label: name }
  })
}

const axesSignature = 'in_axis=-2, out_axis=-1, batch_axis=(), dtype=None'

function axesIn(args: Bound): Axes | null {
  const [input, output, batch] = ['in_axis', 'out_axis', 'batch_axis'].map(
    (name) => asIntegers(args.value(name)) ?? emptyShape(args.value(name)),
  )
  return input === undefined || output === undefined || batch === undefined ? null : { input, output, batch }
}

const named: readonly (readonly [readonly string[], Scheme])[] = [
  [['glorot_uniform', 'xavier_uniform'], { scale: 1, mode: 'fan_avg', family: 'uniform' }],
  [['glorot_normal', 'xavier_normal'], { scale: 1, mode: 'fan_avg', family: 'truncated_normal' }],
  [['he_uniform', 'kaiming_uniform'], { scale: 2, mode: 'fan_in', family: 'uniform' }],
  [['he_normal', 'kaiming_normal'], { scale: 2, mode: 'fan_in', family: 'truncated_normal' }],
  [['lecun_uniform'], { scale: 1, mode: 'fan_in', family: 'uniform' }],
  [['lecun_normal'], { scale: 1, mode: 'fan_in', family: 'truncated_normal' }],
]

export const lecunNormal = scaled('lecun_normal', { scale: 1, mode: 'fan_in', family: 'truncated_normal' }, lastTwo)
export const orthogonalInitializer = orthogonal(1, -1)
/** Embed's default: a normal of variance 1/features. */
export const embedInitializer = scaled(
  'variance_scaling(1, fan_in, normal)',
  { scale: 1, mode: 'fan_in', family: 'normal' },
  { input: [-2], output: [0], batch: [] },
)

/** Semi-orthogonal in the matrix of one axis and all others. */
function orthogonal(scale: number, columnAxis: number): BuiltinValue {
  const label = scale === 1 ? 'orthogonal' : `orthogonal(${shortNumber(scale)})`
  return initializer('orthogonal', (shape) =>
    shape.length < 2 || shape.at(columnAxis) === undefined ? null : { distribution: { kind: 'orthogonal', gain: scale }, label },
  )
}

/** A function of numbers that makes an initializer. */
function maker(signature: string, make: (number: (name: string) => number, args: Bound) => BuiltinValue | null): BuiltinValue {
  return native(signature, (args, interpreter) => {
    let isKnown = true
    const number = (name: string): number => {
      const found = asNumber(args.value(name))
      isKnown &&= found !== undefined
      return found ?? 0
    }
    const made = make(number, args)
    if (isKnown && made !== null) return made
    return args.firstUnknown() ?? interpreter.unknown('an argument of this initializer is not known', args.span)
  })
}

function modeOf(value: Value): Mode | null {
  const text = asString(value)
  return text === 'fan_in' || text === 'fan_out' || text === 'fan_avg' || text === 'fan_geo_avg' ? text : null
}

function familyOf(value: Value): Family | null {
  const text = asString(value)
  return text === 'truncated_normal' || text === 'normal' || text === 'uniform' ? text : null
}

const makers: readonly (readonly [string, Value])[] = [
  ['zeros', zeros],
  ['ones', ones],
  ['zeros_init', native('zeros_init()', () => zeros)],
  ['ones_init', native('ones_init()', () => ones)],
  ['constant', maker('constant(value, dtype=None)', (number) => constantInitializer(number('value')))],
  [
    'uniform',
    maker('uniform(scale=0.01, dtype=None)', (number) => {
      const high = number('scale')
      return initializer('uniform', always({ distribution: { kind: 'uniform', low: 0, high }, label: `uniform(${shortNumber(high)})` }))
    }),
  ],
  [
    'normal',
    maker('normal(stddev=0.01, dtype=None)', (number) => {
      const std = number('stddev')
      return initializer('normal', always({ distribution: { kind: 'normal', mean: 0, std }, label: `normal(${shortNumber(std)})` }))
    }),
  ],
  [
    'truncated_normal',
    maker('truncated_normal(stddev=0.01, dtype=None, lower=-2.0, upper=2.0)', (number) => {
      const [std, low, high] = [number('stddev'), number('lower'), number('upper')]
      return initializer(
        'truncated_normal',
        always({ distribution: cutNormal(std, low, high), label: `truncated_normal(${shortNumber(std)})` }),
      )
    }),
  ],
  [
    'variance_scaling',
    maker(`variance_scaling(scale, mode, distribution, ${axesSignature})`, (number, args) => {
      const [mode, family, axes] = [modeOf(args.value('mode')), familyOf(args.value('distribution')), axesIn(args)]
      if (mode === null || family === null || axes === null) return null
      const scale = number('scale')
      return scaled(`variance_scaling(${shortNumber(scale)}, ${mode}, ${family})`, { scale, mode, family }, axes)
    }),
  ],
  ...named.flatMap(([names, scheme]) =>
    names.map((name): readonly [string, Value] => [
      name,
      maker(`${name}(${axesSignature})`, (_, args) => {
        const axes = axesIn(args)
        return axes === null ? null : scaled(names[0] ?? name, scheme, axes)
      }),
    ]),
  ),
  [
    'orthogonal',
    maker('orthogonal(scale=1.0, column_axis=-1, dtype=None)', (number) => orthogonal(number('scale'), number('column_axis'))),
  ],
  [
    'delta_orthogonal',
    maker('delta_orthogonal(scale=1.0, column_axis=-1, dtype=None)', (number) => {
      const gain = number('scale')
      return initializer('delta_orthogonal', (shape) =>
        shape.length < 3 ? null : { distribution: { kind: 'deltaOrthogonal', gain }, label: 'delta_orthogonal' },
      )
    }),
  ],
]

/** `jax.nn.initializers`, `flax.linen.initializers`, `flax.nnx.initializers`. */
export function initializersModule(_interpreter: Interpreter): ModuleValue {
  return nativeModule('jax.nn.initializers', [...makers, ['Initializer', none]])
}
