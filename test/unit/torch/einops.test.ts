import assert from 'node:assert/strict'
import { torchModules } from '../../../src/frameworks/torch/modules'
import { createInterpreter, initParser, PythonError } from '../../../src/python'

/** What einops 0.8 gives a tensor of 2×3×4, or why it refuses. */
const cases: readonly (readonly [call: string, answer: string | RegExp])[] = [
  ["rearrange(x, 'a b c -> a b c 1')", '(2, 3, 4, 1)'],
  ["rearrange(x, 'a b (1 c) -> a 1 b c')", '(2, 1, 3, 4)'],
  ["rearrange(x, 'a b c -> c (a b) ()')", '(4, 6, 1)'],
  ["rearrange(x, 'a b (c d) -> a b c d', d=4)", '(2, 3, 1, 4)'],
  ["rearrange(x[:, :, :1], 'a b 1 -> a b')", '(2, 3)'],
  ["rearrange(x, 'a b c -> a b c 2')", /2 is only on the right: rearrange makes no axes, repeat does/],
  ["rearrange(x, 'a b c -> a b c n', n=2)", /n is only on the right/],
  ["rearrange(x, 'a b (2 c) -> a b c 2')", /2 is only on the right/],
  ["rearrange(x, 'a 3 c -> a c')", /3 is only on the left: rearrange ends no axes, reduce does/],
  ["rearrange(x[:, :, :1], 'a b c -> a b')", /c is only on the left/],
  ["rearrange(x, 'a ... -> a')", /… is only on the left/],
  ["rearrange(x, 'a b c -> ... a b c')", /… is only on the right/],
  ["rearrange(x, 'a b c -> a b c c')", /c is there twice on one side/],
  ["rearrange(x, 'a b c -> a b c', d=3)", /d is not used/],
  ["rearrange(x, 'a b () -> a b')", /an axis of size 4 is not/],
  ["reduce(x, 'a b (c 2) -> a b c', 'mean')", '(2, 3, 2)'],
  ["reduce(x, 'a b c -> a 1 c', 'mean')", '(2, 1, 4)'],
  ["reduce(x, 'a ... -> a', 'mean')", '(2,)'],
  ["reduce(x, 'a 3 c -> a c', 'max')", '(2, 4)'],
  ["reduce(x, 'a b c -> a b 2', 'mean')", /2 is only on the right: reduce makes no axes, repeat does/],
  ["reduce(x, 'a b c -> a b n', 'mean', n=2)", /n is only on the right/],
  ["repeat(x, 'a b c -> a b c 2')", '(2, 3, 4, 2)'],
  ["repeat(x, 'a b c -> (2 a) b c')", '(4, 3, 4)'],
  ["repeat(x, 'a b (c 1) -> a b c 2')", '(2, 3, 4, 2)'],
  ["repeat(x[:, :, :1], 'a b 1 -> a b n', n=3)", '(2, 3, 3)'],
  ["repeat(x, 'a b c -> a b c n')", /the size of n is not given/],
  ["repeat(x, 'a b c -> a b n', n=2)", /c is only on the left: repeat ends no axes, reduce does/],
  ["repeat(x, 'a b (c 2) -> a b c 2')", /2 is only on the left/],
]

describe('einops', () => {
  before(initParser)

  for (const [call, answer] of cases) {
    it(call, () => {
      const interpreter = createInterpreter({ nativeModules: torchModules })
      const module = interpreter.runModule(
        'net.py',
        'import torch\nfrom einops import rearrange, reduce, repeat\nx = torch.zeros(2, 3, 4)\n',
      )
      const evaluate = (): string => interpreter.repr(interpreter.evaluateIn(`tuple(${call}.shape)`, module))
      if (typeof answer === 'string') assert.equal(evaluate(), answer)
      else assert.throws(evaluate, (error) => error instanceof PythonError && answer.test(error.message))
    })
  }
})
