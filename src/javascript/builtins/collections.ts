/** Map and Set. */
import type { Evaluator } from '../interpreter/evaluator'
import { itemsOf } from '../interpreter/iterate'
import { ArrayValue, type FunctionValue, isArray, isUnknown, MapValue, native, SetValue, type Value } from '../values'

export function mapMember(map: MapValue, name: string): Value {
  switch (name) {
    case 'size':
      return map.entries.size
    case 'get':
      return native(name, ([key]) => map.entries.get(key))
    case 'has':
      return native(name, ([key]) => map.entries.has(key))
    case 'set':
      return native(name, ([key, value]) => {
        map.entries.set(key, value)
        return map
      })
    case 'delete':
      return native(name, ([key]) => map.entries.delete(key))
    case 'keys':
      return native(name, () => new ArrayValue([...map.entries.keys()]))
    case 'values':
      return native(name, () => new ArrayValue([...map.entries.values()]))
    case 'entries':
      return native(name, () => new ArrayValue([...map.entries].map(([key, value]) => new ArrayValue([key, value]))))
    case 'forEach':
      return native(name, ([fn], { span }) => {
        if (typeof fn === 'object' && fn?.kind === 'function')
          for (const [key, value] of map.entries) fn.invoke({ self: undefined, args: [value, key, map], argSpans: [], span })
        return undefined
      })
    default:
      return undefined
  }
}

export function setMember(set: SetValue, name: string): Value {
  switch (name) {
    case 'size':
      return set.items.size
    case 'has':
      return native(name, ([item]) => set.items.has(item))
    case 'add':
      return native(name, ([item]) => {
        set.items.add(item)
        return set
      })
    case 'delete':
      return native(name, ([item]) => set.items.delete(item))
    case 'values':
    case 'keys':
      return native(name, () => new ArrayValue([...set.items]))
    case 'forEach':
      return native(name, ([fn], { span }) => {
        if (typeof fn === 'object' && fn?.kind === 'function')
          for (const item of set.items) fn.invoke({ self: undefined, args: [item], argSpans: [], span })
        return undefined
      })
    default:
      return undefined
  }
}

export function collectionClasses(run: Evaluator): Readonly<Record<string, FunctionValue>> {
  const maker = (name: string, make: (items: readonly Value[]) => Value): FunctionValue =>
    native(name, ([source]) => {
      const items = source === undefined || source === null ? [] : itemsOf(source, null)
      if (isUnknown(items)) return items
      run.meter.size(items.length)
      return make(items)
    })
  const map = (items: readonly Value[]): Value => {
    const made = new MapValue()
    for (const item of items) if (isArray(item)) made.entries.set(item.items[0], item.items[1])
    return made
  }
  const set = (items: readonly Value[]): Value => {
    const made = new SetValue()
    for (const item of items) made.items.add(item)
    return made
  }
  return { Map: maker('Map', map), WeakMap: maker('WeakMap', map), Set: maker('Set', set), WeakSet: maker('WeakSet', set) }
}
