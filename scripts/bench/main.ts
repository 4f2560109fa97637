/**
 * Times what people wait for, in one process, and prints medians with their ratios: a machine's load moves both sides of a ratio.
 * Where a Python has torch (PYTHON names one), the same model is imported, built and measured there.
 */
import { spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { analyze, initialize } from '../../src/analyze'
import { predict } from '../../src/signal'
import { packagesOf } from '../accuracy/python'
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
// networks that were predicted before are remembered: each run reads one that was not
let classes = 1000
const whole = time(
  'ResNet-50: whole analysis from source',
  7,
  () => read(resnet50.replace('num_classes=1000', `num_classes=${classes++}`)),
  `${graph.calls.length} calls; predicted as written and as recommended`,
)
time('ResNet-50: the same again, after an edit elsewhere', 7, () => read(resnet50), 'predictions remembered')
const predicted = time('ResNet-50: prediction', 21, () => predict(graph))
rows.push({ what: 'one prediction / whole analysis', milliseconds: predicted / whole, note: 'ratio' })

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

/** Import, construction, and one forward and backward pass in which every leaf module's output and gradient are squared and averaged. */
const measured = `import sys, time
start = time.time()
import torch
imported = time.time()
exec(sys.stdin.read())
model = ResNet50()
built = time.time()
moments = []
def watch(module, inputs, output):
    moments.append(output.detach().pow(2).mean())
    output.register_hook(lambda gradient: moments.append(gradient.pow(2).mean()))
for module in model.modules():
    if hasattr(module, 'inplace'):
        module.inplace = False
    if not list(module.children()):
        module.register_forward_hook(watch)
output = model(torch.randn(8, 3, 224, 224, requires_grad=True))
output.backward(torch.randn_like(output))
print(*[1000 * (b - a) for a, b in [(start, imported), (imported, built), (built, time.time())]])`
const { program } = packagesOf(process.env.PYTHON ?? null, 'torch')
const run = spawnSync(program, ['-c', measured], { input: resnet50, encoding: 'utf8', maxBuffer: 1 << 24 })
const stages = run.status === 0 ? (run.stdout.trim().split('\n').at(-1) ?? '').split(' ').map(Number) : []
if (stages.length === 3) {
  const names = ['import', 'build', 'measure one seed']
  stages.forEach((milliseconds, i) => {
    rows.push({ what: `ResNet-50 in PyTorch: ${names[i]}`, milliseconds, note: '' })
  })
  const all = stages.reduce((sum, milliseconds) => sum + milliseconds, 0)
  rows.push({ what: 'PyTorch, all three / whole analysis', milliseconds: all / whole, note: 'ratio' })
} else console.error('no torch in this Python: not compared')

for (const { what, milliseconds, note } of rows) {
  const isRatio = note.startsWith('ratio')
  console.log(`${what.padEnd(52)} ${(isRatio ? milliseconds.toFixed(2) : `${milliseconds.toFixed(1)} ms`).padStart(12)}  ${note}`)
}
