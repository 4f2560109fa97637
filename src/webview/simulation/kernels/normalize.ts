import type { GroupNormOp, LayerNormOp } from '../../../graph'
import { eachPosition } from './indices'
import type { Done, Field } from './kernel'

interface Norm {
  /** Group that each element is normalized in, and how many there are. */
  readonly groupOf: Int32Array
  readonly groups: number
  readonly eps: number
  /** false: by the root of the mean square, without taking the mean away. */
  readonly center: boolean
  /** Element of scale and shift for each element. */
  readonly parameterOf: Int32Array
  readonly scale: Float32Array | null
  readonly shift: Float32Array | null
}

function normalized(x: Field, { groupOf, groups, eps, center, parameterOf, scale, shift }: Norm): Done {
  const count = x.data.length / groups
  const sums = (values: (index: number) => number): Float64Array => {
    const totals = new Float64Array(groups)
    groupOf.forEach((group, index) => {
      totals[group] = (totals[group] as number) + values(index)
    })
    return totals
  }
  const mean = center ? sums((index) => (x.data[index] as number) / count) : new Float64Array(groups)
  const square = sums((index) => ((x.data[index] as number) - (mean[groupOf[index] as number] as number)) ** 2 / count)
  const inverse = square.map((value) => 1 / Math.sqrt(value + eps))
  const hat = x.data.map((z, index) => {
    const group = groupOf[index] as number
    return (z - (mean[group] as number)) * (inverse[group] as number)
  })
  const factor = (index: number): number => scale?.[parameterOf[index] as number] ?? 1
  return {
    output: { shape: x.shape, data: hat.map((z, index) => z * factor(index) + (shift?.[parameterOf[index] as number] ?? 0)) },
    backward(gradient) {
      const inner = gradient.map((g, index) => g * factor(index))
      const average = center ? sums((index) => (inner[index] as number) / count) : new Float64Array(groups)
      const along = sums((index) => ((inner[index] as number) * (hat[index] as number)) / count)
      return [
        inner.map((g, index) => {
          const group = groupOf[index] as number
          return (inverse[group] as number) * (g - (average[group] as number) - (hat[index] as number) * (along[group] as number))
        }),
      ]
    },
  }
}

export function layerNorm(x: Field, { axes, eps, center }: LayerNormOp, scale: Float32Array | null, shift: Float32Array | null): Done {
  const own = x.shape.map((_, axis) => axes.includes(axis))
  const index = (position: readonly number[], inside: boolean): number =>
    position.reduce((at, value, axis) => (own[axis] === inside ? at * (x.shape[axis] as number) + value : at), 0)
  const groups = x.shape.reduce((product, size, axis) => (own[axis] ? product : product * size), 1)
  return normalized(x, {
    groupOf: eachPosition(x.shape, (position) => index(position, false)),
    groups,
    eps,
    center,
    parameterOf: eachPosition(x.shape, (position) => index(position, true)),
    scale,
    shift,
  })
}

export function groupNorm(x: Field, op: GroupNormOp, scale: Float32Array | null, shift: Float32Array | null): Done {
  const channels = x.shape[op.channelAxis] ?? 1
  const each = channels / op.groups
  const channel = (position: readonly number[]): number => position[op.channelAxis] as number
  return normalized(x, {
    groupOf: eachPosition(x.shape, (position) => (position[0] as number) * op.groups + Math.floor(channel(position) / each)),
    groups: (x.shape[0] ?? 1) * op.groups,
    eps: op.eps,
    center: true,
    parameterOf: eachPosition(x.shape, channel),
    scale,
    shift,
  })
}
