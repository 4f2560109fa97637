/**
 * Applies the recommended initialization to a copy of each model, runs the copy in its framework, and compares with what was promised.
 *
 *     npm run verify                     all measured models whose source is here
 *     npm run verify -- --model /lenet$  only models whose group and name match
 *     --seeds N  --seconds T             for each model, before it is doubted; with 0 seconds only what --keep holds is judged
 *     --batch N                          samples of images of 100,000 numbers and more; drawing weights costs enough
 *     --python PROGRAM                   the Python that has the framework, several times for several; without it those on PATH are tried
 *     --keep FOLDER                      leave the copies there, and do not measure again what has not changed
 *     --calls                            print what was promised and measured of every call
 *     --write                            write docs/verify.md
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { initialize, isScriptFile } from '../../src/analyze'
import { compare, type Predictions } from '../accuracy/compare'
import { type Measured, readMeasurements, sourceOf } from '../accuracy/measurement'
import { type Verified, verify } from './model'
import { Programs } from './programs'
import { counts, page, table } from './report'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    seeds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '60' },
    batch: { type: 'string', default: '2' },
    python: { type: 'string', multiple: true, default: [] },
    keep: { type: 'string' },
    calls: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
await initialize()

function printCalls(now: Measured, promise: Predictions): void {
  for (const { name, call, type, direction, predicted, measured, standardError, reason } of compare(now, promise)) {
    const promised = predicted === null ? `unknown: ${reason}` : predicted.toPrecision(4)
    const where = `${name}${call > 0 ? `#${call}` : ''}`
    console.error(
      `  ${direction.padEnd(8)} ${where} (${type}): promised ${promised}, is ${measured.toPrecision(4)} ± ${standardError.toPrecision(2)}`,
    )
  }
}

/** Numbers of one sample from which on an input is a large image. */
const large = 100_000

function withFewerSamples(measured: Measured): Measured {
  const [, samples, rest] = /^(\d+)x([\dx]+)$/.exec(measured.measurement.input) ?? []
  if (samples === undefined || rest === undefined) return measured
  const numbers = rest.split('x').reduce((product, size) => product * Number(size), 1)
  const fewer = numbers < large ? samples : String(Math.min(Number(samples), Number(options.batch)))
  return { ...measured, measurement: { ...measured.measurement, input: `${fewer}x${rest}` } }
}

const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'init-lens-verify-'))
const programs = new Programs(options.python)
const wanted = new RegExp(options.model ?? '')
const verified: Verified[] = []
const missing = new Map<string, number>()
/** Models of TensorFlow.js: no Python runs them. */
let scripts = 0
for (const committed of readMeasurements(join(root, 'test/measured'))) {
  const measured = withFewerSamples(committed)
  if (!wanted.test(`${measured.group}/${measured.name}`)) continue
  if (isScriptFile(measured.measurement.file)) {
    scripts++
    continue
  }
  const python = programs.of(measured.group)
  const source = python.folder === null ? null : sourceOf(measured, root, python.folder)
  if (python.folder === null) missing.set(python.needs, (missing.get(python.needs) ?? 0) + 1)
  if (source === null) continue
  const one = verify(measured, source, {
    root,
    program: python.program,
    folder,
    seeds: Number(options.seeds),
    seconds: Number(options.seconds),
    onCalls: options.calls ? printCalls : null,
  })
  console.error(`${one.name}: ${one.outcome}`)
  for (const complaint of one.complaints) console.error(`  ${complaint}`)
  verified.push(one)
}
if (options.keep === undefined) rmSync(folder, { recursive: true, force: true })
const skipped = [
  ...[...missing].map(([needs, count]) => `${count} models were skipped: no Python with ${needs} was found (--python chooses one).`),
  ...(scripts > 0 ? [`${scripts} models of TensorFlow.js were skipped: copies are run in Python.`] : []),
]
console.log(table(verified))
for (const line of [...skipped, counts(verified)]) console.log(line)
if (options.write) writeFileSync(join(root, 'docs/verify.md'), page(verified, skipped))
// A Python that was named must have what the models need.
process.exitCode = verified.some(({ outcome }) => outcome === 'broken') || (options.python.length > 0 && verified.length === 0) ? 1 : 0
