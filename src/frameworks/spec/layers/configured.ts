/** Kinds of layers that Keras' and TensorFlow.js' configurations hold and plain specs do not offer. */
import type { InputDistribution, Op, TensorId } from '../../../graph'
import type { LayerKind, Scope } from '../scope'
import { paddingOf, positions } from './windows'

const repeatVector: LayerKind = {
  type: 'repeat_vector',
  settings: ['n'],
  lower(scope, [x]) {
    scope.expectRank(x as number, 2, 'features')
    const [batch, features] = scope.shape(x as number) as [number, number]
    const times = scope.settings.integer('n')
    return scope.emit(
      { kind: 'repeat', times: [1, times, 1] },
      [scope.reshape(x as number, [batch, 1, features])],
      [batch, times, features],
    )
  },
}

/** One number for all sides, one for each axis, or a pair for each axis. */
function sidesOf(scope: Scope, name: string, rank: number): readonly (readonly [number, number])[] {
  const pairs = scope.settings.at(name)?.items?.map(({ items }) => items?.map(({ scalar }) => Number(scalar)) ?? null) ?? null
  const sides =
    pairs?.every((pair) => pair !== null) === true
      ? pairs.map((pair) => [pair?.[0] ?? 0, pair?.[1] ?? 0] as const)
      : scope.settings.sizes(name, rank, new Array<number>(rank).fill(0), 0).map((size) => [size, size] as const)
  if (sides.length !== rank || sides.flat().some((size) => !Number.isInteger(size) || size < 0))
    scope.settings.place.fail(`${name} must hold a whole number or a pair for each of the ${rank} spatial axes, like [[1, 1], [1, 1]].`)
  return sides
}

function cropping(rank: number): LayerKind {
  return {
    type: `cropping${rank}d`,
    settings: ['cropping'],
    lower(scope, [x]) {
      scope.expectRank(x as number, rank + 2, `channels and ${rank} spatial axes`)
      const sides = sidesOf(scope, 'cropping', rank)
      const first = scope.context.channelsLast ? 1 : 2
      const shape = scope.shape(x as number)
      const padding = shape.map((_, axis) => {
        const [before, after] = sides[axis - first] ?? [0, 0]
        return axis < first ? ([0, 0] as const) : ([-before, -after] as const)
      })
      const out = shape.map((size, axis) => size + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0))
      if (out.some((size) => size < 1)) scope.settings.place.fail(`${scope.name} crops all of ${shape.slice(1).join('×')}.`)
      return scope.emit({ kind: 'pad', padding, mode: 'zeros', value: 0 }, [x as number], out)
    },
  }
}

/** Steps that are equal to a value everywhere are zeroed and skipped: random data has none. */
const masking: LayerKind = {
  type: 'masking',
  settings: [],
  lower(scope, [x]) {
    scope.assume('it masks no step')
    return x as number
  },
}

function noisy(type: string, settings: readonly string[], noise: (scope: Scope) => InputDistribution, op: Op): LayerKind {
  return {
    type,
    settings,
    lower(scope, [x]) {
      const shape = scope.shape(x as number)
      const drawn = scope.emit({ kind: 'random', distribution: noise(scope) }, [], shape)
      return scope.emit(op, [x as number, drawn], shape)
    },
  }
}

const gaussianNoise = noisy(
  'gaussian_noise',
  ['stddev'],
  ({ settings }) => ({ kind: 'normal', mean: 0, std: settings.number('stddev', 0) }),
  { kind: 'add', signs: [1, 1] },
)

/** Srivastava et al. 2014: a factor of N(1, rate/(1 − rate)). */
const gaussianDropout = noisy(
  'gaussian_dropout',
  ['rate'],
  ({ settings }) => {
    const rate = settings.number('rate', 0)
    if (rate < 0 || rate >= 1) settings.place.fail(`${settings.key('rate')} must be from 0 to below 1, like 0.5.`)
    return { kind: 'normal', mean: 1, std: Math.sqrt(rate / (1 - rate)) }
  },
  { kind: 'multiply' },
)

const thresholded: LayerKind = {
  type: 'thresholded_relu',
  settings: ['theta'],
  lower(scope, [x]) {
    const fn = { name: 'threshold', threshold: scope.settings.number('theta', 1), value: 0 } as const
    return scope.emit({ kind: 'activation', fn }, [x as number], scope.shape(x as number))
  },
}

/** Moves the axis that is summed over to the end, and what stays before it. */
function withAxisLast(scope: Scope, tensor: TensorId, axis: number): TensorId {
  const rank = scope.shape(tensor).length
  const rest = Array.from({ length: rank }, (_, each) => each).filter((each) => each !== 0 && each !== axis)
  const moved = scope.permute(tensor, [0, ...rest, axis])
  const [batch, ...sizes] = scope.shape(moved) as [number, ...number[]]
  return rank === 2 ? scope.reshape(moved, [batch, 1, sizes[0] ?? 1]) : moved
}

/** Products of two tensors summed over one axis of each, sample by sample. */
const dot: LayerKind = {
  type: 'dot',
  settings: ['axes', 'normalize'],
  joins: true,
  lower(scope, inputs) {
    const { settings } = scope
    const [a, b] = inputs
    if (a === undefined || b === undefined || inputs.length > 2) settings.place.fail(`${scope.name} takes two tensors.`)
    const axes = settings.sizes('axes', 2, null, -3)
    const [left, right] = [a, b].map((tensor, index) => {
      const rank = scope.shape(tensor as number).length
      const axis = axes[index] ?? -1
      return { tensor: tensor as number, rank, axis: axis < 0 ? axis + rank : axis }
    }) as [{ tensor: number; rank: number; axis: number }, { tensor: number; rank: number; axis: number }]
    if ([left, right].some(({ rank, axis }) => rank > 3 || axis < 1 || axis >= rank))
      settings.place.fail(`axes must name one axis of each tensor, the batch being 0, like axes: [2, 2].`)
    if (settings.flag('normalize', false)) settings.place.fail(`${scope.name}: normalize is not read.`)
    if (scope.shape(left.tensor)[left.axis] !== scope.shape(right.tensor)[right.axis])
      settings.place.fail(
        `${scope.name}: axes of different sizes, ${scope.shape(left.tensor).join('×')} and ${scope.shape(right.tensor).join('×')}.`,
      )
    const first = withAxisLast(scope, left.tensor, left.axis)
    const second = scope.permute(withAxisLast(scope, right.tensor, right.axis), [0, 2, 1])
    const [batch, rows] = scope.shape(first) as [number, number, number]
    const columns = scope.shape(second)[2] as number
    const result = scope.emit({ kind: 'matmul' }, [first, second], [batch, rows, columns])
    const kept = [left.rank === 3 ? [rows] : [], right.rank === 3 ? [columns] : []].flat()
    return kept.length === 2 ? result : scope.reshape(result, [batch, ...(kept.length === 0 ? [1] : kept)])
  },
}

/** Shi et al. 2015: what it computes is not modelled; its output's shape is. */
const convLstm: LayerKind = {
  type: 'conv_lstm2d',
  settings: ['filters', 'kernel', 'stride', 'padding', 'return_sequences'],
  lower(scope, [x]) {
    const { settings } = scope
    scope.expectRank(x as number, 5, 'steps, channels and 2 spatial axes')
    const [batch, steps, ...rest] = scope.shape(x as number) as [number, number, number, number, number]
    const isLast = scope.context.channelsLast
    const sizes = isLast ? rest.slice(0, 2) : rest.slice(1)
    const [kernel, stride] = [settings.sizes('kernel', 2), settings.sizes('stride', 2, [1, 1])]
    const out = positions(scope, sizes, kernel, stride, paddingOf(scope, sizes, kernel, stride, [1, 1]), [1, 1])
    const filters = settings.integer('filters')
    const image = isLast ? [...out, filters] : [filters, ...out]
    const shape = settings.flag('return_sequences', false) ? [batch, steps, ...image] : [batch, ...image]
    return scope.emit({ kind: 'opaque', name: 'ConvLSTM2D', reason: 'recurrent convolutions are not modelled' }, [x as number], shape)
  },
}

export const configuredKinds: readonly LayerKind[] = [
  repeatVector,
  cropping(1),
  cropping(2),
  cropping(3),
  masking,
  gaussianNoise,
  gaussianDropout,
  thresholded,
  dot,
  convLstm,
]

const byType = new Map(configuredKinds.map((kind) => [kind.type, kind] as const))

/** The kind of a configured layer, by its plain name; null for one that is not known. */
export function configuredKindOf(type: string): LayerKind | null {
  return byType.get(type) ?? null
}
