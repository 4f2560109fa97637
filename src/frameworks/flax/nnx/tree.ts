/** What an NNX module holds, by the path of attributes that leads there: `layers.0.conv`. */
import type { InstanceValue, Value } from '../../../python/values'
import { namesReadBy } from '../../modelNames'
import { entriesOf, isModule } from '../../torch/module/registry'
import type { ModelNames } from '../../torch/run'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { copiesIn } from './stack'

/** Lists in lists are looked into this deep, modules nest this deep: deeper is a cycle or hostile. */
const deepest = 60

const registries: ReadonlySet<string> = new Set(['_parameters', '_buffers', '_modules'])

export interface Held {
  readonly modules: readonly (readonly [string, InstanceValue])[]
  readonly parameters: readonly (readonly [string, TensorValue])[]
}

function isParameter(value: Value): value is TensorValue {
  return isTensor(value) && value.payload.source.kind === 'data' && value.payload.source.storage.parameter !== null
}

/** Modules and parameters below `root`, which is the first with the path ''. */
export function heldBelow(root: InstanceValue): Held {
  const modules: (readonly [string, InstanceValue])[] = []
  const parameters: (readonly [string, TensorValue])[] = []
  const seen = new Set<Value>()
  const visit = (value: Value, path: string, depth: number): void => {
    if (depth > deepest) return
    const below = (name: string): string => (path === '' ? name : `${path}.${name}`)
    const copies = copiesIn(value)
    if (copies !== null) {
      for (const [index, copy] of copies.entries()) visit(copy, `${path}[${index}]`, depth + 1)
    } else if (isParameter(value)) {
      if (!seen.has(value)) parameters.push([path, value])
      seen.add(value)
    } else if (isModule(value)) {
      if (seen.has(value)) return
      seen.add(value)
      modules.push([path, value])
      for (const [name, weight] of entriesOf(value, '_parameters')) visit(weight, below(name), depth + 1)
      for (const [name, held] of value.attributes) if (!registries.has(name)) visit(held, below(name), depth + 1)
    } else if (value.kind === 'list' || value.kind === 'tuple') {
      for (const [index, item] of value.items.entries()) visit(item, below(String(index)), depth + 1)
    } else if (value.kind === 'dict') {
      for (const [key, item] of value.entries.entries()) if (key.kind === 'str') visit(item, below(key.value), depth + 1)
    }
  }
  visit(root, '', 0)
  return { modules, parameters }
}

/** Whether a module holds another. */
export function holdsModules(module: InstanceValue): boolean {
  return heldBelow(module).modules.length > 1
}

/** Names below `root` in the run of a model. */
export function namesBelow(root: InstanceValue): ModelNames {
  return namesReadBy((modules, parameters) => {
    const held = heldBelow(root)
    for (const [path, module] of held.modules) if (!modules.has(module)) modules.set(module, path)
    for (const [path, { payload }] of held.parameters)
      if (payload.source.kind === 'data' && !parameters.has(payload.source.storage)) parameters.set(payload.source.storage, path)
  })
}
