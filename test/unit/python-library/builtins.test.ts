import assert from 'node:assert/strict'
import { builtinNamespace, typeOf } from '../../../src/python/builtins'
import { float, int, none, tuple } from '../../../src/python/make'

describe('builtins', () => {
  it('have the names of Python', () => {
    const namespace = builtinNamespace()
    for (const name of ['len', 'range', 'isinstance', 'ValueError', 'property', 'super', 'zip', 'None'])
      assert.ok(namespace.has(name), name)
  })

  it('know the class of a value', () => {
    assert.deepEqual(
      [int(1), float(1), none, tuple()].map((value) => typeOf(value).name),
      ['int', 'float', 'NoneType', 'tuple'],
    )
    assert.equal(typeOf(typeOf(int(1))).name, 'type')
  })
})
