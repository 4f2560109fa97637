/** `torch.Tensor` and `nn.Parameter` as classes: one pair for each interpreter, since programs may add attributes to them. */
import type { Interpreter } from '../../../python/host'
import { nativeClass } from '../../../python/native'
import type { ClassValue, Value } from '../../../python/values'

export interface TensorClasses {
  readonly tensor: ClassValue
  readonly parameter: ClassValue
  readonly buffer: ClassValue
}

export function tensorClasses(interpreter: Interpreter): TensorClasses {
  return interpreter.state<TensorClasses>('torch.tensorClasses', () => {
    const tensor = nativeClass({ name: 'Tensor', qualifiedName: 'torch.Tensor' })
    return {
      tensor,
      parameter: nativeClass({ name: 'Parameter', qualifiedName: 'torch.nn.Parameter', bases: [tensor] }),
      buffer: nativeClass({ name: 'Buffer', qualifiedName: 'torch.nn.Buffer', bases: [tensor] }),
    }
  })
}

/** Adds attributes to `torch.Tensor`, once for each interpreter and `key`. */
export function installTensorAttributes(interpreter: Interpreter, key: string, attributes: () => Iterable<readonly [string, Value]>): void {
  interpreter.state(`torch.tensorAttributes.${key}`, () => {
    for (const [name, value] of attributes()) tensorClasses(interpreter).tensor.attributes.set(name, value)
    return true
  })
}
