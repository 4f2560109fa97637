import type { Random } from '../random'
import { type Done, type Field, sizeOf } from './kernel'

export interface DenseWeights {
  readonly inFeatures: number
  readonly outFeatures: number
  /** The random stream of one output's row; the same each time it is asked for, so that no matrix is kept. */
  readonly row: (output: number) => Random
  readonly weight: (random: Random) => number
  readonly bias: Float32Array | null
}

/** y = x·Wᵀ + b over the last axis. */
export function dense(x: Field, { inFeatures, outFeatures, row, weight, bias }: DenseWeights): Done {
  const rows = sizeOf(x.shape) / inFeatures
  const y = new Float32Array(rows * outFeatures)
  const w = new Float32Array(inFeatures)
  const fill = (output: number): void => {
    const random = row(output)
    for (let index = 0; index < inFeatures; index++) w[index] = weight(random)
  }
  for (let output = 0; output < outFeatures; output++) {
    fill(output)
    for (let r = 0; r < rows; r++) {
      const from = r * inFeatures
      let sum = bias === null ? 0 : (bias[output] as number)
      for (let index = 0; index < inFeatures; index++) sum += (w[index] as number) * (x.data[from + index] as number)
      y[r * outFeatures + output] = sum
    }
  }
  return {
    output: { shape: [...x.shape.slice(0, -1), outFeatures], data: y },
    backward(gradient) {
      const back = new Float32Array(rows * inFeatures)
      for (let output = 0; output < outFeatures; output++) {
        fill(output)
        for (let r = 0; r < rows; r++) {
          const g = gradient[r * outFeatures + output] as number
          const to = r * inFeatures
          for (let index = 0; index < inFeatures; index++) back[to + index] = (back[to + index] as number) + g * (w[index] as number)
        }
      }
      return [back]
    },
  }
}
