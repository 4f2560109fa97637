/** Activations as layers take them: None, a name, a function, a layer. */
import type { Value } from '../../../python/values'
import type { Site } from '../../torch/site'
import { activationNamed } from './activations'

/** φ(input); Unknown for a name that Keras does not have. */
export function applyActivation(at: Site, given: Value, input: Value): Value {
  if (given.kind === 'none') return input
  if (given.kind === 'unknown') return at.interpreter.unknown(`the activation is not known: ${given.reason}`, given.span ?? at.span)
  if (given.kind !== 'str') return at.interpreter.call(given, [input], undefined, at.span)
  const fn = activationNamed(given.value)
  if (fn === null) return at.interpreter.unknown(`\`${given.value}\` is no activation of Keras`, at.span)
  return at.interpreter.call(fn, [input], undefined, at.span)
}
