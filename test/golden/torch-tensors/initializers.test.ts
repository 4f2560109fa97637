import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { torchModules } from '../../../src/frameworks/torch/modules'
import { isTensor } from '../../../src/frameworks/torch/tensor'
import { initializerOf } from '../../../src/frameworks/torch/tensor/distribution'
import { distributionMoments } from '../../../src/graph'
import { createInterpreter, initParser } from '../../../src/python'
import { askPython } from '../askPython'

const folder = join(process.cwd(), 'test/golden/torch-tensors')
const programs = readFileSync(join(folder, 'initializers.py.txt'), 'utf8').split('\n---\n')

interface Found {
  readonly name: string
  readonly shape: readonly number[]
  readonly label: string
  readonly mean: number | null
  readonly secondMoment: number | null
}

function parametersOf(source: string): Found[] {
  const interpreter = createInterpreter({ nativeModules: torchModules })
  const module = interpreter.runModule('case.py', source)
  assert.deepEqual(interpreter.notes, [])
  const pairs = interpreter.items(interpreter.evaluateIn('list(model.named_parameters())', module)) ?? []
  return pairs.map((pair) => {
    const [name, tensor] = pair.kind === 'tuple' ? pair.items : []
    assert.ok(name?.kind === 'str' && isTensor(tensor) && tensor.payload.source.kind === 'data')
    const { distribution, label } = initializerOf(tensor.payload.source.storage)
    const moments = distributionMoments(distribution, tensor.payload.shape)
    return { name: name.value, shape: tensor.payload.shape, label, mean: moments?.mean ?? null, secondMoment: moments?.secondMoment ?? null }
  })
}

/** Each parameter's shape, mean and second moment, and the standard errors of both, over three draws. */
const script = `
import json, sys
try:
    import torch
except ImportError:
    sys.exit(3)
torch.set_num_threads(1)
torch.manual_seed(0)
out = []
for source in json.load(sys.stdin):
    draws = []
    for _ in range(3):
        scope = {}
        exec(source, scope)
        draws.append(dict(scope['model'].named_parameters()))
    row = []
    for name, p in draws[0].items():
        x = torch.stack([d[name].detach().double().flatten() for d in draws]).flatten()
        n = x.numel()
        spread = lambda y: float(y.std(unbiased=False)) / n ** 0.5
        row.append([name, list(p.shape), float(x.mean()), spread(x), float((x * x).mean()), spread(x * x)])
    out.append(row)
json.dump(out, sys.stdout)
`

type Measured = readonly [name: string, shape: number[], mean: number, meanError: number, secondMoment: number, secondError: number]

describe('Initializers', () => {
  before(initParser)

  it('are named as written, with their moments', () => {
    const lines = programs.flatMap((source, index) => [
      `program ${index + 1}`,
      ...parametersOf(source).map(({ name, label, mean, secondMoment }) => `${name}: ${label}, mean ${mean?.toPrecision(6)}, second moment ${secondMoment?.toPrecision(6)}`),
    ])
    assert.equal(`${lines.join('\n')}\n`, readFileSync(join(folder, 'initializers.txt'), 'utf8'))
  })

  it('have the moments that torch draws', function () {
    this.timeout(60_000)
    const measured = askPython(['/usr/bin/python3', 'python3'], script, programs)
    if (measured === undefined) {
      console.log('      no python3 with torch: the initializers were not compared with it')
      this.skip()
    }
    for (const [index, source] of programs.entries()) {
      const found = parametersOf(source)
      const torch: readonly Measured[] = (measured as Measured[][])[index] ?? []
      assert.deepEqual(found.map(({ name, shape }) => [name, shape]), torch.map(([name, shape]) => [name, shape]))
      for (const [which, [name, , mean, meanError, secondMoment, secondError]] of torch.entries()) {
        const ours = found[which]
        assert.ok(ours?.mean !== null && ours?.mean !== undefined && ours.secondMoment !== null, `${name} has moments`)
        // Five standard errors, and what float32 rounds.
        assert.ok(Math.abs(ours.mean - mean) <= 5 * meanError + 1e-6, `${name}: mean ${ours.mean}, torch draws ${mean} ± ${meanError}`)
        assert.ok(Math.abs(ours.secondMoment - secondMoment) <= 5 * secondError + 1e-6 * secondMoment, `${name}: second moment ${ours.secondMoment}, torch draws ${secondMoment} ± ${secondError}`)
      }
    }
  })
})
