// How much of torchvision is read as PyTorch itself sees it: leaf calls against forward hooks, constructors against CPython's ast.
// usage: node scripts/reading.mjs [--only FILE[:BUILDER]] [--python PYTHON] [--answers FILE] [--json FILE] [--check] [--verbose]
// --answers keeps what PyTorch says, which takes minutes, for the next run; what it says of some versions is kept in test/reading.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { nodeBundle, root } from './typescript.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    python: { type: 'string' },
    json: { type: 'string' },
    answers: { type: 'string' },
    check: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})

// The system's Python often has the distribution's torchvision where a newer one on PATH has none.
const candidates = options.python === undefined ? ['python3', 'python', '/usr/bin/python3'] : [options.python]
let program = candidates[0]

function python(...args) {
  const run = spawnSync(program, [join(root, 'scripts/reading.py'), ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
  return run.status === 0 ? run.stdout : null
}

let where
for (const candidate of candidates) {
  program = candidate
  where = python('where')?.trim()
  if (where) break
}
if (!where) {
  console.log('reading: skipped, this Python has no torchvision (Debian: apt-get install python3-torchvision)')
  process.exit(0)
}

async function frameworks() {
  const folder = mkdtempSync(join(tmpdir(), 'init-lens-reading-'))
  const outfile = join(folder, 'reading.mjs')
  await build({
    ...nodeBundle,
    entryPoints: ['src/frameworks/index.ts'],
    outfile,
  })
  const module = await import(pathToFileURL(outfile).href)
  rmSync(folder, { recursive: true })
  return module
}

/** Source beside the file and in the folder that holds torchvision. */
function sourceReader(sitePackages) {
  const read = (path) => (existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : null)
  return {
    resolve({ module, level, fromFile }) {
      const parts = module === '' ? [] : module.split('.')
      if (level === 0 && parts[0] !== 'torchvision') return null
      let base = level === 0 ? sitePackages : dirname(fromFile)
      for (let up = 1; up < level; up++) base = dirname(base)
      const path = join(base, ...parts)
      const text = parts.length === 0 ? null : read(`${path}.py`)
      if (text !== null) return { file: `${path}.py`, text, isPackage: false }
      const init = read(join(path, '__init__.py'))
      return init === null ? null : { file: join(path, '__init__.py'), text: init, isPackage: true }
    },
  }
}

const { initialize, readDocument } = await frameworks()
await initialize()
const sources = sourceReader(dirname(where))
const now = () => performance.now()

/** Calls of the builders of a file: functions of its own level by their names, which are no private ones. */
function expressionsOf(text) {
  return [...text.matchAll(/^def ([a-z][a-z0-9_]*)\(/gm)].map((match) => `${match[1]}(${argumentsOf(text, match[1])})`)
}

const image = { shape: '2x3x224x224' }
const files = [
  ...[
    'alexnet',
    'vgg',
    'resnet',
    'densenet',
    'googlenet',
    'mnasnet',
    'mobilenetv2',
    'mobilenetv3',
    'shufflenetv2',
    'squeezenet',
    'efficientnet',
    'convnext',
    'regnet',
    'vision_transformer',
    'swin_transformer',
    'maxvit',
  ].map((name) => ({ name, ...image })),
  { name: 'inception', shape: '2x3x299x299' },
  ...['fcn', 'deeplabv3', 'lraspp'].map((name) => ({ name: `segmentation/${name}`, ...image })),
  ...['resnet', 's3d', 'mvit'].map((name) => ({ name: `video/${name}`, shape: name === 'resnet' ? '2x3x8x112x112' : '2x3x16x224x224' })),
  {
    name: 'detection/backbone_utils',
    ...image,
    listed: [
      "resnet_fpn_backbone(backbone_name='resnet50', weights=None)",
      "mobilenet_backbone(backbone_name='mobilenet_v3_large', fpn=True, weights=None)",
    ],
  },
].filter(({ name }) => options.only === undefined || name.includes(options.only.split(':')[0]))

/** Weights of a backbone would be downloaded: neither side takes them. */
function argumentsOf(text, builder) {
  const start = text.indexOf(`def ${builder}(`)
  const end = text.indexOf('\ndef ', start)
  return text.slice(start, end < 0 ? undefined : end).includes('weights_backbone') ? 'weights_backbone=None' : ''
}

function oursOf(file, text, expression, shape) {
  const start = now()
  const reading = readDocument(
    { file, text },
    {
      model: expression,
      input: [{ shape: shape.split('x').map(Number), distribution: { kind: 'normal', mean: 0, std: 1 } }],
    },
    { sources, now, budget: { milliseconds: 10_000 } },
  )
  const graph = reading.models[0]?.graph
  const calls = graph?.calls
    .filter(({ kind }) => kind === 'module')
    .map((call) => [call.name, call.type, call.outputs.length === 0 ? null : graph.tensors[call.outputs[0]].shape])
  return { calls: calls ?? [], milliseconds: now() - start, reading }
}

/** Calls in the same place with the same name and shape, as a share of PyTorch's. */
function agreement(theirs, ours) {
  let same = 0
  let first = null
  theirs.forEach((call, index) => {
    const own = ours[index]
    const fits = own !== undefined && own[0] === call[0] && JSON.stringify(own[2]) === JSON.stringify(call[2])
    if (fits) same += 1
    else first ??= `${index}: PyTorch ${JSON.stringify(call)}, read ${JSON.stringify(own ?? null)}`
  })
  return { same, first: first ?? (ours.length > theirs.length ? `one more: ${JSON.stringify(ours[theirs.length])}` : null) }
}

/** What PyTorch says of this version of torchvision, where it is kept with the tests. */
function keptAnswers() {
  const file = join(where, 'version.py')
  const version = existsSync(file) ? /__version__ = '([^']+)'/.exec(readFileSync(file, 'utf8'))?.[1] : undefined
  const path = join(root, `test/reading/torchvision-${version}.json`)
  return existsSync(path) ? path : undefined
}
options.answers ??= keptAnswers()
const kept = options.answers !== undefined && existsSync(options.answers) ? JSON.parse(readFileSync(options.answers, 'utf8')) : {}

/** What PyTorch says of each builder: its calls, or why it cannot run. */
function answersFor(module, expressions, shape) {
  kept[module] ??= {}
  const missing = expressions.filter((expression) => kept[module][expression] === undefined)
  if (missing.length > 0) {
    const said = python('calls', ...missing.flatMap((expression) => [module, expression, shape]))
    Object.assign(kept[module], JSON.parse(said ?? '{}'))
    if (options.answers !== undefined) writeFileSync(options.answers, JSON.stringify(kept))
  }
  return kept[module]
}

const rows = []
const totals = { calls: 0, same: 0, constructors: 0, defined: 0 }
for (const { name, shape, listed } of files) {
  const path = join(where, 'models', `${name}.py`)
  if (!existsSync(path)) continue
  const text = readFileSync(path, 'utf8')
  const wanted = options.only?.split(':')[1]
  const expressions = (listed ?? expressionsOf(text)).filter((expression) => wanted === undefined || expression.startsWith(`${wanted}(`))
  const module = `torchvision.models.${name.replaceAll('/', '.')}`
  const answers = answersFor(module, expressions, shape)
  for (const expression of expressions) {
    const theirs = answers[expression]
    if (!Array.isArray(theirs)) {
      if (options.verbose) console.log(`${name}.${expression}: PyTorch says ${theirs}`)
      continue
    }
    const { calls, milliseconds, reading } = oursOf(path, text, expression, shape)
    const { same, first } = agreement(theirs, calls)
    totals.calls += theirs.length
    totals.same += same
    const said = reading.unread.map((remark) => `${remark.span?.file.split('/').at(-1) ?? ''}:${remark.span?.line ?? ''} ${remark.message}`)
    rows.push({
      model: `${name}.${expression.replace('weights_backbone=None', '')}`,
      calls: theirs.length,
      same,
      milliseconds: Math.round(milliseconds),
      first,
      said,
    })
    if (options.verbose || same < theirs.length) {
      console.log(
        `${name}.${expression}: ${same} of ${theirs.length}, ${Math.round(milliseconds)} ms${first === null ? '' : `\n    ${first}`}`,
      )
      if (same < theirs.length) for (const line of said.slice(0, 6)) console.log(`    ${line}`)
    }
  }
}

/** Every Python file of torchvision. */
const everyFile = readdirSync(where, { recursive: true, encoding: 'utf8' })
  .filter((each) => each.endsWith('.py'))
  .map((each) => join(where, each))
const chosen = everyFile.filter((path) => options.only === undefined || path.includes(options.only.split(':')[0]))
const constructors = JSON.parse(python('constructors', ...chosen) ?? '{}')
let slowest = { path: '', milliseconds: 0 }
for (const path of chosen) {
  const text = readFileSync(path, 'utf8')
  const start = now()
  let reading
  try {
    reading = readDocument({ file: path, text }, {}, { sources, now })
  } catch (error) {
    console.log(`${path}: ${error.stack}`)
    totals.exceptions = (totals.exceptions ?? 0) + 1
    continue
  }
  const milliseconds = now() - start
  if (milliseconds > slowest.milliseconds) slowest = { path, milliseconds }
  const defined = new Set(reading.definitions.map(({ span }) => `${span.line}:${span.column}`))
  for (const [line, column, callee] of constructors[path] ?? []) {
    totals.constructors += 1
    if (defined.has(`${line}:${column}`)) totals.defined += 1
    else if (options.verbose) console.log(`${path}:${line}: ${callee} is not in the definitions`)
  }
}

const percent = (part, whole) => (whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(2)} %`)
console.log()
console.log('model                                        calls    same    share     ms')
for (const row of rows) {
  console.log(
    `${row.model.padEnd(42)} ${String(row.calls).padStart(7)} ${String(row.same).padStart(7)} ${percent(row.same, row.calls).padStart(9)} ${String(row.milliseconds).padStart(6)}`,
  )
}
console.log()
console.log(
  `leaf calls: ${totals.same} of ${totals.calls} (${percent(totals.same, totals.calls)}) with the right name, order and shape, ${rows.length} models`,
)
console.log(
  `constructors: ${totals.defined} of ${totals.constructors} (${percent(totals.defined, totals.constructors)}) in the definitions, ${chosen.length} files, ${totals.exceptions ?? 0} exceptions`,
)
console.log(`slowest file: ${slowest.path.slice(where.length + 1)}, ${Math.round(slowest.milliseconds)} ms`)
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ totals, rows }, null, 1)}\n`)
if (options.check && (totals.same < 0.99 * totals.calls || totals.defined < 0.995 * totals.constructors || totals.exceptions > 0))
  process.exit(1)
