/** Normalization layers as functions. */
import { sizes } from '../shapes/text'
import { runtimeError, type Site, valueError } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { count } from '../tensor/layout'
import { asShape } from '../tensor/views'
import { plainWeight } from '../tensor/weight'
import { add, multiply } from './arithmetic'

/** γ and β of a norm that names parameters by id: those that are parameters, and those to be applied after it. */
interface ScaleShift {
  readonly scale: number | null
  readonly shift: number | null
  readonly after: (normalized: TensorValue) => TensorValue
}

function scaleShift(at: Site, scale: TensorValue | null, shift: TensorValue | null, broadcast: readonly number[]): ScaleShift {
  const scaleId = plainWeight(at, scale, 'normScale')
  const shiftId = plainWeight(at, shift, 'normShift')
  const scaleFits = scale === null || scaleId !== null
  const shiftFits = shift === null || shiftId !== null
  if (scaleFits && shiftFits) return { scale: scaleId, shift: shiftId, after: (normalized) => normalized }
  return {
    scale: null,
    shift: null,
    after: (normalized) => {
      const scaled = scale === null ? normalized : multiply(at, normalized, asShape(at, scale, broadcast))
      return shift === null ? scaled : add(at, scaled, asShape(at, shift, broadcast))
    },
  }
}

/** Normalizes each channel (axis 1) over batch and positions. */
export function batchNorm(
  at: Site,
  input: TensorValue,
  scale: TensorValue | null,
  shift: TensorValue | null,
  eps: number,
  batchStatistics: boolean,
): TensorValue {
  const { shape } = input.payload
  const channels = shape[1]
  if (channels === undefined) valueError(at, `expected at least 2D input (got ${shape.length}D input)`)
  channelCheck(at, channels, scale ?? shift, 'running_mean')
  if (batchStatistics && count(shape) / Math.max(1, channels) === 1) {
    valueError(at, `Expected more than 1 value per channel when training, got input size torch.Size(${sizes(shape)})`)
  }
  const own = scaleShift(at, scale, shift, [channels, ...shape.slice(2).map(() => 1)])
  return own.after(
    emit(at, {
      op: { kind: 'batchNorm', eps, scale: own.scale, shift: own.shift, channelAxis: 1, batchStatistics },
      inputs: [input],
      output: { shape, dtype: 'float' },
      hasParameters: own.scale !== null,
    }),
  )
}

function channelCheck(at: Site, channels: number, weight: TensorValue | null, what: string): void {
  const own = weight === null ? channels : count(weight.payload.shape)
  if (own !== channels) runtimeError(at, `${what} should contain ${channels} elements not ${own}`)
}

/** Normalizes over the last axes. `center: false` is RMS norm. */
export function layerNorm(
  at: Site,
  input: TensorValue,
  normalized: readonly number[],
  scale: TensorValue | null,
  shift: TensorValue | null,
  eps: number,
  center = true,
): TensorValue {
  const { shape } = input.payload
  const first = shape.length - normalized.length
  if (first < 0 || normalized.some((size, axis) => shape[first + axis] !== size)) {
    runtimeError(
      at,
      `Given normalized_shape=${sizes(normalized)}, expected input with shape [*, ${normalized.join(', ')}], but got input of size${sizes(shape)}`,
    )
  }
  const own = scaleShift(at, scale, shift, normalized)
  return own.after(
    emit(at, {
      op: { kind: 'layerNorm', axes: normalized.map((_, axis) => first + axis), eps, center, scale: own.scale, shift: own.shift },
      inputs: [input],
      output: { shape, dtype: 'float' },
      hasParameters: own.scale !== null,
    }),
  )
}

/** Groups of channels (axis 1), each sample by itself; as many groups as channels is instance norm. */
export function groupNorm(
  at: Site,
  input: TensorValue,
  groups: number,
  scale: TensorValue | null,
  shift: TensorValue | null,
  eps: number,
): TensorValue {
  const { shape } = input.payload
  const channels = shape[1]
  if (channels === undefined) runtimeError(at, `Expected at least 2 dimensions for input tensor but received ${shape.length}`)
  if (channels % groups !== 0) {
    runtimeError(
      at,
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${sizes(shape)} and num_groups=${groups}`,
    )
  }
  const wrong = [scale, shift].find((weight) => weight !== null && count(weight.payload.shape) !== channels)
  if (wrong !== undefined && wrong !== null) {
    runtimeError(
      at,
      `Expected weight to be a vector of size equal to the number of channels in input, but got weight of shape ${sizes(wrong.payload.shape)} and input of shape ${sizes(shape)}`,
    )
  }
  const own = scaleShift(at, scale, shift, [channels, ...shape.slice(2).map(() => 1)])
  return own.after(
    emit(at, {
      op: { kind: 'groupNorm', groups, eps, scale: own.scale, shift: own.shift, channelAxis: 1 },
      inputs: [input],
      output: { shape, dtype: 'float' },
      hasParameters: own.scale !== null,
    }),
  )
}

/** Normalizes each channel of each sample over its positions. An input without a batch axis has its channels first. */
export function instanceNorm(at: Site, input: TensorValue, scale: TensorValue | null, shift: TensorValue | null, eps: number): TensorValue {
  const { shape } = input.payload
  if (count(shape.slice(2)) <= 1) {
    valueError(at, `Expected more than 1 spatial element when training, got input size torch.Size(${sizes(shape)})`)
  }
  return groupNorm(at, input, shape[1] as number, scale, shift, eps)
}

export function localResponseNorm(at: Site, input: TensorValue, size: number, alpha: number, beta: number, k: number): TensorValue {
  const { shape } = input.payload
  if (shape.length < 3) valueError(at, `Expected 3D or higher dimensionality input (got ${shape.length} dimensions)`)
  return emit(at, { op: { kind: 'localResponseNorm', size, alpha, beta, k }, inputs: [input], output: { shape, dtype: 'float' } })
}

/** x / max(‖x‖_p, eps) over an axis. */
export function normalize(at: Site, input: TensorValue, p: number, axis: number, eps: number): TensorValue {
  return emit(at, { op: { kind: 'normalize', p, axis, eps }, inputs: [input], output: { shape: input.payload.shape, dtype: 'float' } })
}
