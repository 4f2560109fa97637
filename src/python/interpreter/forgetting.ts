/** After a loop that was not run to its end, what it changes is neither what it was nor what it would be. */
import type { Expression } from '../ast'
import { changesOf, type Loop } from '../changes'
import type { Scope } from '../scope'
import type { UnknownValue } from '../values'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'

export function forget(loop: Loop, reason: UnknownValue, scope: Scope, evaluator: Evaluator): void {
  const { names, places } = changesOf(loop)
  for (const name of names) scope.bind(name, reason)
  for (const place of places) {
    try {
      spoil(place, reason, scope, evaluator)
    } catch (error) {
      // What the loop itself would have made is not there to be changed.
      if (!(error instanceof PythonError)) throw error
    }
  }
}

/** Of an item nothing is left but that its container changed: which item it is is not known either. */
function spoil(place: Expression, reason: UnknownValue, scope: Scope, evaluator: Evaluator): void {
  if (place.kind === 'name') scope.replace(place.name, reason)
  else if (place.kind === 'attribute') evaluator.setAttribute(evaluator.evaluate(place.object, scope), place.name, reason, place.span)
  else if (place.kind === 'subscript') spoil(place.object, reason, scope, evaluator)
}
