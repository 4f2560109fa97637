import type { InstanceValue } from '../python/values'
import type { ModelNames } from './torch/run'
import type { Storage } from './torch/tensor'

/** Names of a root's parts that `read` fills in: read anew when something is asked for that was not there before. */
export function namesReadBy(read: (modules: Map<InstanceValue, string>, parameters: Map<Storage, string>) => void): ModelNames {
  const modules = new Map<InstanceValue, string>()
  const parameters = new Map<Storage, string>()
  const missing = new Set<InstanceValue | Storage>()
  const look = <K extends InstanceValue | Storage>(names: Map<K, string>, key: K): string | null => {
    const known = names.get(key)
    if (known !== undefined || missing.has(key)) return known ?? null
    read(modules, parameters)
    const found = names.get(key)
    if (found === undefined) missing.add(key)
    return found ?? null
  }
  return { module: (module) => look(modules, module), parameter: (storage) => look(parameters, storage) }
}
