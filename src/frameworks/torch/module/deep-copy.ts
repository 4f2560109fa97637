/** `copy.deepcopy` of tensors: a copied parameter starts with the very numbers of the original, and the graph keeps that. */
import type { Interpreter } from '../../../python/host'
import { type PayloadCopier, payloadCopiers } from '../../../python/library'
import { list } from '../../../python/make'
import { type Storage, isTensorPayload } from '../tensor'
import { nextGroup } from '../tensor/copies'
import { keptElements } from '../tensor/elements'

/** Storages that start as exact copies share a number. */
function groupOf(interpreter: Interpreter, storage: Storage): number | null {
  const { parameter } = storage
  if (parameter === null) return null
  if (parameter.copyGroup === null) {
    parameter.copyGroup = nextGroup(interpreter)
  }
  return parameter.copyGroup
}

function copied(interpreter: Interpreter, storage: Storage): Storage {
  const copyGroup = groupOf(interpreter, storage)
  keptElements(storage)
  return {
    ...storage,
    overwritten: [...storage.overwritten],
    parameter: storage.parameter === null ? null : { ...storage.parameter, copyGroup },
  }
}

/** Gives the copy a storage of its own; a shallow copy shares it. */
const tensorCopier: PayloadCopier = (original, copy, each, interpreter) => {
  const { payload } = original
  if (!isTensorPayload(payload)) return false
  const probe = list()
  const isDeep = each(probe) !== probe
  copy.payload = payload
  if (!isDeep || payload.source.kind === 'traced') return true
  copy.payload = { ...payload, source: { ...payload.source, storage: copied(interpreter, payload.source.storage) } }
  return true
}

/** Lets `copy` know about tensors, once for each interpreter. */
export function installTensorCopier(interpreter: Interpreter): void {
  interpreter.state('torch.tensorCopier', () => {
    payloadCopiers(interpreter).push(tensorCopier)
    return true
  })
}
