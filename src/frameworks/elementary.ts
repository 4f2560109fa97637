/** Elementary functions that Keras, TensorFlow and JAX have, and what they are called there. */
export const elementary = [
  ['exp', ['exp']],
  ['log', ['log']],
  ['abs', ['abs', 'absolute']],
  ['square', ['square']],
  ['sqrt', ['sqrt']],
  ['rsqrt', ['rsqrt']],
  ['reciprocal', ['reciprocal']],
  ['sin', ['sin']],
  ['cos', ['cos']],
  ['erf', ['erf']],
  ['sign', ['sign']],
] as const
