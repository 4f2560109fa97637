/** Programs made to never end or to fill the memory: each is cut off, said so, and what stands around it is read. */
import assert from 'node:assert/strict'
import { createInterpreter, initParser } from '../../../src/python'

const programs: Readonly<Record<string, string>> = {
  'an endless loop': 'while True: pass',
  'an endless recursion': 'def f(n): return f(n + 1)\nx = f(0)',
  'a recursion of two': 'def f(n): return g(n)\ndef g(n): return f(n)\nx = f(0)',
  'a property that asks for itself': 'class A:\n    @property\n    def p(self): return self.p\nx = A().p',
  'an attribute that makes another': 'class A:\n    def __getattr__(self, n): return getattr(self, n + "x")\nx = A().q',
  'an equality that asks itself': 'class A:\n    def __eq__(self, o): return o == self\nx = A() == A()',
  'a comprehension over 10⁹ × 10⁹': 'x = [0 for i in range(10**9) for j in range(10**9)]',
  'a sum over 10⁹': 'x = sum(i for i in range(10**9))',
  'a text of 10⁹': 'x = "a" * 10**9',
  'a list of 10⁹': 'x = [1] * 10**9',
  'a list of a range of 10¹²': 'x = list(range(10**12))',
  'lists that double': 'x = [1]\nfor i in range(100): x = x + x',
  'texts that double': 'x = "a"\nfor i in range(100): x += x',
  'a width of 10⁹': 'x = "%1000000000d" % 3',
  'an endless generator': 'def g():\n    while True: yield 1\nx = list(g())',
  'an endless iterator': 'import itertools\nx = list(itertools.count())',
  '20! permutations': 'import itertools\nx = list(itertools.permutations(range(20)))',
  '20,000 parentheses': `x = ${'('.repeat(20000)}1${')'.repeat(20000)}`,
  'a sum of 100 KB': `x = ${'1 + '.repeat(25000)}1`,
  '5,000 elifs': `if a == 0: pass\n${'elif a == 3: pass\n'.repeat(5000)}`,
  '10,000 attributes': `x = a${'.real'.repeat(10000)}`,
}

describe('hostile programs', () => {
  before(initParser)

  for (const [title, program] of Object.entries(programs)) {
    it(`${title}: cut off`, function () {
      this.timeout(20_000)
      const interpreter = createInterpreter()
      const module = interpreter.runModule('h.py', `a = 1\n${program}\nb = 2\n`)
      assert.equal(interpreter.repr(interpreter.evaluateIn('a, b', module)), '(1, 2)')
      const [note] = interpreter.notes
      assert.ok(note !== undefined, 'something is said')
      assert.equal(note.kind, 'unread')
      assert.ok((note.span?.line ?? 0) >= 2, 'the line is named')
    })
  }

  it('does not compute integers without end', () => {
    const interpreter = createInterpreter()
    const module = interpreter.runModule('h.py', 'x = 10**10**10\ny = 1 << 10**12\nz = 2**99000\nw = z * z')
    for (const name of ['x', 'y', 'w'])
      assert.equal(interpreter.repr(interpreter.evaluateIn(name, module)), '<this integer has more digits than are computed>')
  })

  it('stops with the clock, and still reads what is defined after', () => {
    let clock = 0
    const interpreter = createInterpreter({ now: () => clock++, budget: { milliseconds: 50, steps: 1e9 } })
    const module = interpreter.runModule('h.py', `${'while True: pass\n'.repeat(200)}def f(): return 3\n`)
    assert.equal(module.attributes.get('f')?.kind, 'function')
    assert.ok(interpreter.notes.length < 100, 'the end of the time is said once')
  })

  it('leaves a share to the statements after one that used up its own', () => {
    const interpreter = createInterpreter({ budget: { steps: 20_000 } })
    const module = interpreter.runModule('h.py', 'while True: pass\nwhile True: pass\nx = sum(i for i in range(100))\n')
    assert.equal(interpreter.repr(interpreter.evaluateIn('x', module)), '4950')
  })
})
