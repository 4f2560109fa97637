import type { ReduceOp } from '../../../graph'
import { eachPosition } from './indices'
import type { Done, Field } from './kernel'

/** Sum or mean over axes. */
export function reduced(x: Field, { axes, reduce }: Pick<ReduceOp, 'axes' | 'reduce'>, shape: readonly number[]): Done {
  const target = eachPosition(x.shape, (position) =>
    position.reduce((at, value, axis) => (axes.includes(axis) ? at : at * (x.shape[axis] as number) + value), 0),
  )
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
  const weight = reduce === 'mean' ? data.length / x.data.length : 1
  target.forEach((to, index) => {
    data[to] = (data[to] as number) + weight * (x.data[index] as number)
  })
  return {
    output: { shape, data },
    backward: (gradient) => [Float32Array.from(target, (to) => weight * (gradient[to] as number))],
  }
}
