/** What of a model can be run: itself, or its parts where it has no `forward` of its own. */
import type { InstanceValue } from '../../../python/values'
import { childrenOf, namedMembers, registryOf } from '../module/registry'
import type { Candidate } from './candidate'

/** Lists and dicts of modules have none. */
export function hasForward({ cls }: InstanceValue): boolean {
  const owner = cls.mro.find(({ attributes }) => attributes.has('forward'))
  return owner !== undefined && owner.qualifiedName !== 'torch.nn.Module'
}

/** Whether it has parameters, or parts of which nothing is known. */
export function hasContent(module: InstanceValue): boolean {
  const children = registryOf(module, '_modules')?.entries.values() ?? []
  return namedMembers(module, '_parameters').length > 0 || [...children].some(({ kind }) => kind === 'unknown')
}

/** Parts that the program runs by themselves, as agents and adversarial networks do: `Agent().critic`. */
export function partsOf(candidate: Candidate): readonly Candidate[] {
  const { cls } = candidate.model
  return childrenOf(candidate.model)
    .filter(([, child]) => hasForward(child) && hasContent(child))
    .map(([part, model]) => ({
      ...candidate,
      name: `${candidate.name}.${part}`,
      model,
      given: new Map(),
      ...(cls.span === null ? {} : { whole: { rootClass: { name: cls.name, span: cls.span }, part } }),
    }))
}

/** Whether it, or a part of the program's own module that has no `forward`, can be run. */
export function canRun(module: InstanceValue): boolean {
  if (hasForward(module)) return hasContent(module)
  return module.cls.span !== null && childrenOf(module).some(([, child]) => hasForward(child) && hasContent(child))
}

/** The candidate, or the parts that are run in its place; itself where there are none, so that the reader is told. */
export function runnable(candidate: Candidate): readonly Candidate[] {
  const parts = hasForward(candidate.model) || candidate.model.cls.span === null ? [] : partsOf(candidate)
  return parts.length > 0 ? parts : [candidate]
}
