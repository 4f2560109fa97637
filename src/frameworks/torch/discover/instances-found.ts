/** Models that the file itself makes while it is run. */
import type { Document } from '../../../analysis'
import type { Span } from '../../../graph'
import type { InstanceValue, ModuleValue, Value } from '../../../python/values'
import type { MadeModule } from '../module/instances'
import { childrenOf, isModule, namedMembers, registryOf } from '../module/registry'
import { isTensor } from '../tensor'
import { type Candidate, shortened } from './candidate'
import { canRun } from './runnable'

function descendants(module: InstanceValue, seen: Set<InstanceValue>): void {
  for (const [, child] of childrenOf(module)) {
    if (seen.has(child)) continue
    seen.add(child)
    descendants(child, seen)
  }
}

/** Of the framework's own single layers: shown only where the file has no model. */
export function isBareLayer(module: InstanceValue): boolean {
  return module.cls.span === null && (registryOf(module, '_modules')?.entries.size ?? 0) === 0
}

/** The innermost expression of this file that made the module. */
function siteIn(document: Document, { module, callSpans }: MadeModule): Span | null {
  if (module.span?.file === document.file) return module.span
  return callSpans.filter((span) => span?.file === document.file).at(-1) ?? module.span
}

/**
 * A module of which copies were made, and whose parts others hold as copies: it is drawn, but not run itself. Of two that hold
 * the same copies the one made first is the prototype.
 */
function isPrototype(model: InstanceValue, models: readonly InstanceValue[]): boolean {
  const groups = copyGroups(model)
  if (groups === null || groups.size === 0) return false
  const at = models.indexOf(model)
  return models.some((other, index) => {
    if (other === model || !holds(copyGroups(other, true), groups)) return false
    return index > at || !holds(groups, copyGroups(other))
  })
}

function holds(all: ReadonlySet<number> | null, some: ReadonlySet<number> | null): boolean {
  return all !== null && some !== null && [...some].every((group) => all.has(group))
}

/** Numbers of the copies that the parameters start as; null when one is no copy, unless `some` are enough. */
function copyGroups(model: InstanceValue, some = false): ReadonlySet<number> | null {
  const groups = new Set<number>()
  for (const [, parameter] of namedMembers(model, '_parameters')) {
    const group =
      isTensor(parameter) && parameter.payload.source.kind === 'data' ? parameter.payload.source.storage.parameter?.copyGroup : null
    if (typeof group === 'number') groups.add(group)
    else if (!some) return null
  }
  return groups
}

/** What the file's own names are bound to, and what lists, tuples and dicts among that hold. */
function boundIn(module: ModuleValue): ReadonlySet<Value> {
  return new Set([...module.attributes.values()].flatMap((value) => [value, ...modulesIn(value)]))
}

/**
 * Modules made at the file's own level or in functions that it calls, that are no part of others and have parameters; same
 * expressions once. Where some are bound to the file's own names, those that functions made on the way are left out.
 */
export function instancesFound(document: Document, made: readonly MadeModule[], namespace: ModuleValue | null): readonly Candidate[] {
  const roots = made.filter(({ isPart, module }) => !isPart && registryOf(module, '_modules') !== undefined)
  const parts = new Set<InstanceValue>()
  for (const { module } of roots) descendants(module, parts)
  const whole = roots.filter(({ module }) => !parts.has(module) && canRun(module))
  const bound = namespace === null ? new Set<Value>() : boundIn(namespace)
  const anyBound = whole.some(({ module }) => bound.has(module) && !isBareLayer(module))
  const own = whole.filter(({ module, callSpans }) => !anyBound || bound.has(module) || callSpans.length === 0)
  const others = own.map(({ module }) => module)
  const found = new Map<string, Candidate>()
  for (const each of own) {
    const { module } = each
    if (isPrototype(module, others)) continue
    const site = siteIn(document, each)
    const isWritten = site?.file === document.file && site !== module.cls.span
    const name = isWritten ? shortened(document.text.slice(site.start, site.end)) : `${module.cls.name}()`
    if (!found.has(name)) found.set(name, { name, model: module, site, assumptions: [], given: new Map(), isReturned: false })
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
