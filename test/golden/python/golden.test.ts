import assert from 'node:assert/strict'
import { createInterpreter, initParser, PythonError } from '../../../src/python'
import { askPython } from '../askPython'
import { type GoldenCase, readGolden } from './golden'

const cases = readGolden()

function evaluated({ source, expected }: GoldenCase): string[] {
  const interpreter = createInterpreter()
  const module = interpreter.runModule('case.py', source)
  return expected.map(({ expression }) => {
    if (expression === 'notes') return interpreter.notes.map(({ kind, span, message }) => `${kind} ${span?.line}: ${message}`).join('; ')
    try {
      return interpreter.repr(interpreter.evaluateIn(expression, module))
    } catch (error) {
      if (error instanceof PythonError) return `raises ${error.message}`
      throw error
    }
  })
}

describe('Python, as its golden texts say', () => {
  before(initParser)

  for (const each of cases) {
    it(`${each.file}, case ${each.index + 1}`, () => {
      const found = evaluated(each).map((representation, index) => `${each.expected[index]?.expression} = ${representation}`)
      assert.deepEqual(
        found,
        each.expected.map(({ expression, representation }) => `${expression} = ${representation}`),
      )
    })
  }

  it('CPython says the same', function () {
    const concrete = cases.filter((each) => !each.isAbstract)
    const script = [
      'import json, sys',
      'cases = json.load(sys.stdin)',
      'out = []',
      'for source, expressions in cases:',
      "    scope = {'__name__': '__main__'}",
      "    exec(compile(source, 'case.py', 'exec'), scope)",
      '    row = []',
      '    for expression in expressions:',
      '        try: row.append(repr(eval(expression, scope)))',
      "        except Exception as error: row.append('raises ' + type(error).__name__ + ': ' + str(error))",
      '    out.append(row)',
      'json.dump(out, sys.stdout)',
    ].join('\n')
    const answers = askPython(
      ['python3'],
      script,
      concrete.map((each) => [each.source, each.expected.map(({ expression }) => expression)]),
    )
    if (answers === undefined) {
      console.log('      python3 is not installed: the golden texts were not compared with it')
      this.skip()
    }
    assert.deepEqual(
      answers,
      concrete.map((each) => each.expected.map(({ representation }) => representation)),
    )
  })
})
