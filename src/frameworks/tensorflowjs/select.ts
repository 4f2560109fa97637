/** Which of the models that were made are shown. */
import type { Candidate } from './discover'
import { ModelValue } from './values'

/** Models shown of one file. */
const mostModels = 24

/** Models that are layers of another that has layers of its own: those show there. One that only joins others is left to its parts. */
export function shownModels(candidates: readonly Candidate[]): readonly Candidate[] {
  const onlyJoins = (model: ModelValue): boolean => {
    const parts = model.parts()
    return parts.length > 1 && parts.every((part) => part instanceof ModelValue)
  }
  const inside = new Set<ModelValue>()
  const own = new Set(candidates.map(({ model }) => model))
  for (const model of own) {
    if (onlyJoins(model)) continue
    for (const part of model.parts()) if (part instanceof ModelValue && part !== model) inside.add(part)
  }
  const whole = candidates.filter(({ model }, index) => {
    const isFirst = candidates.findIndex((other) => other.model === model) === index
    return isFirst && !inside.has(model) && !onlyJoins(model) && (model.parts().length > 0 || model.broken !== null)
  })
  return whole.slice(0, mostModels)
}
