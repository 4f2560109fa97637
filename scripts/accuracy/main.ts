/**
 * Predictions against committed measurements.
 *
 *     npm run accuracy                    compare everything, write docs/accuracy.md and test/measured/percentiles.json
 *     npm run accuracy -- --check         compare with the committed percentiles; exit code 1 when one got worse
 *     npm run accuracy -- --model /lenet$ only models whose group and name match; nothing is written
 *     npm run accuracy -- --worst 20      the calls that are furthest off
 *     npm run accuracy -- --calls         every call, forward and backward
 *     npm run accuracy -- --measure       measure anew first (needs PyTorch; --seeds N, --seconds T for each model)
 *     --python PROGRAM                    the Python that has PyTorch and torchvision
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { worsened } from './check'
import { type Comparison, compare, directions, type Predictions } from './compare'
import { documentOf } from './document'
import { predictSource } from './fromSource'
import { runMeasure } from './runMeasure'
import { type Measured, readMeasurements, sourceOf } from './measurement'
import { type Percentiles, percentilesOf } from './percentiles'
import { packagesOf } from './python'
import { allCalls, bothByKey, byKey, worstCalls } from './table'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const percentilesPath = join(root, 'test/measured/percentiles.json')

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    model: { type: 'string' },
    worst: { type: 'string' },
    calls: { type: 'boolean', default: false },
    measure: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '60' },
    python: { type: 'string' },
  },
})

const python = packagesOf(options.python ?? null, 'torchvision')
const wanted = new RegExp(options.model ?? '')
const selected = (): readonly Measured[] =>
  readMeasurements(join(root, 'test/measured')).filter(({ group, name }) => wanted.test(`${group}/${name}`))

if (options.measure) {
  for (const measured of selected()) {
    const source = sourceOf(measured, root, python.folder)
    const isScript = measured.measurement.file.endsWith('.js')
    const trouble =
      source === null || isScript
        ? isScript
          ? 'measured by scripts/tensorflowjs/measure.cjs'
          : 'its source is not here'
        : runMeasure(root, python.program, measured.measurement, source, measured.path, options.seeds, options.seconds)
    console.error(`${measured.name}: ${trouble ?? 'measured'}`)
  }
}

const nothing: Predictions = { calls: [], weights: [] }
const comparisons: Comparison[] = []
const absent: Measured[] = []
for (const measured of selected()) {
  const source = sourceOf(measured, root, python.folder)
  if (source === null) {
    absent.push(measured)
    continue
  }
  const predicted = await predictSource(source, measured.measurement)
  if (typeof predicted === 'string') console.error(`${measured.name}: ${predicted}`)
  comparisons.push(...compare(measured, typeof predicted === 'string' ? nothing : predicted))
}
if (absent.length > 0) {
  const groups = [...new Set(absent.map(({ group }) => group))].join(', ')
  console.error(`${absent.length} models of ${groups} are left out: their package is not installed (--python chooses another Python).`)
}

console.log(`${bothByKey(comparisons, 'model', ({ group, model }) => `${group}/${model}`)}\n`)
for (const direction of directions) console.log(`${direction}\n${byKey(comparisons, direction, 'op', ({ type }) => type)}\n`)
for (const direction of directions) console.log(`${direction}\n${byKey(comparisons, direction, 'all', ({ group }) => group)}\n`)
if (options.calls) for (const direction of directions) console.log(`${direction}\n${allCalls(comparisons, direction)}\n`)
if (options.worst !== undefined) console.log(worstCalls(comparisons, Number(options.worst)))
const unknown = new Map<string, number>()
for (const { reason } of comparisons) if (reason !== null) unknown.set(reason, (unknown.get(reason) ?? 0) + 1)
for (const [reason, count] of unknown) console.log(`not predicted, ${count} times: ${reason}`)

const percentiles = percentilesOf(comparisons)
if (options.check) {
  const committed = existsSync(percentilesPath) ? (JSON.parse(readFileSync(percentilesPath, 'utf8')) as Percentiles) : {}
  const complaints = worsened(committed, percentiles, new Set(absent.map(({ group }) => group)))
  for (const complaint of complaints) console.error(complaint)
  process.exitCode = complaints.length > 0 ? 1 : 0
} else if (options.model === undefined && absent.length === 0) {
  writeFileSync(percentilesPath, `${JSON.stringify(percentiles, null, 2)}\n`)
  mkdirSync(join(root, 'docs'), { recursive: true })
  writeFileSync(join(root, 'docs/accuracy.md'), documentOf(comparisons, selected()))
}
