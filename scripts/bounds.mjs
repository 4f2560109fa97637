// Time and peak memory of hostile programs and of the largest files of torchvision, each in a process of its own: reading, then the whole analysis.
// usage: node scripts/bounds.mjs [--python PYTHON] [--check]
// Time is what one waits, the least of three runs where a run is over, so that a busy machine changes little; memory includes what Node and the grammar
// take (see "an empty file").
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { nodeBundle, root } from './typescript.mjs'

const most = { milliseconds: 1000, megabytes: 200 }
const largestFiles = 8
const { values: options } = parseArgs({ options: { python: { type: 'string' }, check: { type: 'boolean', default: false } } })

const model = `
import torch.nn as nn
net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
`
const block = `
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        LAYERS
    def forward(self, x):
        FORWARD
        return x
`
const net = (layers, forward) => `${model}${block.replace('LAYERS', layers).replace('FORWARD', forward)}`

/** What is meant to take all time or memory; around most of it stands a model that is still to be read. */
const hostile = {
  'an empty file': '',
  'a small model': model,
  'an endless loop': `while True: pass\n${model}`,
  'a loop over 10⁹': `n = 0\nfor i in range(10 ** 9): n += i\n${model}`,
  'a recursion of two': `def f(n): return g(n)\ndef g(n): return f(n)\nf(0)\n${model}`,
  'a comprehension over 10⁹ × 10⁹': `x = [0 for i in range(10 ** 9) for j in range(10 ** 9)]\n${model}`,
  'a text of 10⁹': `x = "a" * 10 ** 9\n${model}`,
  'lists that double': `x = [1]\nfor i in range(100): x = x + x\n${model}`,
  'a hundred loops over 10⁹': `${'for i in range(10 ** 9): pass\n'.repeat(100)}${model}`,
  'a sum of 100 KB': `x = ${'1 + '.repeat(25_000)}1\n${model}`,
  '20,000 parentheses': `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n${model}`,
  '100,000 layers': net('self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(100_000)])', 'for f in self.layers: x = f(x)'),
  'a layer called 10⁶ times': net('self.f = nn.Linear(8, 8)', 'for _ in range(10 ** 6): x = self.f(x)'),
  'a forward without an end': net('self.f = nn.Linear(8, 8)', 'while x.sum() < 10 or True: x = self.f(x)'),
  'a layer of 10⁹ × 10⁹': `import torch.nn as nn\nnet = nn.Sequential(nn.Linear(10 ** 9, 10 ** 9), nn.ReLU(), nn.Linear(10 ** 9, 10))`,
  'a tensor of 10¹² numbers': `import torch\nx = torch.arange(10 ** 12).float() * 2\n${model}`,
  'a tensor of 10⁸ numbers, indexed': `import torch\nx = torch.arange(10 ** 8)\nfor i in range(1000): x[i] = x[i + 1] + i\n${model}`,
  'modules that hold each other': `${model}a = nn.ModuleList()\nb = nn.ModuleList([a])\na.append(b)\n`,
  '2,000 classes': `${model}${Array.from({ length: 2000 }, (_, i) => block.replace('Net', `Net${i}`).replace('LAYERS', 'self.f = nn.Linear(8, 8)').replace('FORWARD', 'x = self.f(x)')).join('')}`,
}

function torchvision() {
  for (const python of options.python === undefined ? ['python3', '/usr/bin/python3'] : [options.python]) {
    const run = spawnSync(python, [join(root, 'scripts/reading.py'), 'where'], { encoding: 'utf8' })
    if (run.status === 0) return run.stdout.trim()
  }
  return null
}

/** The largest Python files of a folder. */
function largest(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py'))
    .map((name) => ({ name, path: join(folder, name), size: statSync(join(folder, name)).size }))
    .sort((a, b) => b.size - a.size)
    .slice(0, largestFiles)
}

const scratch = mkdtempSync(join(tmpdir(), 'init-lens-bounds-'))
const outfile = join(scratch, 'bounds.mjs')
await build({ ...nodeBundle, entryPoints: ['scripts/bounds/main.ts'], outfile })

let over = 0
function row(title, file, sources = '') {
  let said = null
  let failure = ''
  let isOver = true
  for (let run = 0; run < 3 && isOver; run++) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [outfile, file, sources], { encoding: 'utf8', timeout: 60_000 })
    if (status !== 0) {
      failure = stderr.trim().split('\n').at(-1)
      continue
    }
    const now = JSON.parse(stdout)
    if (said === null || now.reading < said.reading) said = now
    isOver = said.reading > most.milliseconds || said.megabytes > most.megabytes
  }
  if (isOver) over += 1
  const numbers = said === null ? `no answer: ${failure}` : `${said.reading} ms  ${said.megabytes} MB`
  console.log(
    `${title.padEnd(44)} ${numbers.padStart(16)}${said === null ? '' : `  ${said.models} models, ${said.unread} remarks, ${said.spent} ms of the processor, ${said.whole} ms with prediction and advice`}${isOver ? '  over' : ''}`,
  )
}

for (const [title, text] of Object.entries(hostile)) {
  const file = join(scratch, 'hostile.py')
  writeFileSync(file, text)
  row(title, file)
}
const where = torchvision()
if (where === null) console.log('torchvision is not installed: its files are left out')
else for (const { name, path } of largest(where)) row(name, path, dirname(where))
rmSync(scratch, { recursive: true })
console.log(`\n${over} over ${most.milliseconds} ms or ${most.megabytes} MB of reading`)
if (options.check && over > 0) process.exit(1)
