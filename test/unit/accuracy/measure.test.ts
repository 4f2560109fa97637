import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Measurement } from '../../../scripts/accuracy/measurement'
import { packagesOf } from '../../../scripts/accuracy/python'

const script = join(process.cwd(), 'media/measure.py')

function run(python: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } })
  return { status, stdout, lines: stderr.trim().split('\n') }
}

const net = `
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(64, 128, bias=False)
        self.act = nn.ReLU(inplace=True)
        self.second = nn.Linear(128, 128, bias=False)
        self.unused = nn.Linear(3, 3)
        for p in (self.first.weight, self.second.weight):
            nn.init.normal_(p, std=p.shape[1] ** -0.5)

    def forward(self, x):
        hidden = self.act(self.first(x))
        y = self.second(hidden)
        y += self.first(x)
        return {'out': y, 'hidden': hidden}

net = Net()
print('a line of its own')
`

describe('measure.py', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'init-lens-measure-'))
  const file = join(folder, 'net.py')
  writeFileSync(file, net)
  after(() => rmSync(folder, { recursive: true, force: true }))
  const { program, folder: torch } = packagesOf(null, 'torch')

  before(function () {
    if (spawnSync(program, ['--version']).status !== 0) this.skip()
  })

  it('says in one line that PyTorch is missing', () => {
    // -S leaves installed packages out.
    const { status, lines } = run(program, ['-I', '-S', script, '--file', file, '--model', 'Net()', '--input', '8x64'])
    assert.equal(status, 2)
    assert.match(lines.join('\n'), /^init-lens: .* cannot import PyTorch: [^\n]*$/)
  })

  it('does not trust a few draws of what rare draws make large', () => {
    const folder = join(process.cwd(), 'media')
    const code = [
      'import sys, json, math, random',
      `sys.path.insert(0, ${JSON.stringify(folder)})`,
      'from init_lens_measuring.statistics import summarize',
      // The plain standard error holds for 0.79 of the heavy-tailed ones.
      'random.seed(5)',
      'def hits(spread):',
      '    true = math.exp(spread * spread / 2)',
      '    sets = [summarize([math.exp(random.gauss(0, spread)) for _ in range(8)]) for _ in range(4000)]',
      "    return sum(1 for one in sets if abs(one['secondMoment'] - true) <= 2 * one['error']) / len(sets)",
      'print(json.dumps([hits(0.05), hits(1)]))',
    ]
    const { stdout } = run(program, ['-c', code.join('\n')])
    const [calm, heavy] = JSON.parse(stdout) as [number, number]
    assert.ok(calm > 0.87 && calm < 0.96, `${calm} of calm means within two errors`)
    assert.ok(heavy > 0.82, `${heavy} of heavy-tailed means within two errors`)
  })

  it('says in one line that an input is no shape', () => {
    const { status, lines } = run(program, [script, '--file', file, '--model', 'Net()', '--input', '8 by 64'])
    assert.equal(status, 2)
    assert.match(lines.join('\n'), /^init-lens: input '8by64' is not a shape [^\n]*$/)
  })

  describe('with PyTorch', () => {
    before(function () {
      if (torch === null) this.skip()
    })

    it('measures every call of a leaf, total gradients included', () => {
      const { status, stdout, lines } = run(program, [
        script,
        '--file',
        file,
        '--model',
        'Net()',
        '--input',
        '256x64',
        '--seeds',
        '6',
        '--threads',
        '1',
      ])
      assert.equal(status, 0, lines.join('\n'))
      const { calls, seeds } = JSON.parse(stdout) as Measurement
      assert.equal(seeds, 6)
      assert.deepEqual(
        calls.map(({ name, call }) => `${name}#${call}`),
        ['first#0', 'act#0', 'second#0', 'first#1'],
      )
      const moment = (index: number, direction: 'forward' | 'backward'): number => calls[index]?.[direction]?.secondMoment ?? Number.NaN
      const near = (value: number, expected: number): void =>
        assert.ok(Math.abs(value / expected - 1) < 0.1, `${value} is not near ${expected}`)
      near(moment(0, 'forward'), 1)
      near(moment(1, 'forward'), 0.5)
      near(moment(2, 'forward'), 0.5)
      near(moment(3, 'forward'), 1)
      // Changed in place afterwards: the gradient of the value before that is still seen.
      near(moment(2, 'backward'), 1)
      near(moment(3, 'backward'), 1)
      // From the layer behind it and, as an output itself, from its own cotangent.
      near(moment(1, 'backward'), 2)
      near(moment(0, 'backward'), 1)
    })

    it('draws new weights for a model that the file made', () => {
      const { stdout } = run(program, [script, '--file', file, '--model', 'net', '--input', '8x64', '--seeds', '3', '--threads', '1'])
      const { calls } = JSON.parse(stdout) as Measurement
      assert.ok((calls[0]?.forward?.error ?? 0) > 0)
    })

    it('goes on while a mean is not known well, and says what stays so', () => {
      const args = ['--file', file, '--model', 'Net()', '--input', '2x64', '--threads', '1', '--seeds', '2']
      const measured = (precision: string) =>
        JSON.parse(run(program, [script, ...args, '--precision', precision]).stdout) as Measurement & { readonly unsettled: number }
      const loose = measured('10')
      assert.equal(loose.seeds, 2)
      assert.equal(loose.unsettled, 0)
      const tight = measured('0.000001')
      assert.equal(tight.seeds, 16)
      assert.ok(tight.unsettled > 0)
    })

    it('gives the last line of a traceback, with the place in the file', () => {
      const { status, lines } = run(program, [script, '--file', file, '--model', 'Net()', '--input', '8x63'])
      assert.equal(status, 2)
      assert.match(lines.at(-1) ?? '', /^init-lens: cannot run Net\(\) on 8x63: net\.py:16: RuntimeError: /)
    })

    it('gives the place of an error in the file itself', () => {
      const broken = join(folder, 'broken.py')
      writeFileSync(broken, 'import torch\n\nclass Net(torch.nn.Module:\n    pass\n')
      const { status, lines } = run(program, [script, '--file', broken, '--model', 'Net()', '--input', '8x63'])
      assert.equal(status, 2)
      assert.match(lines.at(-1) ?? '', /^init-lens: cannot build Net\(\): broken\.py:3: SyntaxError: /)
    })
  })
})
