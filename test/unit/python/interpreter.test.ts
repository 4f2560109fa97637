import assert from 'node:assert/strict'
import { createInterpreter, type Frame, initParser, PythonError, type PythonInterpreter, type Value } from '../../../src/python'
import { none } from '../../../src/python/make'
import { native, nativeModule } from '../../../src/python/native'

/** Runs a program that may call `watch()`, which keeps the frames at that point. */
function watched(text: string): { interpreter: PythonInterpreter; seen: readonly Frame[]; value: (expression: string) => Value } {
  let seen: readonly Frame[] = []
  const watch = native('watch(*args)', (_args, interpreter) => {
    seen = [...interpreter.frames]
    return none
  })
  const interpreter = createInterpreter({ nativeModules: new Map([['watching', () => nativeModule('watching', [['watch', watch]])]]) })
  const module = interpreter.runModule('m.py', `from watching import watch\n${text}`)
  return { interpreter, seen, value: (expression) => interpreter.evaluateIn(expression, module) }
}

describe('the interpreter', () => {
  before(initParser)

  it('gives each instance the span of the call that made it', () => {
    const text = 'class A: pass\ndef make():\n    return A()\nfirst = A()\nsecond = make()\nthird = [A() for _ in range(2)]\n'
    const { value } = watched(text)
    const line = (expression: string): number | undefined => {
      const found = value(expression)
      return found.kind === 'instance' ? found.span?.line : undefined
    }
    assert.deepEqual([line('first'), line('second'), line('third[0]'), line('third[1]')], [5, 4, 7, 7])
  })

  it('tells where it is by its frames', () => {
    const { seen, value } = watched(
      'class A:\n    def outer(self): return self.inner(1)\n    def inner(self, x): return watch(x)\na = A()\na.outer()\n',
    )
    assert.deepEqual(
      seen.map(({ functionName, callSpan, self }) => [functionName, callSpan?.line, self === value('a')]),
      [
        ['A.outer', 6, true],
        ['A.inner', 3, true],
      ],
    )
  })

  it('leaves no frame behind, however a call ends', () => {
    const { interpreter } = watched(
      'def f(n):\n    if n == 0: raise ValueError\n    return f(n - 1)\ntry: f(3)\nexcept ValueError: pass\ndef g(): return g()\ng()\ng()\n',
    )
    assert.equal(interpreter.frames.length, 0)
    assert.equal(interpreter.meter.depth, 0)
    assert.equal(interpreter.notes.length, 1)
  })

  it('evaluates expressions in a module, and only expressions', () => {
    const { interpreter, value } = watched('x = [1, 2]\n')
    assert.equal(interpreter.repr(value('[y * 2 for y in x]')), '[2, 4]')
    assert.equal(value('y = 3').kind, 'unknown')
    assert.equal(value('x +').kind, 'unknown')
    assert.throws(
      () => value('x[5]'),
      (error) => error instanceof PythonError && error.message === 'IndexError: list index out of range',
    )
  })

  it('says each thing once', () => {
    const { interpreter } = watched('import gone\ndef f():\n    if gone.flag: return 1\n    return 2\nfor i in range(50): f()\n')
    assert.deepEqual(
      interpreter.notes.map(({ kind, span }) => [kind, span?.line]),
      [
        ['unread', 2],
        ['assumption', 4],
      ],
    )
  })

  it('runs what is under the main guard by the name that it is given', () => {
    const text = "ran = __name__ == '__main__'\n"
    const named = createInterpreter({ mainName: 'module' })
    assert.equal(named.repr(named.runModule('m.py', text).attributes.get('ran') ?? none), 'False')
    const main = createInterpreter()
    assert.equal(main.repr(main.runModule('m.py', text).attributes.get('ran') ?? none), 'True')
  })

  it('keeps the state of a framework for a run', () => {
    const interpreter = createInterpreter()
    const made = interpreter.state('counter', () => ({ count: 0 }))
    made.count++
    assert.equal(interpreter.state('counter', () => ({ count: 5 })).count, 1)
    assert.equal(createInterpreter().state('counter', () => ({ count: 5 })).count, 5)
  })
})
