/** Decorators of Keras and TensorFlow. */
import type { Value } from '../../../python/values'
import { passThrough } from '../../torch/namespace/tolerant'

/** `register_keras_serializable()` and other decorators give back what they decorate. */
export const decorators: readonly (readonly [string, Value])[] = ['register_keras_serializable', 'function', 'autograph'].map(
  (name) => [name, passThrough(name)] as const,
)
