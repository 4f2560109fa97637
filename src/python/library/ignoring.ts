/** Objects whose methods do nothing here: loggers, progress bars, writers. */

import type { Interpreter } from '../host'
import { none } from '../make'
import { type Bound, method, named, native, nativeClass } from '../native'
import type { ClassValue, Value } from '../values'

interface Ignoring {
  readonly name: string
  readonly qualifiedName: string
  /** What any method gives. */
  readonly result?: (self: Value, args: Bound, interpreter: Interpreter) => Value
  readonly attributes?: readonly (readonly [string, Value])[]
}

/** A class of which any attribute is a method that changes nothing. As a context manager it gives itself. */
export function ignoringClass({ name, qualifiedName, result = () => none, attributes = [] }: Ignoring): ClassValue {
  return nativeClass({
    name,
    qualifiedName,
    attributes: [
      ...named(
        method('__init__(self, /, *args, **kwargs)', () => none),
        method('__getattr__(self, name, /)', (outer, interpreter) => {
          const attribute = outer.string('name') ?? ''
          if (attribute.startsWith('__'))
            return interpreter.raise('AttributeError', `'${name}' object has no attribute '${attribute}'`, outer.span)
          return native(`${attribute}(*args, **kwargs)`, (args) => result(outer.value('self'), args, interpreter))
        }),
        method('__enter__(self, /)', (args) => args.value('self')),
        method('__exit__(self, /, *args)', () => none),
      ),
      ...attributes,
    ],
  })
}
