/** Random expressions, evaluated by us and by CPython (skipped where that is not installed): same repr, or the same exception. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { createInterpreter, initParser, type ModuleValue, type PythonInterpreter } from '../../../src/python'

const asking = `
import json, sys
setup, expressions = json.load(sys.stdin)
space = {}
exec(setup, space)
answers = []
for expression in expressions:
    try:
        answers.append(repr(eval(expression, dict(space))))
    except Exception as error:
        answers.append(type(error).__name__)
json.dump(answers, sys.stdout)
`

const setup = 'import itertools, math, functools, operator, collections, re, json, textwrap, string\nfrom itertools import *'

const floats = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: -4000, max: 4000 }).map((each) => each / 8),
  fc.constantFrom(0.1, 2.675, 0.5, 1.5, 2.5, 1e16, 1e-5, 123456789.125, 1e22, 5e-324),
)
const ints = fc.oneof(fc.integer({ min: -100, max: 100 }), fc.integer(), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }))
const smallInts = fc.integer({ min: -6, max: 6 })

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0.0' : Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value)
}

const floatLiterals = floats.map((value) => (value < 0 || Object.is(value, -0) ? `(${floatText(value)})` : floatText(value)))
const intLiterals = ints.map((value) => (value < 0 ? `(${value})` : `${value}`))
const texts = fc
  .string({ unit: fc.constantFrom('a', 'b', 'B', ' ', ',', '-', '1', '7', '\n', '_', "'", '"', '\\', 'é'), maxLength: 8 })
  .map((text) => JSON.stringify(text))
const shortTexts = fc.constantFrom('a', 'b', ',', ' ', '-', 'ab', '', '1').map((text) => JSON.stringify(text))
const listLiterals = fc.array(smallInts, { maxLength: 6 }).map((items) => `[${items.join(', ')}]`)

const spec = fc.tuple(
  fc.constantFrom('', '<', '>', '^', '=', '*<', '0>', '_^'),
  fc.constantFrom('', '+', ' ', '-'),
  fc.constantFrom('', '#'),
  fc.constantFrom('', '0'),
  fc.constantFrom('', '4', '12', '20'),
  fc.constantFrom('', ',', '_'),
  fc.constantFrom('', '.0', '.1', '.3', '.10'),
)

function formats(values: fc.Arbitrary<string>, types: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(values, spec, fc.constantFrom(...types)).map(([value, parts, type]) => {
    const [align, sign, alternate, zero, width, grouping, precision] = parts
    // What '#' and a grouping do to an odd type differs between versions of Python.
    const kept = /[doxXbc]/.test(type) ? '' : precision
    const comma = /[oxXb]/.test(type) && grouping === ',' ? '_' : /[cn]/.test(type) ? '' : grouping
    return `format(${value}, ${JSON.stringify(align + sign + (/[c]/.test(type) ? '' : alternate) + zero + width + comma + kept + type)})`
  })
}

const families: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'format specifications of floats': formats(floatLiterals, ['', 'e', 'E', 'f', 'F', 'g', 'G', '%']),
  'format specifications of ints': formats(intLiterals, ['d', 'x', 'X', 'o', 'b', 'e', 'f', 'g', '%']),
  'format specifications of text': fc
    .tuple(texts, fc.constantFrom('', '<', '>', '^', '*^'), fc.constantFrom('', '3', '10'), fc.constantFrom('', '.0', '.2', '.9'))
    .map(([text, align, width, precision]) => `format(${text}, ${JSON.stringify(align + width + precision)})`),
  'repr and conversions': fc.oneof(
    floatLiterals.map((value) => `(${value}, str(${value}), int(${value}), round(${value}))`),
    texts.map((text) => `(${text}, repr(${text}), ascii(${text}), len(${text}))`),
    fc.tuple(floatLiterals, fc.integer({ min: -3, max: 12 })).map(([value, places]) => `round(${value}, ${places})`),
    fc.tuple(intLiterals, fc.integer({ min: -3, max: 2 })).map(([value, places]) => `round(${value}, ${places})`),
    fc
      .tuple(
        fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'x', '_', '-', ' ', '.', 'e'), maxLength: 6 }),
        fc.constantFrom('int', 'float'),
      )
      .map(([text, type]) => `${type}(${JSON.stringify(text)})`),
    fc
      .tuple(
        fc.string({ unit: fc.constantFrom('0', '1', '7', 'f', 'b', 'x'), minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, 2, 8, 10, 16, 36),
      )
      .map(([text, base]) => `int(${JSON.stringify(text)}, ${base})`),
  ),
  'percent formatting': fc
    .tuple(
      fc.constantFrom('', '-', '+', '0', ' ', '#', '-+'),
      fc.constantFrom('', '3', '9'),
      fc.constantFrom('', '.0', '.2', '.5'),
      fc.constantFrom('d', 'f', 'e', 'g', 's', 'r', 'x', 'i'),
      fc.oneof(intLiterals, floatLiterals),
    )
    .map(([flags, width, precision, type, value]) => `'%${flags}${width}${precision}${type}' % ${value}`),
  'str methods': fc.oneof(
    fc
      .tuple(
        texts,
        fc.constantFrom(
          'split',
          'rsplit',
          'partition',
          'rpartition',
          'find',
          'rfind',
          'count',
          'index',
          'startswith',
          'endswith',
          'strip',
          'lstrip',
          'rstrip',
          'removeprefix',
          'removesuffix',
        ),
        shortTexts,
      )
      .map(([text, name, other]) => `${text}.${name}(${other})`),
    fc
      .tuple(texts, fc.constantFrom('split', 'rsplit'), fc.constantFrom('None', '" "', '"a"'), fc.integer({ min: -1, max: 3 }))
      .map(([text, name, separator, most]) => `${text}.${name}(${separator}, ${most})`),
    fc
      .tuple(
        texts,
        fc.constantFrom(
          'lower',
          'upper',
          'title',
          'capitalize',
          'swapcase',
          'split',
          'splitlines',
          'isdigit',
          'isalpha',
          'isalnum',
          'isspace',
          'isupper',
          'islower',
          'isidentifier',
          'strip',
          'istitle',
        ),
      )
      .filter(([, name]) => name !== 'istitle')
      .map(([text, name]) => `${text}.${name}()`),
    fc
      .tuple(texts, fc.constantFrom('center', 'ljust', 'rjust', 'zfill'), fc.integer({ min: 0, max: 12 }))
      .map(([text, name, width]) => `${text}.${name}(${width})`),
    fc
      .tuple(texts, shortTexts, shortTexts, fc.integer({ min: -1, max: 2 }))
      .map(([text, from, to, most]) => `${text}.replace(${from}, ${to}, ${most})`),
    fc
      .tuple(texts, smallInts, smallInts)
      .map(
        ([text, start, end]) => `(${text}.find("a", ${start}, ${end}), ${text}.count("a", ${start}), ${text}.startswith("a", ${start}))`,
      ),
  ),
  'sorting and choosing': fc.oneof(
    fc
      .tuple(listLiterals, fc.constantFrom('None', 'abs', 'lambda v: -v', 'lambda v: v % 3', 'str'), fc.boolean())
      .map(([items, key, reverse]) => `sorted(${items}, key=${key}, reverse=${reverse ? 'True' : 'False'})`),
    fc
      .tuple(listLiterals, fc.constantFrom('max', 'min'), fc.constantFrom('abs', 'lambda v: v % 3', 'None'))
      .map(([items, name, key]) => `${name}(${items}, key=${key})`),
    fc.tuple(listLiterals, fc.constantFrom('sum', 'any', 'all', 'tuple', 'len')).map(([items, name]) => `${name}(${items})`),
    fc.array(texts, { maxLength: 5 }).map((items) => `sorted([${items.join(', ')}])`),
    fc
      .array(fc.tuple(smallInts, shortTexts), { maxLength: 5 })
      .map((items) => `sorted([${items.map(([a, b]) => `(${a}, ${b})`).join(', ')}])`),
  ),
  itertools: fc.oneof(
    fc
      .tuple(listLiterals, fc.constantFrom('permutations', 'combinations', 'combinations_with_replacement'), fc.integer({ min: 0, max: 3 }))
      .map(([items, name, r]) => `list(${name}(${items}, ${r}))`),
    fc
      .tuple(listLiterals, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 3 }))
      .map(([items, start, stop, step]) => `list(islice(${items}, ${start}, ${stop}, ${step}))`),
    fc
      .tuple(listLiterals, listLiterals)
      .map(
        ([a, b]) => `(list(chain(${a}, ${b})), list(zip_longest(${a}, ${b})), list(product(${a}, ${b}))[:9], list(compress(${a}, ${b})))`,
      ),
    listLiterals.map((items) => `(list(accumulate(${items})), [(k, list(g)) for k, g in groupby(${items})], list(pairwise(${items})))`),
    fc
      .tuple(listLiterals, smallInts)
      .map(([items, limit]) => `(list(takewhile(lambda v: v < ${limit}, ${items})), list(dropwhile(lambda v: v < ${limit}, ${items})))`),
  ),
  'list and dict methods': fc.oneof(
    fc.tuple(listLiterals, smallInts, smallInts).map(([items, index, value]) => `(lambda l: (l.insert(${index}, ${value}), l))(${items})`),
    fc.tuple(listLiterals, smallInts).map(([items, index]) => `(lambda l: (l.pop(${index}), l))(${items})`),
    fc
      .tuple(listLiterals, smallInts)
      .map(([items, value]) => `(lambda l: (l.index(${value}), l.count(${value}), l.remove(${value}), l))(${items})`),
    fc.tuple(listLiterals, smallInts, smallInts).map(([items, a, b]) => `slice(${a}, ${b}).indices(len(${items}))`),
    fc
      .tuple(listLiterals, listLiterals)
      .map(([a, b]) => `(dict(zip(${a}, ${b})), dict(zip(${a}, ${b})).get(1, 'none'), collections.Counter(${a}).most_common(2))`),
  ),
  math: fc.oneof(
    fc
      .tuple(
        fc.constantFrom('sqrt', 'exp', 'log', 'log2', 'floor', 'ceil', 'trunc', 'tanh', 'fabs', 'isfinite'),
        fc.integer({ min: -40, max: 400 }).map((each) => each / 4),
      )
      .filter(([name]) => name !== 'tanh' && name !== 'exp')
      .map(([name, value]) => `round(math.${name}(${value}), 12)`),
    fc
      .tuple(fc.constantFrom('gcd', 'lcm', 'comb', 'perm'), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }))
      .map(([name, a, b]) => `math.${name}(${a}, ${b})`),
    fc
      .array(fc.double({ min: -1e9, max: 1e9, noNaN: true }).map(floatText), { maxLength: 5 })
      .map((items) => `math.fsum([${items.join(', ')}])`),
    fc.integer({ min: 0, max: 10 ** 9 }).map((n) => `math.isqrt(${n})`),
  ),
}

function answer(expression: string, interpreter: PythonInterpreter, module: ModuleValue): string {
  try {
    return interpreter.repr(interpreter.evaluateIn(expression, module))
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split(':')[0] ?? ''
  }
}

describe('the library against CPython', () => {
  before(initParser)

  for (const [name, expressions] of Object.entries(families)) {
    it(name, function () {
      const sampled = fc.sample(expressions, { numRuns: 150, seed: 20 })
      const run = spawnSync('python3', ['-c', asking], { input: JSON.stringify([setup, sampled]), encoding: 'utf8' })
      if (run.error !== undefined) this.skip()
      assert.equal(run.status, 0, run.stderr)
      const expected = JSON.parse(run.stdout) as string[]
      const interpreter = createInterpreter({})
      const module = interpreter.runModule('setup.py', setup)
      const differing = sampled
        .map((expression, index) => ({ expression, ours: answer(expression, interpreter, module), theirs: expected[index] }))
        .filter(({ ours, theirs }) => ours !== theirs)
      assert.deepEqual(
        differing.slice(0, 12).map(({ expression, ours, theirs }) => `${expression}  ours ${ours}  theirs ${theirs}`),
        [],
      )
    })
  }
})
