/**
 * Text tests of the library and the builtins. A file holds cases, each Python source, `==>`, and lines `expression -> repr`;
 * `---` stands between cases. What is written is what Python says: where CPython is installed, it is asked too.
 * A case that starts with `# only here` shows what is Unknown to us and is not asked of CPython.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { askPython } from '../askPython'
import { splitCases } from '../golden'
import { createInterpreter, initParser } from '../../../src/python'

interface Case {
  readonly title: string
  readonly source: string
  readonly expected: readonly (readonly [expression: string, text: string])[]
}

const folder = join(process.cwd(), 'test/golden/python-library')

function casesOf(text: string): Case[] {
  return splitCases(text).map(({ source, result }) => {
    const expected = (result ?? '').trim().split('\n').map((line): [string, string] => {
      const arrow = line.indexOf(' -> ')
      return [line.slice(0, arrow).trim(), line.slice(arrow + 4).trim()]
    })
    return { title: source.trim().split('\n')[0] ?? '', source: source.replace(/^\n+/, ''), expected }
  })
}

const asking = `
import json, sys
answers = []
for source, expressions in json.load(sys.stdin):
    space = {'__name__': '__main__'}
    try:
        exec(source, space)
    except Exception as error:
        answers.append(['%s: %s' % (type(error).__name__, error)] * len(expressions))
        continue
    found = []
    for expression in expressions:
        try:
            found.append(repr(eval(expression, space)))
        except Exception as error:
            found.append('%s: %s' % (type(error).__name__, error))
    answers.append(found)
json.dump(answers, sys.stdout)
`

for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt')).sort()) {
  const cases = casesOf(readFileSync(join(folder, file), 'utf8'))
  describe(`python library: ${file}`, () => {
    before(initParser)
    for (const each of cases) {
      it(each.title, () => {
        const interpreter = createInterpreter({})
        const module = interpreter.runModule('case.py', each.source)
        const found = each.expected.map(([expression]) => {
          try {
            return interpreter.repr(interpreter.evaluateIn(expression, module))
          } catch (error) {
            return error instanceof Error ? error.message : String(error)
          }
        })
        assert.deepEqual(found, each.expected.map(([, text]) => text), interpreter.notes.map((note) => note.message).join('\n'))
      })
    }

    it('is what CPython says', function () {
      const shared = cases.filter((each) => !each.source.startsWith('# only here'))
      const answers = askPython(
        ['python3'],
        asking,
        shared.map((each) => [each.source, each.expected.map(([expression]) => expression)]),
      )
      if (answers === undefined) this.skip()
      assert.deepEqual(answers, shared.map((each) => each.expected.map(([, text]) => text)))
    })
  })
}
