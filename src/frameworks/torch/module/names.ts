/** The names by which a traced root knows its modules and parameters. */
import type { InstanceValue } from '../../../python/values'
import type { ModelNames } from '../run'
import { isTensorPayload, type Storage } from '../tensor'
import { namedMembers, namedModules } from './registry'

interface Names {
  readonly modules: ReadonlyMap<InstanceValue, string>
  readonly parameters: ReadonlyMap<Storage, string>
}

function readNames(root: InstanceValue): Names {
  const parameters = new Map<Storage, string>()
  for (const [name, parameter] of namedMembers(root, '_parameters')) {
    if (!isTensorPayload(parameter.payload) || parameter.payload.source.kind !== 'data') continue
    const { storage } = parameter.payload.source
    if (!parameters.has(storage)) parameters.set(storage, name)
  }
  return { modules: new Map(namedModules(root).map(([name, module]) => [module, name])), parameters }
}

/** Forward passes may register modules and parameters as they go (lazy layers); this often the names are read again. */
const mostReadings = 32

/** Names below `root`, read anew when something is asked for that was not there before. */
export function namesBelow(root: InstanceValue): ModelNames {
  let names = readNames(root)
  let readings = 1
  const missing = new Set<InstanceValue | Storage>()
  const look = <K extends InstanceValue | Storage>(key: K, pick: (from: Names) => string | undefined): string | null => {
    const known = pick(names)
    if (known !== undefined) return known
    if (missing.has(key) || readings >= mostReadings) return null
    readings += 1
    names = readNames(root)
    const found = pick(names)
    if (found === undefined) missing.add(key)
    return found ?? null
  }
  return {
    module: (module) => look(module, (from) => from.modules.get(module)),
    parameter: (storage) => look(storage, (from) => from.parameters.get(storage)),
  }
}
