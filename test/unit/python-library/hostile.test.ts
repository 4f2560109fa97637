import assert from 'node:assert/strict'
import { workClock } from '../../../src/clock'
import { createInterpreter, initParser, PythonError } from '../../../src/python'

/** Each must end soon, with a value or an Unknown, and with no error but a Python one. */
const expressions = [
  'list(itertools.count())',
  'sum(range(10 ** 9))',
  'max(range(10 ** 12))',
  'list(itertools.product(range(100), repeat=60))',
  'len(list(itertools.permutations(range(30))))',
  'next(itertools.permutations(range(5000)))',
  'list(itertools.cycle([1]))',
  '"x".ljust(10 ** 9)',
  '"{:>{}}".format("a", 10 ** 9)',
  '"%999999999d" % 1',
  'format(1.5, ".999999f")',
  '"ab".replace("", "x" * 1000)',
  '"a".join(["b" * 1000] * 100000)',
  're.match("(a+)+$", "a" * 40 + "b")',
  're.match("(a|a)*$", "a" * 40 + "b")',
  're.match(".*.*.*.*.*x", "a" * 5000)',
  're.sub("a*", "b", "a" * 1000)',
  'math.factorial(10 ** 9)',
  'math.comb(10 ** 6, 5 * 10 ** 5)',
  'math.perm(10 ** 9)',
  'pow(3, 10 ** 300, 7)',
  'json.loads("[" * 100000)',
  'json.loads("[" * 3000 + "]" * 3000)',
  'json.dumps(nested)',
  'copy.deepcopy(nested)',
  'repr(nested)',
  'repr(wide)',
  'repr(cyclic)',
  'copy.deepcopy(cyclic)[0] is not cyclic',
  'hash(nested)',
  'range(10 ** 30)',
  'int("9" * 100000)',
  'float("9" * 1000)',
  'sorted(range(10 ** 7))',
  'np.zeros((10 ** 6, 10 ** 6)).sum()',
  'np.arange(10 ** 9) + 1',
  'np.linspace(0, 1, 10 ** 9)',
  'functools.reduce(lambda a, b: a + a, range(200), "ab")',
  'collections.Counter("abc" * 100000).most_common(1)',
  'dict(zip(itertools.count(), itertools.count()))',
  'collections.namedtuple("T", ["f%d" % i for i in range(5000)])(*range(5000))[-1]',
  'argparse.ArgumentParser().parse_args(["--x"] * 10000)',
  'enum.Enum("E", ["m%d" % i for i in range(3000)])(3000).name',
  'textwrap.wrap("word " * 10000)',
]

const setup = [
  'import itertools, re, math, json, copy, collections, functools, argparse, enum, textwrap',
  'import numpy as np',
  'nested = []',
  'for _ in range(20000): nested = [nested]',
  'wide = []',
  'for _ in range(60): wide = [wide, wide]',
  'cyclic = []',
  'cyclic.append(cyclic)',
].join('\n')

describe('the library under hostile use', () => {
  before(initParser)

  for (const expression of expressions) {
    it(`ends: ${expression}`, () => {
      const interpreter = createInterpreter({ now: () => performance.now(), budget: { milliseconds: 3000 } })
      const module = interpreter.runModule('setup.py', setup)
      // The work it takes, which a busy machine does not lengthen.
      const worked = workClock()
      let outcome: string
      try {
        outcome = interpreter.repr(interpreter.evaluateIn(expression, module))
      } catch (error) {
        assert.ok(error instanceof PythonError, String(error))
        outcome = error.message
      }
      assert.ok(outcome.length > 0)
      const took = worked()
      assert.ok(took < 6000, `${took} ms`)
    })
  }
})
