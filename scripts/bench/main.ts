/**
 * Times what people wait for, in one process, and prints medians with their ratios: a machine's load moves both sides of a ratio.
 * --torch also times the same model in PyTorch (import, build, one forward and backward), where python3 has torch.
 */
import { spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { analyze, initialize } from '../../src/analyze'
import { predict } from '../../src/signal'
import { resnet50, stackedLinear } from './models'

await initialize()

const rows: { readonly what: string; readonly milliseconds: number; readonly note: string }[] = []

/** Median of at least `runs` runs after two that are not counted. */
function time(what: string, runs: number, body: () => void, note = ''): number {
  body()
  body()
  const times = Array.from({ length: runs }, () => {
    const start = performance.now()
    body()
    return performance.now() - start
  }).sort((a, b) => a - b)
  const milliseconds = times[Math.floor(times.length / 2)] ?? Number.NaN
  rows.push({ what, milliseconds, note })
  return milliseconds
}

const host = { now: () => performance.now() }
const read = (text: string) => analyze({ file: 'bench.py', text }, {}, host)

const resnet = read(resnet50)
const graph = resnet.models[0]?.graph
if (graph === undefined) throw new Error(`the ResNet-50 of this benchmark is not read: ${resnet.message}`)
const whole = time('ResNet-50: whole analysis from source', 7, () => read(resnet50), `${graph.calls.length} calls`)
const predicted = time('ResNet-50: prediction', 7, () => predict(graph))
rows.push({ what: 'prediction / whole analysis', milliseconds: predicted / whole, note: 'ratio' })

const fifty = read(stackedLinear(50)).models[0]?.graph
if (fifty === undefined) throw new Error('the stack of 50 layers is not read')
const node = fifty.nodes.find(({ op }) => op.kind === 'activation')
time('50 layers: what-if on one activation', 21, () => predict(fifty, { activations: new Map([[node?.id ?? 0, { name: 'tanh' }]]) }))

let last = 0
for (const layers of [100, 1000, 10000]) {
  const stack = read(stackedLinear(layers)).models[0]?.graph
  if (stack === undefined) throw new Error(`the stack of ${layers} layers is not read`)
  const took = time(`${layers} layers: prediction`, 3, () => predict(stack))
  if (last > 0) rows.push({ what: `${layers} / ${layers / 10} layers`, milliseconds: took / last, note: 'ratio; 10 is linear' })
  last = took
}

const long = `${resnet50}\n${Array.from({ length: 1900 }, (_, i) => `def helper_${i}(x): return x + ${i}`).join('\n')}\n`
let edit = 0
time('2,000 lines: analysis after an edit', 7, () => read(`${long}# ${edit++}\n`))

if (process.argv.includes('--torch')) {
  const script = `import time, sys\ns=time.time()\nimport torch\nexec(sys.stdin.read())\nm=ResNet50()\nfor _ in range(1):\n  y=m(torch.randn(8,3,224,224)); y.backward(torch.randn_like(y))\nprint((time.time()-s)*1000)`
  const run = spawnSync('python3', ['-c', script], { input: resnet50, encoding: 'utf8', maxBuffer: 1 << 24 })
  if (run.status !== 0) console.error('python3 has no torch: not compared')
  else {
    const torch = Number(run.stdout.trim().split('\n').at(-1))
    rows.push({ what: 'PyTorch: import, build, one seed measured', milliseconds: torch, note: '' })
    rows.push({ what: 'PyTorch / whole analysis', milliseconds: torch / whole, note: 'ratio' })
  }
}

for (const { what, milliseconds, note } of rows) {
  const isRatio = note.startsWith('ratio')
  console.log(`${what.padEnd(46)} ${(isRatio ? milliseconds.toFixed(2) : `${milliseconds.toFixed(1)} ms`).padStart(12)}  ${note}`)
}
