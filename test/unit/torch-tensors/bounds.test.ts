import assert from 'node:assert/strict'
import { workClock } from '../../../src/clock'
import { torchModules } from '../../../src/frameworks/torch/modules'
import { isTensor } from '../../../src/frameworks/torch/tensor'
import { createInterpreter, initParser, PythonError, type Value } from '../../../src/python'

/** What an expression evaluates to, within a second. */
function evaluated(expression: string): Value | string {
  const interpreter = createInterpreter({ nativeModules: torchModules, now: () => performance.now() })
  const module = interpreter.runModule('case.py', 'import torch\nimport torch.nn.functional as F\n')
  try {
    return interpreter.evaluateIn(expression, module)
  } catch (error) {
    if (error instanceof PythonError) return error.message
    throw error
  }
}

describe('Tensors of any size', () => {
  before(initParser)

  const heavy = [
    'torch.arange(10 ** 11).chunk(10 ** 10)',
    'torch.zeros(10 ** 9, 2).unbind()',
    'torch.arange(10 ** 9).tolist()',
    'torch.ones(10 ** 9).repeat_interleave(50)',
    'torch.arange(10 ** 9).unfold(0, 1000, 1)',
    'torch.ones(10 ** 6, 10 ** 5) @ torch.ones(10 ** 5, 10 ** 6)',
    'torch.zeros(10 ** 7, 10 ** 7)',
    'torch.arange(10 ** 8).cumsum(0).sum()',
    'torch.tril(torch.ones(30000, 30000)).masked_fill(torch.ones(30000, 30000) == 0, 1.0).sum()',
    'torch.einsum("i,j,k->ijk", torch.ones(10000), torch.ones(10000), torch.ones(1000))',
    'F.one_hot(torch.arange(10 ** 6), 10 ** 5)',
    '[x for x in torch.zeros(10 ** 10)]',
    'torch.tensor_split(torch.zeros(10 ** 9), 10 ** 9)',
  ]
  for (const expression of heavy) {
    it(expression, () => {
      // The work it takes, which a busy machine does not lengthen.
      const worked = workClock()
      evaluated(expression)
      const took = worked()
      assert.ok(took < 3000, `${took} ms`)
    })
  }

  it('a tensor too large for any memory is an error of torch', () => {
    assert.match(String(evaluated('torch.zeros(10 ** 7, 10 ** 7)')), /can't allocate memory/)
  })

  it('a large tensor still has its shape', () => {
    const value = evaluated('torch.tril(torch.ones(30000, 30000))[:5, :7]')
    assert.ok(typeof value !== 'string' && isTensor(value))
    assert.deepEqual(value.payload.shape, [5, 7])
  })

  it('its elements are known where they are asked for', () => {
    const value = evaluated('torch.tril(torch.ones(30000, 30000))[29999, 29999].item()')
    assert.ok(typeof value !== 'string' && value.kind === 'float')
    assert.equal(value.value, 1)
  })
})
