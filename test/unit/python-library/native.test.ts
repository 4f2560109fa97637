import assert from 'node:assert/strict'
import type { Interpreter } from '../../../src/python/host'
import { dict, float, int, list, none, str, tuple, unknown } from '../../../src/python/make'
import { linearize } from '../../../src/python/mro'
import { method, native, nativeClass } from '../../../src/python/native'
import type { Value } from '../../../src/python/values'

// Binding asks nothing of the interpreter but to raise.
const interpreter = {
  raise(exception: string, message: string): never {
    throw new Error(`${exception}: ${message}`)
  },
} as unknown as Interpreter

function call(signature: string, positional: Value[], keyword: Record<string, Value> = {}, names: string[] = []): unknown[] {
  let seen: unknown[] = []
  native(signature, (args) => {
    seen = names.map((name) => args.value(name))
    return none
  }).call({ positional, keyword: new Map(Object.entries(keyword)), span: null }, interpreter)
  return seen
}

describe('native functions', () => {
  it('bind positions, keywords and defaults', () => {
    const found = call('f(a, b=(1, 1), *, c=None, d=1e-5)', [int(3)], { d: float(2) }, ['a', 'b', 'c', 'd'])
    assert.deepEqual(found, [int(3), tuple([int(1), int(1)]), none, float(2)])
  })

  it('collect the rest', () => {
    const body = native('f(a, *args, flag=True, **kwargs)', (args) =>
      list([args.value('a'), tuple(args.rest('args')), args.value('flag'), ...args.keywords('kwargs').values()]),
    )
    const result = body.call({ positional: [int(1), int(2), int(3)], keyword: new Map([['z', str('last')]]), span: null }, interpreter)
    assert.deepEqual(result, list([int(1), tuple([int(2), int(3)]), { kind: 'bool', value: true }, str('last')]))
  })

  const refusals: [string, Value[], Record<string, Value>, string][] = [
    ['f(a, b)', [], {}, "f() missing 2 required positional arguments: 'a' and 'b'"],
    ['f(a, b, c)', [], {}, "f() missing 3 required positional arguments: 'a', 'b', and 'c'"],
    ['f(a)', [int(1), int(2)], {}, 'f() takes 1 positional argument but 2 were given'],
    ['f(a, b=1)', [int(1), int(2), int(3)], {}, 'f() takes from 1 to 2 positional arguments but 3 were given'],
    ['f(a)', [int(1)], { a: int(2) }, "f() got multiple values for argument 'a'"],
    ['f(a)', [int(1)], { z: int(2) }, "f() got an unexpected keyword argument 'z'"],
    ['f(*, a)', [], {}, "f() missing 1 required keyword-only argument: 'a'"],
  ]
  for (const [signature, positional, keyword, message] of refusals) {
    it(`refuse: ${message}`, () => {
      assert.throws(() => call(signature, positional, keyword), { message: `TypeError: ${message}` })
    })
  }

  it('take arguments of unknown content as unknown, not as defaults', () => {
    const rest = unknown('`options` is not known')
    const fn = native('f(a, b=1)', (args) => tuple([args.value('a'), args.value('b')]))
    const result = fn.call({ positional: [int(1)], keyword: new Map(), span: null, unknownRest: rest }, interpreter)
    assert.deepEqual(result, tuple([int(1), rest]))
  })

  it('bind self for methods only', () => {
    assert.equal(method('f(self)', () => none).bindsSelf, true)
    assert.equal(native('f()', () => none).bindsSelf, false)
  })
})

describe('class order', () => {
  it('is C3', () => {
    const [a, b] = [nativeClass({ name: 'A' }), nativeClass({ name: 'B' })]
    const c = nativeClass({ name: 'C', bases: [a, b] })
    const d = nativeClass({ name: 'D', bases: [b] })
    assert.deepEqual(
      nativeClass({ name: 'E', bases: [c, d] }).mro.map(({ name }) => name),
      ['E', 'C', 'A', 'D', 'B', 'object'],
    )
    assert.equal(linearize([a, c]), undefined)
  })
})

describe('dict entries', () => {
  it('compare keys as Python does', () => {
    const { entries } = dict()
    entries.set(int(1), str('int'))
    entries.set(float(1), str('float'))
    entries.set({ kind: 'bool', value: true }, str('bool'))
    entries.set(str('1'), str('text'))
    entries.set(tuple([int(1), str('a,b')]), str('tuple'))
    assert.equal(entries.size, 3)
    assert.deepEqual([...entries.keys()][0], int(1))
    assert.deepEqual(entries.get(tuple([float(1), str('a,b')])), str('tuple'))
    assert.equal(entries.has(tuple([int(1), str('a'), str('b')])), false)
  })
})
