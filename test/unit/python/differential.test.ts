/** Programs made at random, the same to ours and to CPython. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { initParser } from '../../../src/python'
import { askCPython, askOurs } from './cpython'

const seed = 20240607

function compared(title: string, programs: fc.Arbitrary<string>, count: number): void {
  it(title, function () {
    const sources = fc.sample(programs, { numRuns: count, seed })
    const theirs = askCPython(sources)
    if (theirs === null) {
      console.log('      python3 is not installed: nothing was compared')
      this.skip()
    }
    const differences = sources.flatMap((source, index) => {
      const ours = askOurs(source)
      return ours === theirs[index] ? [] : [{ source, ours, theirs: theirs[index] }]
    })
    assert.deepEqual(differences.slice(0, 5), [])
  })
}

const integer = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -20, max: 20 }).map(String) },
  { weight: 2, arbitrary: fc.integer().map(String) },
  { weight: 2, arbitrary: fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('True', 'False') },
)
const decimal = fc.oneof(
  fc.integer({ min: -400, max: 400 }).map((value) => (value / 16).toFixed(4)),
  fc.constantFrom('0.0', '1e300', '1e-300', '0.1', '2.5', '-0.0'),
)
const number = fc.oneof({ weight: 3, arbitrary: integer }, { weight: 2, arbitrary: decimal })

function binaryOf(operand: fc.Arbitrary<string>, operators: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(operand, fc.constantFrom(...operators), operand).map(([left, operator, right]) => `(${left}) ${operator} (${right})`)
}

const plain = ['+', '-', '*', '/', '//', '%']
const arithmetic = fc.oneof(
  binaryOf(fc.oneof(number, binaryOf(number, plain)), plain),
  binaryOf(integer, ['&', '|', '^']),
  fc
    .tuple(integer, fc.constantFrom('<<', '>>'), fc.integer({ min: -1, max: 70 }))
    .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
  fc.tuple(integer, fc.integer({ min: -5, max: 12 })).map(([left, right]) => `(${left}) ** (${right})`),
  fc.tuple(fc.constantFrom('-', '+', '~', 'not '), integer).map(([operator, operand]) => `${operator}(${operand})`),
  binaryOf(number, ['<', '<=', '==', '!=', '>', '>=', 'is not', 'and', 'or']),
  fc.tuple(number, number, number).map(([a, b, c]) => `(${a}) < (${b}) <= (${c})`),
)

const bound = fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 3, arbitrary: fc.integer({ min: -9, max: 9 }).map(String) })
const slice = fc
  .tuple(
    bound,
    bound,
    fc.oneof(
      fc.constant(''),
      bound.map((step) => `:${step}`),
    ),
  )
  .map(([start, stop, step]) => `${start}:${stop}${step}`)
const length = fc.integer({ min: 0, max: 8 })
const sequence = fc
  .tuple(
    fc.constantFrom('list(range(N))', 'tuple(range(N))', '"abcdefgh"[:N]', 'range(N)', 'range(2 * N, 0, -2)', 'b"abcdefgh"[:N]'),
    length,
  )
  .map(([text, n]) => text.replace('N', String(n)))
const slicing = fc.oneof(
  fc.tuple(sequence, slice).map(([value, part]) => `result = (${value})[${part}]`),
  fc.tuple(sequence, fc.integer({ min: -9, max: 9 })).map(([value, index]) => `result = (${value})[${index}]`),
  fc.tuple(length, slice, length).map(([n, part, m]) => `result = list(range(${n}))\nresult[${part}] = "xyzuvwst"[:${m}]`),
  fc.tuple(length, slice).map(([n, part]) => `result = list(range(${n}))\ndel result[${part}]`),
  fc
    .tuple(length, fc.integer({ min: -9, max: 9 }))
    .map(([n, index]) => `result = list(range(${n}))\nresult[${index}] = "x"\ndel result[${index} // 2]`),
  fc
    .tuple(sequence, slice)
    .map(
      ([value, part]) => `import builtins\nresult = slice(*[int(p) if p else None for p in "${part}".split(":")]).indices(len(${value}))`,
    ),
)

interface Shape {
  readonly targets: string
  readonly names: readonly string[]
}
/** Names are numbered so that none is bound twice. */
function shapes(depth: number): fc.Arbitrary<(next: () => string) => Shape> {
  const name = fc.constant((next: () => string): Shape => {
    const made = next()
    return { targets: made, names: [made] }
  })
  if (depth === 0) return name
  const group = fc
    .tuple(fc.array(shapes(depth - 1), { minLength: 1, maxLength: 3 }), fc.integer({ min: -1, max: 2 }), fc.constantFrom('()', '[]'))
    .map(([parts, star, brackets]) => (next: () => string): Shape => {
      const made = parts.map((part, index) => {
        if (index !== star) return part(next)
        const rest = next()
        return { targets: `*${rest}`, names: [rest] }
      })
      return {
        targets: `${brackets[0]}${made.map((each) => each.targets).join(', ')},${brackets[1]}`,
        names: made.flatMap((each) => each.names),
      }
    })
  return fc.oneof({ weight: 1, arbitrary: name }, { weight: 3, arbitrary: group })
}
const nested: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: 0, max: 9 }).map(String),
    fc.constantFrom('"ab"', 'range(3)', '{1: 2, 3: 4}', 'None'),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc.array(tie('value'), { minLength: 1, maxLength: 4 }).map((items) => `(${items.join(', ')},)`),
  ),
})).value
const unpacking = fc.tuple(shapes(2), nested).map(([shape, value]) => {
  let count = 0
  const { targets, names } = shape(() => `n${count++}`)
  return `${targets} = ${value}\nresult = [${names.join(', ')}]`
})

const parameterName = fc.constantFrom('a', 'b', 'c', 'd')
const signature = fc
  .record({
    names: fc.uniqueArray(parameterName, { maxLength: 4 }),
    defaultsFrom: fc.integer({ min: 0, max: 4 }),
    slash: fc.integer({ min: -2, max: 3 }),
    star: fc.constantFrom('', '*', '*args'),
    keywordOnly: fc.uniqueArray(fc.constantFrom('k', 'l'), { maxLength: 2 }),
    rest: fc.boolean(),
  })
  .map(({ names, defaultsFrom, slash, star, keywordOnly, rest }) => {
    const parts = names.map((name, index) => (index >= defaultsFrom ? `${name}='${name}0'` : name))
    if (slash > 0 && slash <= parts.length) parts.splice(slash, 0, '/')
    if (star === '*args' || (star === '*' && keywordOnly.length > 0)) parts.push(star)
    if (star !== '') parts.push(...keywordOnly.map((name, index) => (index === 0 ? name : `${name}='${name}0'`)))
    if (rest) parts.push('**kw')
    return parts.join(', ')
  })
const given = fc
  .record({
    positional: fc.array(fc.integer({ min: 0, max: 9 }).map(String), { maxLength: 4 }),
    star: fc.option(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 })),
    keyword: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'k', 'l', 'z'), { maxLength: 3 }),
    rest: fc.option(fc.uniqueArray(fc.constantFrom('d', 'k', 'l', 'y'), { maxLength: 2 })),
  })
  .map(({ positional, star, keyword, rest }) =>
    [
      ...positional,
      ...(star === null ? [] : [`*${JSON.stringify(star)}`]),
      ...keyword.map((name) => `${name}='${name}1'`),
      ...(rest === null ? [] : [`**{${rest.map((name) => `'${name}': '${name}2'`).join(', ')}}`]),
    ].join(', '),
  )
const binding = fc
  .tuple(signature, given)
  .map(([parameters, args]) =>
    [
      `def f(${parameters}):`,
      '    return sorted(locals().items())',
      'try:',
      `    result = f(${args})`,
      'except TypeError as error:',
      '    result = str(error)',
    ].join('\n'),
  )

describe('against CPython', () => {
  before(initParser)
  compared(
    'arithmetic and comparison',
    arithmetic.map((expression) => `result = ${expression}`),
    1500,
  )
  compared('indices and slices', slicing, 1200)
  compared('unpacking', unpacking, 800)
  compared('binding of arguments', binding, 1200)
})
