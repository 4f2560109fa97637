/** Submodules that are there without being imported: `keras.layers` of `import keras`. */
import type { Interpreter } from '../../python/host'
import type { Value } from '../../python/values'

/** Finds a submodule of `parent` by its name. Importing it asks the parent for it again, which then has none. */
export function submodulesOf(interpreter: Interpreter, parent: string, names: ReadonlySet<string>): (name: string) => Value | undefined {
  const underWay = new Set<string>()
  return (name) => {
    if (!names.has(name) || underWay.has(name)) return undefined
    underWay.add(name)
    try {
      return interpreter.importModule(`${parent}.${name}`)
    } finally {
      underWay.delete(name)
    }
  }
}
