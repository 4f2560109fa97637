/** Arguments of an NNX module's constructor that must be given. */
import type { PythonInterpreter } from '../../../python'
import { int } from '../../../python/make'
import { lookUp } from '../../../python/mro'
import type { ClassValue, Value } from '../../../python/values'
import { annotationText, assumption, type Sizes } from '../../torch/discover/placeholder'
import { placeholdersFor } from '../../torch/discover/placeholders'
import { newRngs } from '../nnx/namespace'
import type { FieldArguments } from './fields'

export function withRngs(interpreter: PythonInterpreter, cls: ClassValue, given: ReadonlySet<string>, sizes: Sizes): FieldArguments {
  const initializer = lookUp(cls, '__init__')
  if (initializer?.kind !== 'function') return { keyword: new Map(), assumptions: [] }
  const found = placeholdersFor(interpreter, initializer, 1, sizes)
  const keyword = new Map<string, Value>()
  const assumptions = found.assumptions.filter(({ setting }) => setting === null || !given.has(setting))
  for (const [name, value] of found.keyword) {
    if (given.has(name)) continue
    const node = initializer.node.parameters.find((each) => each.name === name)
    if (name === 'rngs' || name === 'rng' || name === 'key') {
      keyword.set(name, newRngs(interpreter))
    } else if (value.kind === 'unknown' && node !== undefined && annotationText(node.annotation) === 'int') {
      keyword.set(name, int(64))
      assumptions.push(assumption(interpreter, name, name, int(64), node))
    } else keyword.set(name, value)
  }
  const rngs = initializer.node.parameters.find(({ name }) => name === 'rngs')
  if (rngs !== undefined && !given.has('rngs')) keyword.set('rngs', newRngs(interpreter))
  return { keyword, assumptions: assumptions.filter(({ setting }) => setting !== 'rngs') }
}
