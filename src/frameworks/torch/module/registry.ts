/** What a module holds: its parameters, buffers and children, as `torch.nn.Module` registers them, and the walks over them. */
import { dict, str } from '../../../python/make'
import type { ClassValue, DictValue, InstanceValue, Value } from '../../../python/values'

const moduleClasses = new WeakSet<ClassValue>()

/** Makes `cls` count as `torch.nn.Module`: its instances are modules. */
export function declareModuleClass(cls: ClassValue): void {
  moduleClasses.add(cls)
}

export function isModuleClass(cls: ClassValue): boolean {
  return cls.mro.some((each) => moduleClasses.has(each))
}

export function isModule(value: Value): value is InstanceValue {
  return value.kind === 'instance' && isModuleClass(value.cls)
}

export type Registry = '_parameters' | '_buffers' | '_modules'
const registries: readonly Registry[] = ['_parameters', '_buffers', '_modules']

/** The module's dict of parameters, buffers or children; undefined before `Module.__init__`. */
export function registryOf(module: InstanceValue, registry: Registry): DictValue | undefined {
  const found = module.attributes.get(registry)
  return found?.kind === 'dict' ? found : undefined
}

export function initializeRegistries(module: InstanceValue): void {
  for (const registry of registries) module.attributes.set(registry, dict())
}

/** What a registered name stands for; undefined when none of the three has it. */
export function registered(module: InstanceValue, name: string): Value | undefined {
  const key = str(name)
  for (const registry of registries) {
    const found = registryOf(module, registry)?.entries.get(key)
    if (found !== undefined) return found
  }
  return undefined
}

/** Sets a name in one registry and takes it out of the others and out of the plain attributes. */
export function register(module: InstanceValue, registry: Registry, name: string, value: Value): void {
  const key = str(name)
  module.attributes.delete(name)
  for (const each of registries) if (each !== registry) registryOf(module, each)?.entries.delete(key)
  registryOf(module, registry)?.entries.set(key, value)
}

/** Takes a name out of every registry; false when none had it. */
export function unregister(module: InstanceValue, name: string): boolean {
  const key = str(name)
  return registries.some((registry) => {
    const entries = registryOf(module, registry)?.entries
    if (entries === undefined || !entries.has(key)) return false
    entries.delete(key)
    return true
  })
}

/** Entries by name, in order, without those that are None. */
export function entriesOf(module: InstanceValue, registry: Registry): (readonly [string, InstanceValue])[] {
  const entries = registryOf(module, registry)?.entries
  if (entries === undefined) return []
  const found: (readonly [string, InstanceValue])[] = []
  for (const [key, value] of entries.entries()) if (key.kind === 'str' && value.kind === 'instance') found.push([key.value, value])
  return found
}

export function childrenOf(module: InstanceValue): (readonly [string, InstanceValue])[] {
  return entriesOf(module, '_modules').filter(([, child]) => isModule(child))
}

/** `prefix.name`, or the name alone below the root. */
export function qualify(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`
}

/** Modules nest this deep at most: deeper is a cycle or hostile. */
const deepest = 200

/** Every module below and including `root` under its qualified name, depth first, as `named_modules()`. */
export function namedModules(root: InstanceValue, prefix = '', removeDuplicate = true): (readonly [string, InstanceValue])[] {
  const seen = new Set<InstanceValue>()
  const found: (readonly [string, InstanceValue])[] = []
  const visit = (module: InstanceValue, name: string, depth: number): void => {
    if (depth > deepest || (removeDuplicate && seen.has(module))) return
    seen.add(module)
    found.push([name, module])
    for (const [key, child] of childrenOf(module)) visit(child, qualify(name, key), depth + 1)
  }
  visit(root, prefix, 0)
  return found
}

/** Parameters or buffers below `root` under their qualified names, as `named_parameters()`; the first name wins when one is held twice. */
export function namedMembers(
  root: InstanceValue,
  registry: '_parameters' | '_buffers',
  { prefix = '', recurse = true, removeDuplicate = true } = {},
): (readonly [string, InstanceValue])[] {
  const seen = new Set<InstanceValue>()
  const found: (readonly [string, InstanceValue])[] = []
  const modules = recurse ? namedModules(root, prefix, removeDuplicate) : [[prefix, root] as const]
  for (const [name, module] of modules) {
    for (const [key, value] of entriesOf(module, registry)) {
      if (removeDuplicate && seen.has(value)) continue
      seen.add(value)
      found.push([qualify(name, key), value])
    }
  }
  return found
}
