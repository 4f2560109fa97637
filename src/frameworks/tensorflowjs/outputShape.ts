import { ArrayValue, type Evaluator, isArray, isFunction, isObject, type ObjectValue, type Value } from '../../javascript'

/** Asks `computeOutputShape` of a layer that the file writes. null where it has none, or gives what is not known. */
export function outputShapeOf(run: Evaluator, instance: ObjectValue, shapes: readonly (readonly number[])[]): readonly number[] | null {
  const method = methodOf(instance, 'computeOutputShape')
  if (!isFunction(method) || method.node === null) return null
  const given = shapes.map((shape) => new ArrayValue([null, ...shape.slice(1)]))
  const result = run.guarded(method.node, () => run.call(method, instance, [given.length === 1 ? given[0] : new ArrayValue(given)], null))
  if (!isArray(result)) return null
  const [, ...sizes] = result.items
  const known = sizes.filter((size): size is number => typeof size === 'number' && Number.isInteger(size) && size >= 1)
  return known.length === sizes.length ? [shapes[0]?.[0] ?? 1, ...known] : null
}

/** A method of the instance's class, or of one that it extends. */
export function methodOf(instance: ObjectValue, name: string): Value {
  for (let cls = instance.cls; cls !== null; ) {
    const method = cls.cls?.methods.get(name)
    if (method !== undefined) return method
    const base: Value = cls.cls?.base
    cls = isFunction(base) ? base : null
  }
  return isObject(instance) ? instance.value(name) : undefined
}
