/** A tensor of the simulated network, row-major. */
export interface Field {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** One operation done forward; `backward` takes the gradient of its output to those of its inputs, null where none flows. */
export interface Done {
  readonly output: Field
  /** Further outputs: a recurrent layer's final states. */
  readonly others?: readonly Field[]
  /** `others`: gradients of the further outputs, where any came back. */
  backward(gradient: Float32Array, others?: readonly (Float32Array | undefined)[]): readonly (Float32Array | null)[]
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
