/** All classes of torch.nn by name: one set for each interpreter. */
import type { Interpreter } from '../../../python/host'
import type { ClassValue } from '../../../python/values'
import { containerClasses } from '../containers'
import { layerClass, layers } from '../layers'
import { moduleClass } from '../module/module-class'

export interface NnClasses {
  readonly byName: ReadonlyMap<string, ClassValue>
  /** Names of the classes that `torch.nn.modules.<family>` defines. */
  readonly families: ReadonlyMap<string, readonly string[]>
}

export function nnClasses(interpreter: Interpreter): NnClasses {
  return interpreter.state('torch.nn.classes', () => {
    const module = moduleClass(interpreter)
    const containers = containerClasses(module)
    const byName = new Map<string, ClassValue>([['Module', module], ...containers.map((cls) => [cls.name, cls] as const)])
    const families = new Map<string, string[]>([
      ['module', ['Module']],
      ['container', containers.map(({ name }) => name)],
    ])
    for (const layer of layers) {
      const base = layer.base === undefined ? module : byName.get(layer.base)
      if (base === undefined) throw new ReferenceError(`${layer.name} derives from ${layer.base}, which is declared after it`)
      byName.set(layer.name, layerClass(layer, base))
      const family = families.get(layer.family)
      if (family === undefined) families.set(layer.family, [layer.name])
      else family.push(layer.name)
    }
    return { byName, families }
  })
}
