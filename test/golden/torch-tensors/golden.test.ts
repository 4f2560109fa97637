import assert from 'node:assert/strict'
import { torchModules } from '../../../src/frameworks/torch/modules'
import { recordRun } from '../../../src/frameworks/torch/run'
import { isTensor } from '../../../src/frameworks/torch/tensor'
import { tracedTensor } from '../../../src/frameworks/torch/tensor/make'
import { Trace } from '../../../src/frameworks/trace'
import { createInterpreter, initParser, PythonError, type Interpreter, type Value } from '../../../src/python'
import { askPython } from '../askPython'
import { cases, type TorchCase } from './golden'

/** Tensors by shape and type, sizes as lists, all else as Python prints it. */
function shown(interpreter: Interpreter, value: Value): string {
  if (isTensor(value)) return `tensor[${value.payload.shape.join(', ')}] ${value.payload.dtype}`
  if (value.kind === 'tuple' || value.kind === 'list') return `[${value.items.map((item) => shown(interpreter, item)).join(', ')}]`
  return interpreter.repr(value)
}

function answers({ source, inputs, expected }: TorchCase): string[] {
  const interpreter = createInterpreter({ nativeModules: torchModules })
  const trace = new Trace()
  const names = { module: () => null, parameter: () => null }
  const at = { interpreter, span: null }
  const run = (body: () => string[]): string[] => (inputs.length === 0 ? body() : recordRun(interpreter, trace, names, body))
  const module = interpreter.runModule('case.py', source)
  return run(() => {
    for (const { name, shape, isInteger } of inputs) {
      const distribution = isInteger ? ({ kind: 'tokens', below: 10 } as const) : ({ kind: 'normal', mean: 0, std: 1 } as const)
      const [id] = trace.emit({ kind: 'input', name, distribution }, [], [{ shape, dtype: isInteger ? 'int' : 'float' }], null)
      assert.ok(id !== undefined)
      module.attributes.set(name, tracedTensor(at, trace, id))
    }
    return expected.map(({ expression }) => {
      try {
        return shown(interpreter, interpreter.evaluateIn(expression, module))
      } catch (error) {
        if (error instanceof PythonError) return `raises ${error.message}`
        throw error
      }
    })
  })
}

/** The same by CPython with torch, for all cases. */
const script = `
import json, sys, warnings
try:
    import torch
except ImportError:
    sys.exit(3)
warnings.simplefilter('ignore')
torch.set_num_threads(1)
def shown(v):
    if isinstance(v, torch.Tensor):
        return 'tensor' + str(list(v.shape)) + ' ' + ('bool' if v.dtype == torch.bool else 'float' if v.dtype.is_floating_point else 'int')
    if isinstance(v, (tuple, list)): return '[' + ', '.join(map(shown, v)) + ']'
    return repr(v)
out = []
for case in json.load(sys.stdin):
    scope = {}
    for each in case['inputs']:
        scope[each['name']] = torch.randint(0, 10, each['shape']) if each['isInteger'] else torch.randn(each['shape'])
    exec(case['source'], scope)
    row = []
    for each in case['expected']:
        try: row.append(shown(eval(each['expression'], scope)))
        except Exception as error: row.append('raises ' + type(error).__name__ + ': ' + str(error).split('\\n')[0])
    out.append(row)
json.dump(out, sys.stdout)
`

describe('Tensors, as torch says', () => {
  before(initParser)

  for (const each of cases) {
    it(`${each.file}, case ${each.index + 1}`, () => {
      const found = answers(each)
      assert.deepEqual(
        found.map((answer, index) => `${each.expected[index]?.expression}\n  ${answer}`),
        each.expected.map(({ expression, answer }) => `${expression}\n  ${answer}`),
      )
    })
  }

  it('the texts are what CPython with torch answers', function () {
    this.timeout(60_000)
    const found = askPython(['/usr/bin/python3', 'python3'], script, cases)
    if (found === undefined) {
      console.log('      no python3 with torch: the golden texts were not compared with it')
      this.skip()
    }
    assert.deepEqual(
      found,
      cases.map((each) => each.expected.map(({ answer }) => answer)),
    )
  })
})
