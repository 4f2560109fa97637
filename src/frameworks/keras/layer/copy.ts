/** Layers of the same configuration, with weights of their own. */
import { deepCopy } from '../../../python/library'
import type { Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { isModule } from '../../torch/module/registry'
import { isTensor, type Storage, type TensorValue } from '../../torch/tensor'
import { keptElements } from '../../torch/tensor/elements'
import { weightsBelow } from './base'
import { layerState } from './state'

/** What stands for what in a copy; layers that are there already are taken as they are. */
export type Copies = Map<Value, Value>

/** A weight that is drawn as `weight` is, by itself. */
function drawnAnew(weight: TensorValue, storages: Map<Storage, Storage>): TensorValue {
  const { payload } = weight
  const { source } = payload
  if (source.kind === 'traced') return weight
  const known = storages.get(source.storage)
  keptElements(source.storage)
  const { parameter, overwritten } = source.storage
  const storage = known ?? {
    ...source.storage,
    overwritten: [...overwritten],
    parameter: parameter === null ? null : { ...parameter, copyGroup: null },
  }
  storages.set(source.storage, storage)
  return { ...weight, attributes: new Map(weight.attributes), payload: { ...payload, source: { ...source, storage } } }
}

/** `layer.__class__.from_config(layer.get_config())`: its weights, where it has some, are drawn by the same initializers anew. */
export function copiedLayer(interpreter: Interpreter, layer: InstanceValue, copies: Copies = new Map()): Value {
  const storages = new Map<Storage, Storage>()
  const before = new Set(copies.keys())
  for (const weight of weightsBelow(layer)) if (isTensor(weight) && !copies.has(weight)) copies.set(weight, drawnAnew(weight, storages))
  const made = deepCopy(layer, interpreter, copies)
  for (const [original, copy] of copies) {
    if (before.has(original) || !isModule(original) || !isModule(copy)) continue
    const { name, built, written, inputShape } = layerState(interpreter, original)
    Object.assign(layerState(interpreter, copy), { name, built, inputShape, written: new Set(written) })
  }
  return made
}
