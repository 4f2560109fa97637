import type { SoftmaxOp } from '../../../graph'
import { type Done, type Field, sizeOf } from './kernel'

/** Softmax along one axis, or its logarithm. */
export function softmax(x: Field, { axis, log, negate }: Pick<SoftmaxOp, 'axis' | 'log' | 'negate'>): Done {
  const size = x.shape[axis] ?? 1
  const inner = sizeOf(x.shape.slice(axis + 1))
  const sign = negate ? -1 : 1
  const y = new Float32Array(x.data.length)
  /** Calls `each` with the first index of every line along the axis. */
  const lines = (each: (first: number) => void): void => {
    for (let outer = 0; outer < x.data.length; outer += size * inner) for (let offset = 0; offset < inner; offset++) each(outer + offset)
  }
  lines((first) => {
    let most = Number.NEGATIVE_INFINITY
    for (let at = 0; at < size; at++) most = Math.max(most, sign * (x.data[first + at * inner] as number))
    let total = 0
    for (let at = 0; at < size; at++) total += Math.exp(sign * (x.data[first + at * inner] as number) - most)
    for (let at = 0; at < size; at++) {
      const z = sign * (x.data[first + at * inner] as number) - most
      y[first + at * inner] = log ? z - Math.log(total) : Math.exp(z) / total
    }
  })
  return {
    output: { shape: x.shape, data: y },
    backward(gradient) {
      const back = new Float32Array(x.data.length)
      lines((first) => {
        let total = 0
        for (let at = 0; at < size; at++) {
          const index = first + at * inner
          total += log ? (gradient[index] as number) : (gradient[index] as number) * (y[index] as number)
        }
        for (let at = 0; at < size; at++) {
          const index = first + at * inner
          const [g, p] = [gradient[index] as number, y[index] as number]
          back[index] = sign * (log ? g - Math.exp(p) * total : p * (g - total))
        }
      })
      return [back]
    },
  }
}
