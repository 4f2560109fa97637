/** Covariances between time steps. */

/** E[x_t x_s] of one unit for two steps of one sequence, and of two different sequences; row-major, steps × steps. */
export interface TimeKernel {
  readonly steps: number
  readonly within: Float64Array
  readonly between: Float64Array
}

export function emptyKernel(steps: number): TimeKernel {
  return { steps, within: new Float64Array(steps * steps), between: new Float64Array(steps * steps) }
}

/** Steps in the opposite order. */
export function reversed(kernel: TimeKernel): TimeKernel {
  return { steps: kernel.steps, within: reverseMatrix(kernel.within, kernel.steps), between: reverseMatrix(kernel.between, kernel.steps) }
}

export function reverseMatrix(values: Float64Array, steps: number): Float64Array {
  return values.map((_, at) => values[(steps - 1 - Math.floor(at / steps)) * steps + steps - 1 - (at % steps)] as number)
}

/** Average of the kernels of units side by side. */
export function meanKernel(kernels: readonly TimeKernel[]): TimeKernel {
  const first = kernels[0] as TimeKernel
  const mean = (of: (kernel: TimeKernel) => Float64Array) =>
    of(first).map((_, at) => kernels.reduce((sum, kernel) => sum + (of(kernel)[at] as number), 0) / kernels.length)
  return { steps: first.steps, within: mean((k) => k.within), between: mean((k) => k.between) }
}

/** Dropout with its own mask for each element and step: E[x_t²]/(1 − p); covariances stay. */
export function dropKernel(kernel: TimeKernel, rate: number): TimeKernel {
  return { ...kernel, within: dropDiagonal(kernel.within, kernel.steps, rate) }
}

export function dropDiagonal(values: Float64Array, steps: number, rate: number): Float64Array {
  return rate === 0 ? values : values.map((value, at) => (Math.floor(at / steps) === at % steps ? value / (1 - rate) : value))
}

/**
 * Cholesky's factor of a covariance that becomes known row by row. The covariance is an average over a population: a new direction
 * with less than the share `noise` of a step's variance is none, and a row never holds more than the step's variance.
 */
export class GrowingFactor {
  private readonly rows: Float64Array[] = []

  constructor(private readonly noise: number) {}

  /** Appends the row of covariances with steps 0 … t (the last is the variance) and gives the factor's row. */
  append(covariances: Float64Array): Float64Array {
    const t = this.rows.length
    const variance = Math.max(0, covariances[t] as number)
    const row = new Float64Array(t + 1)
    row.set(this.solve(covariances))
    const held = row.reduce((sum, share) => sum + share * share, 0)
    if (held > variance) for (let k = 0; k < t; k++) row[k] = (row[k] as number) * Math.sqrt(variance / held)
    row[t] = variance - held > this.noise * variance ? Math.sqrt(variance - held) : 0
    this.rows.push(row)
    return row
  }

  /** The shares that a value with these covariances has of the directions so far. */
  solve(covariances: Float64Array): Float64Array {
    const shares = new Float64Array(this.rows.length)
    this.rows.forEach((other, k) => {
      const pivot = other[k] as number
      if (pivot === 0) return
      let value = covariances[k] as number
      for (let j = 0; j < k; j++) value -= (shares[j] as number) * (other[j] as number)
      shares[k] = value / pivot
    })
    return shares
  }

  /** Σ_k L_tk·L_sk: the covariance that the factor really has. */
  covariance(t: number, s: number): number {
    const a = this.rows[t] as Float64Array
    const b = this.rows[s] as Float64Array
    let sum = 0
    for (let k = 0; k <= Math.min(t, s); k++) sum += (a[k] as number) * (b[k] as number)
    return sum
  }
}
