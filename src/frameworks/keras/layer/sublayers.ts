/** The layers that a layer holds, and the names by which a traced model knows its parts. */
import type { Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { namesReadBy } from '../../modelNames'
import { childrenOf, entriesOf, isModule } from '../../torch/module/registry'
import type { ModelNames } from '../../torch/run'
import { isTensor } from '../../torch/tensor'
import { layerName } from './state'

/** Lists in lists of layers are looked into this deep. */
const deepestContainer = 4
/** Layers nest this deep at most: deeper is a cycle or hostile. */
const deepest = 100

function collect(value: Value, depth: number, found: Set<InstanceValue>): void {
  if (depth > deepestContainer) return
  if (isModule(value)) found.add(value)
  else if (value.kind === 'list' || value.kind === 'tuple') for (const item of value.items) collect(item, depth + 1, found)
  else if (value.kind === 'dict') for (const item of value.entries.values()) collect(item, depth + 1, found)
}

/** Layers held as attributes, alone or in lists, tuples and dicts, in the order of assignment. */
export function sublayers(layer: InstanceValue): readonly InstanceValue[] {
  const found = new Set<InstanceValue>(childrenOf(layer).map(([, child]) => child))
  for (const [name, value] of layer.attributes) if (name !== '_modules') collect(value, 0, found)
  found.delete(layer)
  return [...found]
}

/** Every layer below `root` by its path of layer names, the root's own left out: `encoder.dense_1`. */
export function namedLayers(interpreter: Interpreter, root: InstanceValue): readonly (readonly [string, InstanceValue])[] {
  const seen = new Set<InstanceValue>()
  const taken = new Set<string>()
  const found: (readonly [string, InstanceValue])[] = []
  const visit = (layer: InstanceValue, path: string, depth: number): void => {
    if (depth > deepest || seen.has(layer)) return
    seen.add(layer)
    found.push([path, layer])
    for (const child of sublayers(layer)) {
      if (seen.has(child)) continue
      const own = path === '' ? layerName(interpreter, child) : `${path}.${layerName(interpreter, child)}`
      let name = own
      for (let twin = 1; taken.has(name); twin++) name = `${own}#${twin}`
      taken.add(name)
      visit(child, name, depth + 1)
    }
  }
  visit(root, '', 0)
  return found
}

/** Names below `root` in the run of a model. */
export function namesBelow(interpreter: Interpreter, root: InstanceValue): ModelNames {
  return namesReadBy((modules, parameters) => {
    for (const [path, layer] of namedLayers(interpreter, root)) {
      modules.set(layer, path)
      for (const [name, value] of entriesOf(layer, '_parameters')) {
        if (!isTensor(value) || value.payload.source.kind !== 'data') continue
        const { storage } = value.payload.source
        if (!parameters.has(storage)) parameters.set(storage, path === '' ? name : `${path}.${name}`)
      }
    }
  })
}
