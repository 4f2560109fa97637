/** `copy.deepcopy(tensor)`: a storage of its own that starts with the same numbers. */
import type { Interpreter } from '../../../python/host'
import { method } from '../../../python/native'
import type { BuiltinValue } from '../../../python/values'
import { isTensor, type Storage, type TensorValue } from '../tensor'
import { keptElements } from './elements'

/** The next number for a group of parameters that start as copies of each other. */
export function nextGroup(interpreter: Interpreter): number {
  const counter = interpreter.state('torch.copyGroups', () => ({ next: 0 }))
  return counter.next++
}

function copiedStorage(storage: Storage, interpreter: Interpreter): Storage {
  const { parameter } = storage
  keptElements(storage)
  if (parameter === null) return { ...storage, overwritten: [...storage.overwritten] }
  parameter.copyGroup ??= nextGroup(interpreter)
  return { ...storage, overwritten: [...storage.overwritten], parameter: { ...parameter } }
}

export function deepCopyTensor(tensor: TensorValue, interpreter: Interpreter): TensorValue {
  const { payload } = tensor
  const { source } = payload
  const copied = source.kind === 'traced' ? source : { ...source, storage: copiedStorage(source.storage, interpreter) }
  const { kind, cls, span, attributes } = tensor
  return { kind, cls, span, attributes: new Map(attributes), payload: { ...payload, source: copied } }
}

export const deepCopyMethod: BuiltinValue = method('__deepcopy__(self, memo, /)', (args, interpreter) => {
  const self = args.value('self')
  return isTensor(self) ? deepCopyTensor(self, interpreter) : self
})
