/** Which models are made of symbolic tensors, and what is told of a model's input. */
import type { Interpreter } from '../../../python/host'
import type { InstanceValue } from '../../../python/values'
import type { DType } from '../../torch/tensor'
import type { Captured } from './replay'

export interface ToldInput {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: DType
}

interface Models {
  readonly captured: WeakMap<InstanceValue, Captured>
  /** Inputs that the file builds, calls or fits a model with. */
  readonly told: WeakMap<InstanceValue, readonly ToldInput[]>
}

export function models(interpreter: Interpreter): Models {
  return interpreter.state<Models>('keras.models', () => ({ captured: new WeakMap(), told: new WeakMap() }))
}
