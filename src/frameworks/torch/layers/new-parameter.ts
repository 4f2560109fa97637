/** A layer's own parameters. */
import type { Initializer, ParameterRole, Span } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import type { TensorValue } from '../tensor'
import { tensorClasses } from '../tensor/classes'
import { count } from '../tensor/layout'
import { dataPayload, makeStorage } from '../tensor/make'

/** An nn.Parameter that is drawn from `initializer`. */
export function newParameter(
  interpreter: Interpreter,
  shape: readonly number[],
  role: ParameterRole,
  initializer: Initializer,
  definition: Span | null,
): TensorValue {
  const storage = makeStorage(count(shape), initializer)
  storage.parameter = { role, shape, definition, trainable: true, copyGroup: null, parametrization: null }
  return {
    kind: 'instance',
    cls: tensorClasses(interpreter).parameter,
    attributes: new Map(),
    payload: dataPayload(storage, shape, 'float'),
    span: definition,
  }
}
