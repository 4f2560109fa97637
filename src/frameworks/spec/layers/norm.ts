import type { ParameterId, TensorId } from '../../../graph'
import type { LayerKind, Scope } from '../scope'

function scaleOf(scope: Scope, size: number): ParameterId | null {
  if (!scope.settings.flag('scale', true)) return null
  return scope.parameter({ name: 'scale', role: 'normScale', shape: [size], fans: null, setting: 'scale_init', fallback: 'ones' })
}

function shiftOf(scope: Scope, size: number): ParameterId | null {
  if (!scope.settings.flag('center', true)) return null
  return scope.parameter({ name: 'shift', role: 'normShift', shape: [size], fans: null, setting: 'shift_init', fallback: 'zeros' })
}

/** Other formats name the axis: it must be the one that is normalized here. */
function expectAxis(scope: Scope, x: TensorId, expected: number): void {
  const place = scope.settings.at('axis')
  if (place === null) return
  const rank = scope.shape(x).length
  const axes = (place.items ?? [place]).map(({ scalar }) => (typeof scalar === 'number' ? (scalar + rank) % rank : null))
  if (axes.length !== 1 || axes[0] !== expected)
    place.fail(`${scope.name} is read with axis ${expected} only; here it is ${place.items === null ? place.shown : axes.join(', ')}.`)
}

const affine = ['eps', 'scale', 'center', 'scale_init', 'shift_init']

const channels = (scope: Scope, x: TensorId): number => scope.shape(x)[scope.channelAxis(x)] as number

const batchNorm: LayerKind = {
  type: 'batch_norm',
  aliases: ['batch_normalization', 'batchnorm'],
  settings: affine,
  lower(scope, [x]) {
    const input = x as number
    expectAxis(scope, input, scope.channelAxis(input))
    const size = channels(scope, input)
    const eps = scope.settings.number('eps', scope.dialect.batchNormEps)
    const op = {
      kind: 'batchNorm',
      eps,
      scale: scaleOf(scope, size),
      shift: shiftOf(scope, size),
      channelAxis: scope.channelAxis(input),
      batchStatistics: true,
    } as const
    return scope.emit(op, [input], scope.shape(input))
  },
}

/** Over the last axis of each sample. */
function lastAxisNorm(type: string, aliases: readonly string[], center: boolean): LayerKind {
  return {
    type,
    aliases,
    settings: center ? affine : affine.filter((name) => name !== 'center' && name !== 'shift_init'),
    lower(scope, [x]) {
      const input = x as number
      const shape = scope.shape(input)
      expectAxis(scope, input, shape.length - 1)
      const size = shape.at(-1) as number
      const eps = scope.settings.number('eps', scope.dialect.layerNormEps)
      const shift = center ? shiftOf(scope, size) : null
      return scope.emit({ kind: 'layerNorm', axes: [shape.length - 1], eps, center, scale: scaleOf(scope, size), shift }, [input], shape)
    },
  }
}

const groupNorm: LayerKind = {
  type: 'group_norm',
  aliases: ['group_normalization'],
  settings: ['groups', ...affine],
  lower(scope, [x]) {
    const input = x as number
    expectAxis(scope, input, scope.channelAxis(input))
    const size = channels(scope, input)
    const groups = scope.settings.integer('groups', 32, -1)
    const own = groups === -1 ? size : groups
    if (own < 1 || size % own !== 0) scope.settings.place.fail(`${scope.name}: groups (${own}) must divide the ${size} channels.`)
    const eps = scope.settings.number('eps', scope.dialect.groupNormEps)
    const op = {
      kind: 'groupNorm',
      groups: own,
      eps,
      scale: scaleOf(scope, size),
      shift: shiftOf(scope, size),
      channelAxis: scope.channelAxis(input),
    } as const
    return scope.emit(op, [input], scope.shape(input))
  },
}

export const norms: readonly LayerKind[] = [
  batchNorm,
  lastAxisNorm('layer_norm', ['layer_normalization', 'layernorm'], true),
  lastAxisNorm('rms_norm', ['rms_normalization'], false),
  groupNorm,
]
