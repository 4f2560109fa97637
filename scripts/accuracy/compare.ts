import type { Measured, MeasuredMoment } from './measurement'

export interface PredictedMoment {
  readonly secondMoment: number
  readonly band: readonly [number, number]
}

/** A moment, or why there is none. */
export type Predicted = PredictedMoment | { readonly reason: string }

export interface PredictedCall {
  readonly name: string
  readonly call: number
  readonly forward: Predicted
  readonly backward: Predicted
}

export interface PredictedWeight {
  readonly name: string
  readonly weight: Predicted
}

export interface Predictions {
  readonly calls: readonly PredictedCall[]
  readonly weights: readonly PredictedWeight[]
}

/** What is compared: the signal, its gradient, and the weights that were drawn. */
export const directions = ['forward', 'backward', 'weight'] as const
export type Direction = (typeof directions)[number]

/** One measured moment beside its prediction. */
export interface Comparison {
  readonly model: string
  readonly group: string
  readonly name: string
  readonly call: number
  readonly type: string
  readonly direction: Direction
  readonly measured: number
  readonly standardError: number
  readonly predicted: number | null
  /** Why there is no prediction. */
  readonly reason: string | null
  /** What exceeds two standard errors, relative: max(0, |predicted − measured| − 2·error) / measured. null without prediction. */
  readonly error: number | null
  /** How many times too large or too small, beyond two standard errors: at least 1. null without prediction. */
  readonly factor: number | null
  readonly medianInBand: boolean | null
  /** Width of the predicted 90 % band over that of the 5th to 95th percentile of the seeds, both as logarithms. null where either has none. */
  readonly bandWidth: number | null
}

/**
 * Pairs every measured leaf call and parameter with its prediction. Moments that were not finite in every seed cannot be compared;
 * copies of a parameter under other names are listed once by both.
 */
export function compare(measured: Measured, predictions: Predictions): readonly Comparison[] {
  const byCall = new Map(predictions.calls.map((call) => [`${call.name}#${call.call}`, call]))
  const calls = measured.measurement.calls.flatMap(({ name, call, type, forward, backward }) => {
    const predicted = byCall.get(`${name}#${call}`)
    const missing = { reason: 'the call is not in the prediction' }
    return [
      ...pair(measured, { name, call, type, direction: 'forward' }, forward, predicted?.forward ?? missing),
      ...pair(measured, { name, call, type, direction: 'backward' }, backward, predicted?.backward ?? missing),
    ]
  })
  const byName = new Map(predictions.weights.map(({ name, weight }) => [name, weight]))
  const weights = measured.measurement.weights.flatMap(({ name, secondMoment, error }) => {
    const type = name.slice(name.lastIndexOf('.') + 1)
    const predicted = byName.get(name) ?? { reason: 'the parameter is not in the prediction' }
    return pair(
      measured,
      { name, call: 0, type, direction: 'weight' },
      { secondMoment, error, median: null, p5: null, p95: null },
      predicted,
    )
  })
  return [...calls, ...weights]
}

function pair(
  { name: model, group }: Measured,
  what: Pick<Comparison, 'name' | 'call' | 'type' | 'direction'>,
  moment: MeasuredMoment | null,
  predicted: Predicted,
): readonly Comparison[] {
  if (moment === null || moment.secondMoment === null) return []
  return [{ model, group, ...what, ...judge(moment, moment.secondMoment, predicted) }]
}

/** Measurements are written with five significant digits. */
const rounding = 5e-5

function judge(moment: MeasuredMoment, measured: number, predicted: Predicted) {
  const standardError = moment.error ?? 0
  if ('reason' in predicted || Number.isNaN(predicted.secondMoment)) {
    const reason = 'reason' in predicted ? predicted.reason : 'the prediction is not a number'
    return { measured, standardError, reason, predicted: null, error: null, factor: null, medianInBand: null, bandWidth: null }
  }
  const { secondMoment, band } = predicted
  const beyond = Math.max(0, Math.abs(secondMoment - measured) - 2 * standardError - rounding * measured)
  return {
    measured,
    standardError,
    predicted: secondMoment,
    reason: null,
    error: beyond === 0 ? 0 : beyond / measured,
    factor:
      beyond === 0
        ? 1
        : secondMoment === 0
          ? Number.POSITIVE_INFINITY
          : secondMoment > measured
            ? 1 + beyond / measured
            : measured / (measured - beyond),
    medianInBand: moment.median === null ? null : band[0] <= moment.median && moment.median <= band[1],
    bandWidth: relativeWidth(band, [moment.p5, moment.p95]),
  }
}

/** Below this ratio of percentiles the seeds do not differ, and no width says anything. */
const leastSpread = 1.001

function relativeWidth([low, high]: readonly [number, number], [p5, p95]: readonly [number | null, number | null]): number | null {
  if (p5 === null || p95 === null || p5 <= 0 || p95 / p5 < leastSpread || low <= 0) return null
  return Math.log(high / low) / Math.log(p95 / p5)
}

export interface Summary {
  readonly count: number
  /** Share of measured moments with a prediction. */
  readonly coverage: number
  /** Percentiles of the error, in percent. null without any prediction. */
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  /** The worst call's factor. */
  readonly factor: number | null
  /** Share of measured medians in the predicted 90 % band. */
  readonly inBand: number | null
  /** Median over calls of the band's width relative to the seeds' own spread: 1 is right. */
  readonly bandWidth: number | null
}

export function summarize(comparisons: readonly Comparison[], direction: Direction): Summary {
  const all = comparisons.filter((one) => one.direction === direction)
  const errors = all.flatMap(({ error }) => (error === null ? [] : [error])).sort((a, b) => a - b)
  const factors = all.flatMap(({ factor }) => (factor === null ? [] : [factor]))
  const widths = all.flatMap(({ bandWidth }) => (bandWidth === null ? [] : [bandWidth])).sort((a, b) => a - b)
  const bands = all.flatMap(({ medianInBand }) => (medianInBand === null ? [] : [medianInBand]))
  return {
    count: all.length,
    coverage: all.length === 0 ? 1 : errors.length / all.length,
    p50: percentile(errors, 0.5),
    p90: percentile(errors, 0.9),
    p99: percentile(errors, 0.99),
    factor: factors.length === 0 ? null : factors.reduce((a, b) => Math.max(a, b), 1),
    inBand: bands.length === 0 ? null : bands.filter(Boolean).length / bands.length,
    bandWidth: widths[Math.floor(widths.length / 2)] ?? null,
  }
}

/** In percent; the smallest value that at least this share does not exceed. */
function percentile(ordered: readonly number[], share: number): number | null {
  const value = ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)]
  return value === undefined ? null : value * 100
}
