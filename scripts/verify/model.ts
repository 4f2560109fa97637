import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { recommendedInitializers } from '../../src/advice'
import type { ModelAnalysis } from '../../src/analysis'
import { analyze, fix } from '../../src/analyze'
import { replaced } from '../../src/cli/notebook'
import { fileSources } from '../../src/cli/sources'
import { parseInput } from '../../src/report'
import { compare, type Predictions, summarize } from '../accuracy/compare'
import type { Measured } from '../accuracy/measurement'
import { predictionsOf } from '../accuracy/predictions'
import { runMeasure } from '../accuracy/runMeasure'
import { percent } from '../accuracy/table'
import { copyInto } from './copy'
import { type Judgement, judge } from './judge'

export interface Verified {
  readonly name: string
  /** `kept`, `broken`, or why there was nothing to keep. */
  readonly outcome: 'kept' | 'broken' | 'unchanged' | 'no fix' | 'not measured in time'
  /** What is told beside the outcome: input, seeds, promised calls and the reread copy's errors; or a reason. */
  readonly cells: readonly string[]
  readonly complaints: readonly string[]
}

export interface VerifyOptions {
  readonly root: string
  readonly program: string
  /** Copies and measurements go here; what lies there of an unchanged copy is not measured again. */
  readonly folder: string
  readonly seeds: number
  readonly seconds: number
  /** Told of every call that was compared. */
  readonly onCalls: ((measured: Measured, promised: Predictions) => void) | null
}

/** A model that seems to break its promise, or of which too few seeds were drawn in time, is measured again with this many times the seeds and time, and judged by those. */
const second = 4

/** What the measuring says of a copy that runs, but not in the time that it is given. */
const outOfTime = /takes longer than \d|not measured/
const notMeasured = 'it was not measured in the time given'

/** What the advice says where nothing is left to do. */
const nothingToDo = /initialized as recommended already/

/** A row that has a reason in the place of numbers. */
const blank = (reason: string): readonly string[] => ['', '', reason, '', '', '', '']

/** Applies the advice to a copy of a model's source, measures the copy, and holds it against what was promised before. */
export function verify(measured: Measured, source: string, options: VerifyOptions): Verified {
  const name = `${measured.group}/${measured.name}`
  const broken = (complaint: string): Verified => ({ name, outcome: 'broken', cells: blank(''), complaints: [complaint] })
  const before = read(source, measured.measurement)
  if (typeof before === 'string') return broken(before)
  const text = readFileSync(source, 'utf8')
  const result = fix({ file: source, text }, before, { kind: 'recommended', parameters: null })
  if (!result.ok)
    return {
      name,
      outcome: nothingToDo.test(result.reason) ? 'unchanged' : 'no fix',
      cells: blank(result.reason),
      complaints: [],
    }
  const folder = join(options.folder, measured.group, measured.name)
  const copy = copyInto(folder, source, measured.measurement.file, replaced(text, result.edits))
  const path = join(folder, 'measured.json')
  // What was measured of another text must not stand for this one where measuring fails, nor where it is not come to.
  if (!copy.isSame) rmSync(path, { force: true })
  const after = read(copy.path, measured.measurement)
  if (typeof after === 'string') return broken(`the copy is not read: ${after}`)
  const again = fix({ file: copy.path, text: readFileSync(copy.path, 'utf8') }, after, { kind: 'recommended', parameters: null })
  // That is seen without any seed.
  if (again.ok && again.edits.length > 0) return broken('applied twice, it changes the file again')
  const promise = predictionsOf(before.graph, before.recommended, recommendedInitializers(before.graph, before.weights, before.framework))
  const measure = (seeds: number, seconds: number): Measured | string => {
    if (seconds === 0) return notMeasured
    const trouble = runMeasure(options.root, options.program, measured.measurement, copy.path, path, String(seeds), String(seconds))
    return trouble ?? { ...measured, measurement: JSON.parse(readFileSync(path, 'utf8')) as Measured['measurement'] }
  }
  let now: Measured | string =
    copy.isSame && existsSync(path)
      ? { ...measured, measurement: JSON.parse(readFileSync(path, 'utf8')) as Measured['measurement'] }
      : measure(options.seeds, options.seconds)
  if (typeof now === 'string' && outOfTime.test(now)) return { name, outcome: 'not measured in time', cells: blank(now), complaints: [] }
  if (typeof now === 'string') return broken(`the copy does not run: ${now}`)
  if (isDoubtful(judge(now, promise)) && now.measurement.seeds < second * options.seeds) {
    const more = measure(second * options.seeds, second * options.seconds)
    if (typeof more !== 'string') now = more
  }
  options.onCalls?.(now, promise)
  const { calls, promised, tooFew, complaints } = judge(now, promise)
  if (tooFew !== null) return { name, outcome: 'not measured in time', cells: blank(tooFew), complaints: [] }
  const reread = compare(now, predictionsOf(after.graph, after.current))
  const [forward, backward] = [summarize(reread, 'forward'), summarize(reread, 'backward')]
  return {
    name,
    outcome: complaints.length === 0 ? 'kept' : 'broken',
    cells: [
      now.measurement.input,
      String(now.measurement.seeds),
      `${promised} of ${calls}`,
      ...[forward.p90, forward.p99, backward.p90, backward.p99].map(percent),
    ],
    complaints,
  }
}

function isDoubtful({ tooFew, complaints }: Judgement): boolean {
  return tooFew !== null || complaints.length > 0
}

function read(file: string, { model, input }: Measured['measurement']): ModelAnalysis | string {
  const parsed = parseInput(input)
  if (!parsed.ok) return parsed.message
  const text = readFileSync(file, 'utf8')
  const analysis = analyze({ file, text }, { model, input: parsed.input }, { sources: fileSources([]), now: () => 0 })
  return analysis.models[0] ?? analysis.message ?? 'no model was read'
}
