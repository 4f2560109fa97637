import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Statement } from '../../../src/python'
import { initParser, parse } from '../../../src/python'

function first(text: string): Statement {
  const statement = parse('a.py', text).module.body[0]
  assert.ok(statement !== undefined)
  return statement
}

describe('the parser', () => {
  before(initParser)

  it('gives every node its place', () => {
    const text = 'x = 1\nclass Net(nn.Module):\n    é = "ü"; layer = nn.Linear(3, 4)\n'
    const { module, errors } = parse('net.py', text)
    assert.deepEqual(errors, [])
    const cls = module.body[1]
    assert.ok(cls?.kind === 'class')
    assert.equal(text.slice(cls.nameSpan.start, cls.nameSpan.end), 'Net')
    const assigned = cls.body[1]
    assert.ok(assigned?.kind === 'assign' && assigned.value.kind === 'call')
    const { span, argumentsSpan } = assigned.value
    assert.equal(text.slice(span.start, span.end), 'nn.Linear(3, 4)')
    assert.equal(text.slice(argumentsSpan.start, argumentsSpan.end), '(3, 4)')
    assert.deepEqual([span.file, span.line, span.column], ['net.py', 3, 21])
  })

  it('keeps comments with their places', () => {
    const { comments } = parse('a.py', '# init-lens: hidden=512\nx = f(1, # inside\n      2)\n')
    assert.deepEqual(
      comments.map(({ text, span }) => [text, span.line]),
      [
        ['# init-lens: hidden=512', 1],
        ['# inside', 2],
      ],
    )
  })

  it('reads the kinds of parameters', () => {
    const definition = first('def f(a, b=1, /, c: int = 2, *args: T, d, e=3, **kw): pass')
    assert.ok(definition.kind === 'functionDefinition')
    assert.deepEqual(
      definition.function.parameters.map(({ name, kind, defaultValue, annotation }) => [
        name,
        kind,
        defaultValue !== null,
        annotation !== null,
      ]),
      [
        ['a', 'positionalOnly', false, false],
        ['b', 'positionalOnly', true, false],
        ['c', 'positional', true, true],
        ['args', 'star', false, true],
        ['d', 'keywordOnly', false, false],
        ['e', 'keywordOnly', true, false],
        ['kw', 'doubleStar', false, false],
      ],
    )
  })

  it('puts the star of a display before the whole', () => {
    const statement = first('[*f(x).y[0] + z, 1]')
    assert.ok(statement.kind === 'expression' && statement.value.kind === 'list')
    const [starred] = statement.value.elements
    assert.ok(starred?.kind === 'starred')
    assert.equal(starred.value.kind, 'binary')
  })

  const broken: readonly [string, string, readonly string[], readonly number[]][] = [
    ['an unclosed call', 'a = 1\nb = f(1,\nc = 2\ndef g(): pass\n', ['a', 'c', 'g'], [2]],
    ['an unclosed definition', 'class A:\n    x = 1\ndef f(a, b:\n    return a\nclass B:\n    y = 2\n', ['A', 'B'], [3]],
    ['an attribute being typed', 'import m\nx = m.\ny = 1\nclass C: pass\n', ['m', 'y', 'C'], [2]],
    [
      'a call being typed in a method',
      'class Net:\n    def a(self):\n        self.l = f(\n        self.m = 1\n    def b(self): pass\nz = 1\n',
      ['Net', 'z'],
      [3],
    ],
    ['a stray bracket', 'a = 1)\nb = 2\n', ['b'], [1]],
    ['an unfinished string', 'a = 1\ns = "abc\nb = 2\n', ['a', 'b'], [2]],
    ['an operator without operand', 'a = 1\nb = 2 +\nc = 3\n', ['a', 'c'], [2]],
  ]
  for (const [title, text, names, lines] of broken) {
    it(`reads around ${title}`, () => {
      const { module, errors } = parse('a.py', text)
      assert.deepEqual([...new Set(errors.map(({ span }) => span.line))], lines)
      const bound = module.body.flatMap((statement) => {
        if (statement.kind === 'assign') return statement.targets.flatMap((target) => (target.kind === 'name' ? [target.name] : []))
        if (statement.kind === 'class') return [statement.name]
        if (statement.kind === 'functionDefinition') return [statement.function.name]
        return statement.kind === 'import' ? statement.names.map(({ name }) => name) : []
      })
      for (const name of names) assert.ok(bound.includes(name), `${name} is read`)
    })
  }

  it('keeps the methods around one that cannot be read', () => {
    const { module } = parse('a.py', 'class Net:\n    def a(self):\n        self.l = f(1,\n    def b(self):\n        return 1\n')
    const cls = module.body[0]
    assert.ok(cls?.kind === 'class')
    assert.deepEqual(
      cls.body.flatMap((statement) => (statement.kind === 'functionDefinition' ? [statement.function.name] : [])),
      ['a', 'b'],
    )
  })

  it('throws for no text, however mangled', () => {
    const piece = fc.constantFrom(
      'def f(',
      '):\n',
      '    ',
      'class A',
      ':',
      '\n',
      'x = ',
      '[',
      ']',
      '(',
      ')',
      '"""',
      "'",
      'f"{',
      '}"',
      'if ',
      'else:',
      'for x in',
      'lambda',
      '*',
      '**',
      ',',
      '.',
      '@',
      '\\\n',
      '#',
      'return',
      'yield',
      'match x:\n',
      'case ',
      '\u0000',
      'é',
      '🙂',
      '\t',
      '\r\n',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('')
        const { module, errors } = parse('a.py', text)
        for (const { span } of errors) assert.ok(span.start >= 0 && span.end <= text.length + 1)
        assert.ok(Array.isArray(module.body))
      }),
      { numRuns: 400, seed: 7 },
    )
  })

  it('does not read what is longer than a program', () => {
    const { module, errors } = parse('a.py', 'x = 1\n'.repeat(200_000))
    assert.equal(module.body.length, 0)
    assert.match(errors[0]?.message ?? '', /1200000 characters/)
  })
})
