/**
 * Applies the recommended initialization to a copy of each model, runs the copy in PyTorch, and compares with what was promised.
 *
 *     npm run verify                     all measured models whose source is here
 *     npm run verify -- --model /lenet$  only models whose group and name match
 *     --seeds N  --seconds T             for each model
 *     --python PROGRAM                   the Python that has PyTorch and torchvision
 *     --keep FOLDER                      leave the copies there
 *     --calls                            print what was promised and measured of every call
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { recommendedInitializers } from '../../src/advice'
import type { ModelAnalysis } from '../../src/analysis'
import { analyze, fix, initialize } from '../../src/analyze'
import { applyEdits } from '../../src/cli/fix'
import { fileSources } from '../../src/cli/sources'
import { parseInput } from '../../src/report'
import { compare, type Predictions, summarize } from '../accuracy/compare'
import { predictionsOf } from '../accuracy/predictions'
import { runMeasure } from '../accuracy/runMeasure'
import { type Measured, readMeasurements, sourceOf } from '../accuracy/measurement'
import { packagesOf } from '../accuracy/python'
import { markdownTable, percent } from '../accuracy/table'
import { copyInto } from './copy'
import { judge } from './judge'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    seeds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '60' },
    python: { type: 'string' },
    keep: { type: 'string' },
    calls: { type: 'boolean', default: false },
  },
})
const python = packagesOf(options.python ?? null, 'torchvision')
if (python.folder === null) throw new Error('no Python with torchvision was found; --python chooses one')
await initialize()

function read(file: string, { model, input }: Measured['measurement']): ModelAnalysis | string {
  const parsed = parseInput(input)
  if (!parsed.ok) return parsed.message
  const text = readFileSync(file, 'utf8')
  const analysis = analyze({ file, text }, { model, input: parsed.input }, { sources: fileSources([]), now: () => 0 })
  return analysis.models[0] ?? analysis.message ?? 'no model was read'
}

interface Row {
  readonly cells: readonly string[]
  readonly complaints: readonly string[]
}

function verify(measured: Measured, source: string, scratch: string): Row {
  const label = `${measured.group}/${measured.name}`
  const fail = (complaint: string): Row => ({ cells: [label, 'failed', '', '', '', '', ''], complaints: [`${label}: ${complaint}`] })
  const before = read(source, measured.measurement)
  if (typeof before === 'string') return fail(before)
  const text = readFileSync(source, 'utf8')
  const result = fix({ file: source, text }, before, { kind: 'recommended', parameters: null })
  if (!result.ok) return { cells: [label, `no fix: ${result.reason}`, '', '', '', '', ''], complaints: [] }
  const folder = join(scratch, measured.group, measured.name)
  mkdirSync(folder, { recursive: true })
  const copy = copyInto(folder, source, measured.measurement.file, applyEdits(text, result.edits))
  const after = read(copy, measured.measurement)
  if (typeof after === 'string') return fail(`the copy is not read: ${after}`)
  const again = fix({ file: copy, text: readFileSync(copy, 'utf8') }, after, { kind: 'recommended', parameters: null })
  const twice = again.ok && again.edits.length > 0 ? [`${label}: applied twice, it changes the file again`] : []
  const path = join(folder, 'measured.json')
  const trouble = runMeasure(root, python.program, measured.measurement, copy, path, options.seeds, options.seconds)
  if (trouble !== null) return fail(`the copy does not run: ${trouble}`)
  const now: Measured = { ...measured, measurement: JSON.parse(readFileSync(path, 'utf8')) as Measured['measurement'] }
  const promise = predictionsOf(before.graph, before.recommended, recommendedInitializers(before.graph, before.weights))
  const { calls, promised, complaints } = judge(now, promise)
  if (options.calls) printCalls(now, promise)
  const reread = compare(now, predictionsOf(after.graph, after.current))
  const forward = summarize(reread, 'forward')
  const backward = summarize(reread, 'backward')
  const errors = [forward.p90, forward.p99, backward.p90, backward.p99].map(percent)
  return {
    cells: [label, complaints.length === 0 && twice.length === 0 ? 'kept' : 'broken', `${promised} of ${calls}`, ...errors],
    complaints: [...twice, ...complaints.map((complaint) => `${label}: ${complaint}`)],
  }
}

function printCalls(now: Measured, promise: Predictions): void {
  for (const { name, call, type, direction, predicted, measured, standardError, reason } of compare(now, promise)) {
    const promised = predicted === null ? `unknown: ${reason}` : predicted.toPrecision(4)
    const where = `${name}${call > 0 ? `#${call}` : ''}`
    console.error(`  ${direction.padEnd(8)} ${where} (${type}): promised ${promised}, is ${measured.toPrecision(4)} ± ${standardError.toPrecision(2)}`)
  }
}

const scratch = options.keep ?? mkdtempSync(join(tmpdir(), 'init-lens-verify-'))
const wanted = new RegExp(options.model ?? '')
const rows: Row[] = []
for (const measured of readMeasurements(join(root, 'test/measured'))) {
  if (!wanted.test(`${measured.group}/${measured.name}`)) continue
  const source = sourceOf(measured, root, python.folder)
  if (source === null) continue
  const row = verify(measured, source, scratch)
  console.error(row.cells.slice(0, 2).join(': '))
  rows.push(row)
}
if (options.keep === undefined) rmSync(scratch, { recursive: true, force: true })
const header = ['model', 'promise', 'promised 0.5 to 2', 'forward p90', 'forward p99', 'backward p90', 'backward p99']
console.log(
  markdownTable(
    header,
    rows.map(({ cells }) => cells),
  ),
)
const complaints = rows.flatMap((row) => row.complaints)
for (const complaint of complaints) console.log(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0
