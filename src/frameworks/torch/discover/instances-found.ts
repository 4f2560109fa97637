/** Models that the file itself makes while it is run. */
import type { Document } from '../../../analysis'
import type { Span } from '../../../graph'
import type { InstanceValue, Value } from '../../../python/values'
import type { MadeModule } from '../module/instances'
import { childrenOf, isModule, namedMembers, registryOf } from '../module/registry'
import { type Candidate, shortened } from './candidate'

function descendants(module: InstanceValue, seen: Set<InstanceValue>): void {
  for (const [, child] of childrenOf(module)) {
    if (seen.has(child)) continue
    seen.add(child)
    descendants(child, seen)
  }
}

/** Of the framework's own single layers: shown only where the file has no model. */
export function isBareLayer(module: InstanceValue): boolean {
  return module.cls.span === null && childrenOf(module).length === 0
}

/** Lists and dicts of modules have none. */
function hasForward({ cls }: InstanceValue): boolean {
  const owner = cls.mro.find(({ attributes }) => attributes.has('forward'))
  return owner !== undefined && owner.qualifiedName !== 'torch.nn.Module'
}

/** The innermost expression of this file that made the module. */
function siteIn(document: Document, { module, callSpans }: MadeModule): Span | null {
  if (module.span?.file === document.file) return module.span
  return callSpans.filter((span) => span?.file === document.file).at(-1) ?? module.span
}

/** Modules made at the file's own level or in functions that it calls, that are no part of others and have parameters; same expressions once. */
export function instancesFound(document: Document, made: readonly MadeModule[]): readonly Candidate[] {
  const roots = made.filter(({ isPart, module }) => !isPart && registryOf(module, '_modules') !== undefined)
  const parts = new Set<InstanceValue>()
  for (const { module } of roots) descendants(module, parts)
  const found = new Map<string, Candidate>()
  for (const each of roots) {
    const { module } = each
    if (parts.has(module) || !hasForward(module) || namedMembers(module, '_parameters').length === 0) continue
    const site = siteIn(document, each)
    const name = site?.file === document.file ? shortened(document.text.slice(site.start, site.end)) : `${module.cls.name}()`
    if (!found.has(name)) found.set(name, { name, model: module, site, assumptions: [], isReturned: false })
  }
  const candidates = [...found.values()]
  const models = candidates.filter(({ model }) => !isBareLayer(model))
  return models.length > 0 ? models : candidates
}

/** Modules in what an expression or a builder gave: one, or those in a tuple, list or dict. */
export function modulesIn(value: Value): readonly InstanceValue[] {
  if (isModule(value)) return [value]
  if (value.kind === 'tuple' || value.kind === 'list') return [...value.items].filter(isModule)
  if (value.kind === 'dict') return [...value.entries.values()].filter(isModule)
  return []
}
