/** Classes made while the program runs: by `type(name, bases, namespace)` and by the library's own class factories. */
import type { Span } from '../../graph'
import type { Interpreter } from '../host'
import { str } from '../make'
import { linearize, lookUp } from '../mro'
import type { ClassValue, UnknownValue, Value } from '../values'
import { objectClass } from './classes'

/**
 * As a `class` statement does once its body has run: order of the bases, `__set_name__` of the attributes, `__init_subclass__` of the parent.
 * A base that is not a class makes the class one with unknown attributes. Raises TypeError when the bases have no consistent order.
 */
export function makeClass(
  name: string,
  bases: readonly Value[],
  attributes: ReadonlyMap<string, Value>,
  interpreter: Interpreter,
  span: Span | null,
  keywords: ReadonlyMap<string, Value> = new Map(),
): ClassValue {
  const known = bases.filter((base) => base.kind === 'class')
  const strange = bases.find((base) => base.kind !== 'class')
  const unknownBase: UnknownValue | null =
    strange === undefined
      ? null
      : strange.kind === 'unknown'
        ? strange
        : interpreter.unknown(`a base of ${name} is not a class that is read`, span)
  const parents = known.length === 0 ? [objectClass] : known
  const order =
    linearize(parents) ??
    interpreter.raise(
      'TypeError',
      `Cannot create a consistent method resolution order (MRO) for bases ${parents.map((base) => base.name).join(', ')}`,
      span,
    )
  const mro: ClassValue[] = []
  const cls: ClassValue = {
    kind: 'class',
    name,
    qualifiedName: name,
    bases: parents,
    mro,
    attributes: new Map(attributes),
    span,
    unknownBase,
  }
  mro.push(cls, ...order)
  for (const [key, value] of [...cls.attributes]) {
    if (value.kind !== 'instance') continue
    const notify = lookUp(value.cls, '__set_name__')
    if (notify !== undefined) interpreter.call(notify, [value, cls, str(key)], undefined, span)
  }
  const hook = mro
    .slice(1)
    .map((each) => each.attributes.get('__init_subclass__'))
    .find((found) => found !== undefined)
  if (hook !== undefined) interpreter.call(hook.kind === 'classMethod' ? hook.fn : hook, [cls], keywords, span)
  return cls
}
