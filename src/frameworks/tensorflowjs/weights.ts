/** `addWeight` of a layer that the program writes. */
import type { Span } from '../../graph'
import { isArray, isUnknown, shown, Unknown, type Value } from '../../javascript'
import { writtenInitializer } from '../spec/initializer'
import { valuePlace } from './place'
import { WeightValue } from './tensors'
import { isInitializer } from './values'

/** (name, shape, dtype, initializer, …). */
export function addedWeight([name, shape, , initializer]: readonly Value[], span: Span | null): Value {
  const sizes = isArray(shape) ? shape.items : []
  const known = sizes.filter((size): size is number => typeof size === 'number' && Number.isInteger(size) && size >= 1)
  const unknown = [name, shape, initializer, ...sizes].find(isUnknown)
  if (unknown !== undefined) return unknown
  if (typeof name !== 'string' || !isArray(shape) || known.length < sizes.length)
    return new Unknown('the shape of a weight is not known', span)
  // The library itself goes no further from a name.
  if (!isInitializer(initializer))
    return new Unknown(`addWeight takes an initializer, like tf.initializers.glorotUniform({}); here it is ${shown(initializer)}`, span)
  const at = span ?? { file: '', start: 0, end: 0, line: 1, column: 0 }
  return new WeightValue(name, known, ({ dialect }, fanIn, fanOut) =>
    writtenInitializer(valuePlace(initializer, at), dialect, { fans: { fanIn, fanOut }, width: 1 }),
  )
}
