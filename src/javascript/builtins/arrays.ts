/** Methods of arrays. */
import type { Evaluator } from '../interpreter/evaluator'
import { Thrown } from '../interpreter/completion'
import { itemsOf } from '../interpreter/iterate'
import { toText } from '../interpreter/text'
import { truthOf } from '../interpreter/truth'
import { ArrayValue, type FunctionValue, isArray, isUnknown, native, Unknown, type Value } from '../values'

type Method = (run: Evaluator, array: ArrayValue, args: readonly Value[]) => Value

const numeric = (value: Value, fallback: number): number => (value === undefined ? fallback : Math.trunc(Number(value)) || 0)

const each = (run: Evaluator, { items }: ArrayValue, fn: Value, body: (result: Value, item: Value, index: number) => boolean): void => {
  for (const [index, item] of [...items].entries()) {
    run.meter.step()
    if (!body(run.call(fn, undefined, [item, index], null), item, index)) return
  }
}

const found: Method = (run, array, [fn]) => {
  let at = -1
  each(run, array, fn, (result, _, index) => {
    if (truthOf(result) === true) at = index
    return at < 0
  })
  return at
}

const flat: Method = (run, array, [depth]) => {
  const levels = numeric(depth, 1)
  const spread = (items: readonly Value[], left: number): Value[] =>
    items.flatMap((item) => (isArray(item) && left > 0 ? spread(item.items, left - 1) : [item]))
  const items = spread(array.items, Math.min(levels, 16))
  run.meter.size(items.length)
  return new ArrayValue(items)
}

const fold =
  (fromRight: boolean): Method =>
  (run, array, args) => {
    const items = fromRight ? [...array.items].reverse() : [...array.items]
    if (items.length === 0 && args.length < 2)
      throw new Thrown('TypeError', null, 'TypeError: reduce of an empty array with no initial value')
    let result = args.length > 1 ? args[1] : items.shift()
    const offset = args.length > 1 ? 0 : 1
    for (const [index, item] of items.entries()) result = run.call(args[0], undefined, [result, item, index + offset, array], null)
    return result
  }

function ordered(run: Evaluator, items: readonly Value[], compare: Value): Value[] {
  const by = (a: Value, b: Value): number => {
    if (compare === undefined) return toText(a) < toText(b) ? -1 : toText(a) > toText(b) ? 1 : 0
    const result = run.call(compare, undefined, [a, b], null)
    return typeof result === 'number' ? result : 0
  }
  return [...items].sort(by)
}

const methods: Readonly<Record<string, Method>> = {
  push: (run, { items }, args) => {
    run.meter.size(items.length)
    return items.push(...args)
  },
  pop: (_, { items }) => items.pop(),
  shift: (_, { items }) => items.shift(),
  unshift: (_, { items }, args) => items.unshift(...args),
  slice: (_, { items }, [start, end]) => new ArrayValue(items.slice(numeric(start, 0), end === undefined ? undefined : numeric(end, 0))),
  splice: (_, { items }, [start, count, ...added]) =>
    new ArrayValue(items.splice(numeric(start, 0), count === undefined ? items.length : numeric(count, 0), ...added)),
  concat: (run, { items }, args) => {
    const joined = [...items, ...args.flatMap((value) => (isArray(value) ? value.items : [value]))]
    run.meter.size(joined.length)
    return new ArrayValue(joined)
  },
  join: (_, { items }, [separator]) => {
    const unknown = items.find(isUnknown)
    return (
      unknown ??
      items.map((item) => (item === null || item === undefined ? '' : toText(item))).join(separator === undefined ? ',' : toText(separator))
    )
  },
  map: (run, array, [fn]) => {
    const results: Value[] = []
    each(run, array, fn, (result) => results.push(result) > 0)
    return new ArrayValue(results)
  },
  forEach: (run, array, [fn]) => {
    each(run, array, fn, () => true)
    return undefined
  },
  filter: (run, array, [fn]) => {
    const kept: Value[] = []
    each(run, array, fn, (result, item) => {
      if (truthOf(result) === true) kept.push(item)
      return true
    })
    return new ArrayValue(kept)
  },
  flatMap: (run, array, args) => {
    const mapped = methods.map?.(run, array, args)
    return isArray(mapped) ? flat(run, mapped, [1]) : mapped
  },
  find: (run, array, args) => array.items[Number(found(run, array, args))],
  findIndex: found,
  some: (run, array, args) => Number(found(run, array, args)) >= 0,
  every: (run, array, [fn]) => {
    let all = true
    each(run, array, fn, (result) => {
      all = truthOf(result) === true
      return all
    })
    return all
  },
  includes: (_, { items }, [value]) => items.includes(value),
  indexOf: (_, { items }, [value]) => items.indexOf(value),
  at: (_, { items }, [index]) => items.at(numeric(index, 0)),
  reduce: fold(false),
  reduceRight: fold(true),
  flat,
  fill: (_, array, [value, start, end]) => {
    array.items.fill(value, numeric(start, 0), end === undefined ? undefined : numeric(end, 0))
    return array
  },
  reverse: (_, array) => {
    array.items.reverse()
    return array
  },
  toReversed: (_, { items }) => new ArrayValue([...items].reverse()),
  sort: (run, array, [compare]) => {
    const sorted = ordered(run, array.items, compare)
    array.items.splice(0, sorted.length, ...sorted)
    return array
  },
  toSorted: (run, { items }, [compare]) => new ArrayValue(ordered(run, items, compare)),
  keys: (_, { items }) => new ArrayValue(items.map((_item, index) => index)),
  values: (_, { items }) => new ArrayValue([...items]),
  entries: (_, { items }) => new ArrayValue(items.map((item, index) => new ArrayValue([index, item]))),
  toString: (_: Evaluator, array: ArrayValue) => toText(array),
}

export function arrayMember(run: Evaluator, array: ArrayValue, name: string): Value {
  if (name === 'length') return array.items.length
  if (/^\d+$/.test(name)) return array.items[Number(name)]
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  return method === undefined ? undefined : native(name, (args) => method(run, array, args))
}

/** `Array.from(items, fn)`, where `{length: n}` stands for n items. */
function from(run: Evaluator, [source, fn]: readonly Value[]): Value {
  const length = typeof source === 'object' && source?.kind === 'object' ? source.value('length') : undefined
  let items: readonly Value[] | Unknown
  if (typeof length === 'number') {
    run.meter.size(length)
    items = new Array<Value>(Math.max(0, Math.trunc(length))).fill(undefined)
  } else items = isUnknown(length) ? length : itemsOf(source, null)
  if (isUnknown(items)) return items
  const made = new ArrayValue([...items])
  return fn === undefined ? made : (methods.map?.(run, made, [fn]) ?? made)
}

function ofLength(run: Evaluator, args: readonly Value[]): Value {
  const [length] = args
  if (args.length !== 1 || typeof length !== 'number') return isUnknown(length) ? length : new ArrayValue([...args])
  run.meter.size(length)
  return new ArrayValue(new Array<Value>(Math.max(0, Math.trunc(length))).fill(undefined))
}

/** The global `Array`. */
export function arrayClass(run: Evaluator): FunctionValue {
  const made = native('Array', (args) => ofLength(run, args))
  const statics: Readonly<Record<string, Value>> = {
    isArray: native('isArray', ([value]) => (isUnknown(value) ? new Unknown(value.reason, value.span) : isArray(value))),
    from: native('from', (args) => from(run, args)),
    of: native('of', (args) => new ArrayValue([...args])),
  }
  for (const [name, value] of Object.entries(statics)) made.properties.set(name, { value, span: null })
  return made
}
