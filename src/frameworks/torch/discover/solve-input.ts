/** Finding an input that a model's forward accepts. */
import type { InputSpec } from '../../../analysis'
import type { Span } from '../../../graph'
import type { PythonInterpreter } from '../../../python'
import type { InstanceValue } from '../../../python/values'
import type { Candidate } from './candidate'
import { type Entry, entriesBelow } from './first-layer'
import { forwardInputs } from './forward-inputs'
import { type ForwardParameter, requiredParameters } from './forward-parameters'
import { batchSize, shapesFor } from './shapes'
import { frameHint, imageSizeHint } from './size-hint'
import { type Attempt, traceModel } from './trace-model'

/** Forward passes tried on one model before giving up. */
const mostAttempts = 60
/** Milliseconds spent on trying, where each attempt is slow. */
const mostMilliseconds = 400
/** First layers tried. */
const mostEntries = 5

export interface Solved {
  readonly attempt: Attempt
  /** The shape was found by trying; false when it was given. */
  readonly isAssumed: boolean
}

/** A fully followed forward beats one that loses its way, which beats one that stops; then the one that came further. */
function rank(attempt: Attempt): number {
  const depth = Math.min(attempt.graph.calls.length, 999_999)
  if (attempt.failure !== null) return depth
  if (attempt.lost !== null) return 1_000_000 + depth
  return attempt.keepsBatch ? 3_000_000 : 2_000_000
}

const isGood = (attempt: Attempt): boolean => rank(attempt) === 3_000_000

/** Runs the model on inputs that are given: all of them, or the data alone and the others by their names. */
export function runOn(interpreter: PythonInterpreter, model: InstanceValue, given: readonly InputSpec[], site: Span | null): Attempt {
  const parameters = requiredParameters(model)
  const [data] = given
  if (data === undefined) return traceModel(interpreter, model, [], site)
  if (given.length === 1 && parameters !== null && parameters.length > 1) {
    return traceModel(
      interpreter,
      model,
      forwardInputs(interpreter, model, parameters, { data, entries: entriesBelow(model), given: new Map(), side: null, widths: null }),
      site,
    )
  }
  const names = parameters?.map(({ name }) => name) ?? []
  return traceModel(
    interpreter,
    model,
    given.map((spec, index) => ({ kind: 'tensor', name: names[index] ?? `input${index === 0 ? '' : index}`, spec })),
    site,
  )
}

/** Sizes that a message of torch's reports for what does not fit: columns of the input and rows of the weight, or two extents. */
function misfit(attempt: Attempt): { readonly got: number; readonly wanted: number } | null {
  const said = attempt.failure?.message ?? ''
  const match =
    /\(\d+x(\d+) and (\d+)x\d+\)/.exec(said) ?? /size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)/.exec(said)
  return match === null ? null : { got: Number(match[1]), wanted: Number(match[2]) }
}

/** The same features with more or fewer of them: what a forward adds to its input before the first Linear. null where that is none. */
function lastAxisBy(data: InputSpec, more: number): InputSpec | null {
  const last = data.shape.at(-1)
  if (data.shape.length > 3 || last === undefined || last + more <= 0 || data.distribution.kind === 'tokens') return null
  return { ...data, shape: [...data.shape.slice(0, -1), last + more] }
}

/** Images with the share of the channels that each of several has, which the forward joins before its first convolution. null where none. */
function ofJoined(data: InputSpec, attempt: Attempt): InputSpec | null {
  const match = /to have (\d+) channels, but got (\d+) channels/.exec(attempt.failure?.message ?? '')
  const [wanted, got, own] = [Number(match?.[1]), Number(match?.[2]), data.shape[1] ?? 0]
  const channels = (wanted * own) / got
  if (match === null || data.shape.length < 3 || channels === own || !Number.isInteger(channels)) return null
  return { ...data, shape: data.shape.map((size, axis) => (axis === 1 ? channels : size)) }
}

/** Features as many as the forward splits into parts before its first layer. null where that is not what it stopped at. */
function ofSplit(data: InputSpec, attempt: Attempt): InputSpec | null {
  const match = /split_sizes to sum exactly to (\d+) .*split_sizes=\[([\d, ]+)\]/.exec(attempt.failure?.message ?? '')
  const last = data.shape.at(-1)
  if (match === null || Number(match[1]) !== last || data.distribution.kind === 'tokens') return null
  const sum = (match[2] ?? '').split(',').reduce((total, each) => total + Number(each), 0)
  return { ...data, shape: [...data.shape.slice(0, -1), sum] }
}

/** Widths of the features that a forward joins before its first Linear: shares of what that takes, as equal as can be. null where it joins none. */
function joinedWidths(data: InputSpec, attempt: Attempt): readonly number[] | null {
  const found = misfit(attempt)
  if (found === null || data.shape.length > 3 || data.distribution.kind === 'tokens') return null
  const several = found.got / (data.shape.at(-1) ?? 0)
  if (!Number.isInteger(several) || several < 2 || several > found.wanted) return null
  const least = Math.floor(found.wanted / several)
  return Array.from({ length: several }, (_, index) => least + (index < found.wanted % several ? 1 : 0))
}

/** Side of a square image for which the flattened features are as many as the first Linear takes: more pixels, more features. */
function solveSide(run: (side: number) => Attempt, attempts: number): Attempt | null {
  let low = 1
  let high = 1024
  let best: Attempt | null = null
  for (let count = 0; count < attempts && low <= high; count++) {
    const side = Math.floor((low + high) / 2)
    const attempt = run(side)
    if (best === null || rank(attempt) > rank(best)) best = attempt
    if (isGood(attempt)) return attempt
    const found = misfit(attempt)
    if (found !== null && found.got > found.wanted) high = side - 1
    else low = side + 1
  }
  return best
}

/** Where labels are asked for, an embedding takes them, and the data goes to another layer. */
function inOrderOfData(entries: readonly Entry[], parameters: readonly ForwardParameter[] | null): readonly Entry[] {
  if (parameters?.some(({ meaning }) => meaning === 'label') !== true) return entries
  const tokens = entries.filter(({ kind }) => kind === 'tokens')
  return [...entries.filter(({ kind }) => kind !== 'tokens'), ...tokens]
}

/** Tries the usual shapes for the model's first layers until forward runs; the best of what was tried otherwise. */
export function solveInput(interpreter: PythonInterpreter, candidate: Candidate): Attempt | null {
  const parameters = requiredParameters(candidate.model)
  const first = solveWith(interpreter, candidate, parameters)
  // `a` is an adjacency to a graph network, and an action to an agent's.
  if (first === null || isGood(first) || parameters?.some(({ name }) => name === 'a') !== true) return first
  const asAction = parameters.map((each): ForwardParameter => (each.name === 'a' ? { ...each, meaning: 'data' } : each))
  const second = solveWith(interpreter, candidate, asAction)
  return second !== null && rank(second) > rank(first) ? second : first
}

function solveWith(interpreter: PythonInterpreter, candidate: Candidate, parameters: readonly ForwardParameter[] | null): Attempt | null {
  const { model, name: written, site } = candidate
  const entries = inOrderOfData(entriesBelow(model), parameters)
  const hint = imageSizeHint(model, written)
  const frames = frameHint(model, candidate.given)
  const now = interpreter.options.now ?? (() => 0)
  const start = now()
  let best: Attempt | null = null
  let attempts = 0
  const run = (data: InputSpec, widths: readonly number[] | null = null): Attempt => {
    attempts += 1
    const attempt = traceModel(
      interpreter,
      model,
      forwardInputs(interpreter, model, parameters, { data, entries, given: candidate.given, side: hint, widths }),
      site,
    )
    if (best === null || rank(attempt) > rank(best)) best = attempt
    return attempt
  }
  for (const entry of entries.slice(0, mostEntries)) {
    let fits = false
    for (const data of shapesFor(entry, hint, frames)) {
      if (attempts >= mostAttempts || now() - start > mostMilliseconds) return best
      const attempt = run(data)
      if (isGood(attempt)) return attempt
      const found = misfit(attempt)
      fits ||= found !== null
      const widened = found === null ? (ofJoined(data, attempt) ?? ofSplit(data, attempt)) : lastAxisBy(data, found.wanted - found.got)
      if (widened !== null && attempts < mostAttempts) {
        const again = run(widened)
        if (isGood(again)) return again
      }
      const widths = widened === null ? joinedWidths(data, attempt) : null
      if (widths !== null && attempts < mostAttempts) {
        const again = run(data, widths)
        if (isGood(again)) return again
      }
    }
    if (entry.kind === 'image' && entry.rank === 2 && fits) {
      const solved = solveSide(
        (side) => run({ shape: [batchSize, entry.channels, side, side], distribution: { kind: 'normal', mean: 0, std: 1 } }),
        11,
      )
      if (solved !== null && isGood(solved)) return solved
    }
  }
  return best
}
