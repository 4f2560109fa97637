/** Choices that the reader made while running the file, for the models that they concern. */
import type { Assumption } from '../../../analysis'
import type { Span } from '../../../graph'
import type { InstanceValue, ModuleValue } from '../../../python/values'
import { namedModules } from '../module/registry'

function holds(outer: Span, inner: Span | null): boolean {
  return inner !== null && outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/** All but those in classes of the file that the model is not made of. */
export function choicesFor(model: InstanceValue, choices: readonly Assumption[], namespace: ModuleValue): readonly Assumption[] {
  if (choices.length === 0) return choices
  const own = new Set(namedModules(model).flatMap(([, { cls }]) => cls.mro))
  const foreign = [...namespace.attributes.values()].flatMap((value) =>
    value.kind === 'class' && value.span !== null && !own.has(value) ? [value.span] : [],
  )
  return choices.filter(({ span }) => !foreign.some((other) => holds(other, span)))
}
