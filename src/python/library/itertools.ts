/** The itertools module: lazy throughout, each step counted. */
import { isItems, itemsOf, iterate } from '../builtins'
import { asInteger } from '../guards'
import type { Interpreter } from '../host'
import { iterator, tuple } from '../make'
import { type Bound, native, nativeClass } from '../native'
import type { BuiltinValue, IteratorValue, UnknownValue, Value } from '../values'
import { libraryModule, named } from './module'

/** An iterator over a JavaScript generator's values, each counted as a step. */
function lazily(name: string, generator: Generator<Value>, interpreter: Interpreter): IteratorValue {
  let done = false
  return iterator(name, () => {
    if (done) return undefined
    interpreter.step()
    const next = generator.next()
    if (next.done === true) {
      done = true
      return undefined
    }
    return next.value
  })
}

/** What an iterator still gives. */
function* drained(source: IteratorValue): Generator<Value> {
  for (let item = source.next(); item !== undefined; item = source.next()) yield item
}

type Produce = (sources: readonly IteratorValue[], args: Bound, interpreter: Interpreter) => Generator<Value>

/** A function of iterables that makes an iterator; an Unknown iterable gives itself. `names` are parameters, `*name` collects. */
function combining(signature: string, names: readonly string[], produce: Produce): BuiltinValue {
  const made = native(signature, (args, interpreter) => {
    if (args.unknownRest !== undefined) return args.unknownRest
    const sources: IteratorValue[] = []
    for (const name of names) {
      for (const value of name.startsWith('*') ? args.rest(name.slice(1)) : [args.value(name)]) {
        const source: IteratorValue | UnknownValue = iterate(value, interpreter, args.span)
        if (source.kind === 'unknown') return source
        sources.push(source)
      }
    }
    return lazily(made.name, produce(sources, args, interpreter), interpreter)
  })
  return made
}

/** Items of one arrangement or product. */
const longest = 200

/** The same of whole collections, as tuples of items picked by index. */
function picking(
  signature: string,
  pick: (count: number, length: number) => Generator<readonly number[]>,
  usual: (count: number) => number | undefined,
): BuiltinValue {
  const made = native(signature, (args, interpreter) => {
    const items = itemsOf(args.value('iterable'), interpreter, args.span)
    if (!isItems(items)) return items
    const length = args.value('r').kind === 'none' ? usual(items.length) : asInteger(args.value('r'))
    if (length === undefined) return args.firstUnknown() ?? interpreter.raise('TypeError', 'r must be an integer', args.span)
    if (length > longest) return interpreter.unknown('arrangements this long are not made', args.span)
    if (length < 0) return interpreter.raise('ValueError', 'r must be non-negative', args.span)
    function* chosen(all: readonly Value[], size: number): Generator<Value> {
      for (const indexes of pick(all.length, size)) yield tuple(indexes.map((index) => all[index] as Value))
    }
    return lazily(made.name, chosen(items, length), interpreter)
  })
  return made
}

function* arrangements(
  count: number,
  length: number,
  next: (chosen: readonly number[]) => Iterable<number>,
  chosen: readonly number[] = [],
): Generator<readonly number[]> {
  if (chosen.length === length) {
    yield chosen
    return
  }
  for (const index of next(chosen)) if (index < count) yield* arrangements(count, length, next, [...chosen, index])
}

function* from(start: number, stop: number): Generator<number> {
  for (let index = start; index < stop; index++) yield index
}

function* product(pools: readonly (readonly Value[])[], chosen: readonly Value[] = []): Generator<Value> {
  const pool = pools[chosen.length]
  if (pool === undefined) yield tuple(chosen)
  else for (const item of pool) yield* product(pools, [...chosen, item])
}

function* chained(sources: Iterable<IteratorValue>): Generator<Value> {
  for (const source of sources) yield* drained(source)
}

/** Whether a test holds; an Unknown answer counts as yes, and the item with it is given as that Unknown. */
function holds(test: Value, item: Value, args: Bound, interpreter: Interpreter): boolean | undefined {
  return interpreter.truth(test.kind === 'none' ? item : interpreter.call(test, [item], undefined, args.span), args.span)
}

const fromIterable = native('from_iterable(iterable, /)', (args, interpreter) => {
  const outer = iterate(args.value('iterable'), interpreter, args.span)
  if (outer.kind === 'unknown') return outer
  function* all(source: IteratorValue): Generator<Value> {
    for (const each of drained(source)) {
      const inner = iterate(each, interpreter, args.span)
      if (inner.kind === 'unknown') yield inner
      else yield* drained(inner)
    }
  }
  return lazily('chain', all(outer), interpreter)
})

const count = native('count(start=0, step=1)', (args, interpreter) => {
  let at = args.value('start')
  return iterator('count', () => {
    interpreter.step()
    const value = at
    at = interpreter.binary('+', at, args.value('step'), args.span)
    return value
  })
})

const cycle = combining('cycle(iterable, /)', ['iterable'], function* ([source]) {
  const saved: Value[] = []
  for (const item of source === undefined ? [] : drained(source)) {
    saved.push(item)
    yield item
  }
  while (saved.length > 0) yield* saved
})

const repeat = native('repeat(object, times=None)', (args, interpreter) => {
  let left = args.value('times').kind === 'none' ? Number.POSITIVE_INFINITY : asInteger(args.value('times'))
  if (left === undefined) return args.firstUnknown() ?? interpreter.raise('TypeError', 'times must be an integer', args.span)
  return iterator('repeat', () => {
    interpreter.step()
    left = (left ?? 0) - 1
    return left < 0 ? undefined : args.value('object')
  })
})

const islice = native('islice(iterable, *args)', (args, interpreter) => {
  const source = iterate(args.value('iterable'), interpreter, args.span)
  if (source.kind === 'unknown') return source
  const hidden = args.firstUnknown()
  if (hidden !== undefined) return hidden
  const bounds = args.rest('args')
  const bound = (value: Value | undefined, otherwise: number): number =>
    value === undefined || value.kind === 'none'
      ? otherwise
      : (asInteger(value) ?? interpreter.raise('ValueError', 'Indices for islice() must be None or an integer', args.span))
  const infinite = Number.POSITIVE_INFINITY
  const [start, stop, step] =
    bounds.length === 1 ? [0, bound(bounds[0], infinite), 1] : [bound(bounds[0], 0), bound(bounds[1], infinite), bound(bounds[2], 1)]
  let [at, wanted] = [0, start]
  return iterator('islice', () => {
    interpreter.step()
    if (wanted >= stop) return undefined
    let item = source.next()
    for (at += 1; item !== undefined && at <= wanted; at++) item = source.next()
    wanted += Math.max(1, step)
    return item
  })
})

const productCall = native('product(*iterables, repeat=1)', (args, interpreter) => {
  const hidden = args.firstUnknown()
  if (hidden !== undefined) return hidden
  const pools: (readonly Value[])[] = []
  for (const value of args.rest('iterables')) {
    const items = itemsOf(value, interpreter, args.span)
    if (!isItems(items)) return items
    pools.push([...items])
  }
  const times = asInteger(args.value('repeat')) ?? 1
  if (times * pools.length > longest) return interpreter.unknown('products this long are not made', args.span)
  return lazily('product', product(Array.from({ length: times }, () => pools).flat()), interpreter)
})

const accumulate = native('accumulate(iterable, func=None, *, initial=None)', (args, interpreter) => {
  const source = iterate(args.value('iterable'), interpreter, args.span)
  if (source.kind === 'unknown') return source
  const fn = args.value('func')
  let total: Value | undefined = args.value('initial').kind === 'none' ? undefined : args.value('initial')
  let pending = total !== undefined
  return iterator('accumulate', () => {
    interpreter.step()
    if (pending) {
      pending = false
      return total
    }
    const item = source.next()
    if (item === undefined) return undefined
    if (total === undefined) total = item
    else
      total =
        fn.kind === 'none' ? interpreter.binary('+', total, item, args.span) : interpreter.call(fn, [total, item], undefined, args.span)
    return total
  })
})

/** Groups are lists made as they are reached. */
const groupby = native('groupby(iterable, key=None)', (args, interpreter) => {
  const source = iterate(args.value('iterable'), interpreter, args.span)
  if (source.kind === 'unknown') return source
  const key = args.value('key')
  function* groups(all: IteratorValue): Generator<Value> {
    let open: { key: Value; items: Value[] } | undefined
    for (const item of drained(all)) {
      const itemKey = key.kind === 'none' ? item : interpreter.call(key, [item], undefined, args.span)
      if (open !== undefined && interpreter.equals(open.key, itemKey) === true) open.items.push(item)
      else {
        if (open !== undefined) yield tuple([open.key, iterate(tuple(open.items), interpreter)])
        open = { key: itemKey, items: [item] }
      }
    }
    if (open !== undefined) yield tuple([open.key, iterate(tuple(open.items), interpreter)])
  }
  return lazily('groupby', groups(source), interpreter)
})

function* zipped(sources: readonly IteratorValue[], fill: Value): Generator<Value> {
  for (;;) {
    const items = sources.map((source) => source.next())
    if (items.every((item) => item === undefined)) return
    yield tuple(items.map((item) => item ?? fill))
  }
}

function testing(
  name: string,
  produce: (source: IteratorValue, test: (item: Value) => boolean | undefined) => Generator<Value>,
): BuiltinValue {
  return combining(`${name}(predicate, iterable, /)`, ['iterable'], function* ([source], args, interpreter) {
    if (source !== undefined) yield* produce(source, (item) => holds(args.value('predicate'), item, args, interpreter))
  })
}

const tee = native('tee(iterable, n=2, /)', (args, interpreter) => {
  const source = iterate(args.value('iterable'), interpreter, args.span)
  if (source.kind === 'unknown') return source
  const seen: Value[] = []
  const reader = (): IteratorValue => {
    let index = 0
    return iterator('tee', () => {
      if (index >= seen.length) {
        const item = source.next()
        if (item === undefined) return undefined
        seen.push(item)
      }
      index += 1
      return seen[index - 1]
    })
  }
  const readers = asInteger(args.value('n')) ?? 2
  return readers > longest
    ? interpreter.unknown('this many iterators are not made', args.span)
    : tuple(Array.from({ length: readers }, reader))
})

const functions: readonly BuiltinValue[] = [
  count,
  cycle,
  repeat,
  islice,
  productCall,
  accumulate,
  groupby,
  tee,
  picking(
    'permutations(iterable, r=None)',
    (size, length) =>
      arrangements(size, length, function* (chosen) {
        for (const index of from(0, size)) if (!chosen.includes(index)) yield index
      }),
    (size) => size,
  ),
  picking(
    'combinations(iterable, r)',
    (size, length) => arrangements(size, length, (chosen) => from((chosen.at(-1) ?? -1) + 1, size)),
    () => undefined,
  ),
  picking(
    'combinations_with_replacement(iterable, r)',
    (size, length) => arrangements(size, length, (chosen) => from(chosen.at(-1) ?? 0, size)),
    () => undefined,
  ),
  combining('starmap(function, iterable, /)', ['iterable'], function* ([source], args, interpreter) {
    for (const item of source === undefined ? [] : drained(source)) {
      const items = itemsOf(item, interpreter, args.span)
      yield isItems(items) ? interpreter.call(args.value('function'), items, undefined, args.span) : items
    }
  }),
  testing('takewhile', function* (source, test) {
    for (const item of drained(source)) {
      if (test(item) === false) return
      yield item
    }
  }),
  testing('dropwhile', function* (source, test) {
    let dropping = true
    for (const item of drained(source)) {
      dropping &&= test(item) === true
      if (!dropping) yield item
    }
  }),
  testing('filterfalse', function* (source, test) {
    for (const item of drained(source)) if (test(item) !== true) yield item
  }),
  combining('zip_longest(*iterables, fillvalue=None)', ['*iterables'], (sources, args) => zipped(sources, args.value('fillvalue'))),
  combining('compress(data, selectors)', ['data', 'selectors'], function* ([data, selectors], _, interpreter) {
    if (data === undefined || selectors === undefined) return
    for (const item of drained(data)) {
      const selector = selectors.next()
      if (selector === undefined) return
      if (interpreter.truth(selector) !== false) yield item
    }
  }),
  combining('pairwise(iterable, /)', ['iterable'], function* ([source]) {
    let before = source?.next()
    if (source !== undefined)
      for (const item of drained(source)) {
        if (before !== undefined) yield tuple([before, item])
        before = item
      }
  }),
  combining('batched(iterable, n)', ['iterable'], function* ([source], args) {
    const size = Math.max(1, asInteger(args.value('n')) ?? 1)
    let batch: Value[] = []
    for (const item of source === undefined ? [] : drained(source)) {
      batch.push(item)
      if (batch.length < size) continue
      yield tuple(batch)
      batch = []
    }
    if (batch.length > 0) yield tuple(batch)
  }),
]

/** A class, so that `chain.from_iterable` is found on it; its `__new__` gives the iterator. */
const chain = nativeClass({
  name: 'chain',
  qualifiedName: 'itertools.chain',
  attributes: [
    ['__new__', combining('__new__(cls, *iterables)', ['*iterables'], (sources) => chained(sources))],
    ['from_iterable', fromIterable],
  ],
})

export const itertools = libraryModule('itertools', [['chain', chain], ...named(...functions)])
