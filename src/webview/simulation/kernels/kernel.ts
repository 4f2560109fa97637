/** A tensor of the simulated network, row-major. */
export interface Field {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** One operation done forward; `backward` takes the gradient of its output to those of its inputs, null where none flows. */
export interface Done {
  readonly output: Field
  backward(gradient: Float32Array): readonly (Float32Array | null)[]
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
