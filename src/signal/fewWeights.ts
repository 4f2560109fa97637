/** What differs between units that sum few weights (depthwise and grouped convolutions, first layers). */
import type { Grid } from './grid'
import type { WeightMoments } from './initializerMoments'
import { type Lags, lagAt } from './lags'
import type { Few, Moments } from './moments'
import { averages } from './pairMoments'
import type { Taps } from './taps'

export interface UnitSpread {
  readonly spread: number
  readonly shared: number
  readonly wander: Lags | undefined
  readonly few: Few | undefined
  readonly alike: number
  readonly common: number
}

/** With more weights than this, units are alike to within a fraction of a per cent. */
const MANY_WEIGHTS = 400
const MANY_TAPS = 130

/**
 * A unit's variance over batch and positions is the quadratic form v = Σ_c w_cᵀA w_c over input channels c, where
 * A_tu = s·n_t·δ_tu + f·(n_tu − n_t·n_u): s the inputs' own variance, f what all positions share, n_t the share of positions
 * where tap t is inside the image, n_tu where both are. For weights with E[w⁴] = κE[w²]²:
 *     Var(v)/E[v]² = (2‖A‖² + (κ − 3)ΣA_tt²)/(channels·tr(A)²)
 * of which the part of f alone is left to the norm, which sees it in the covariances between positions (all channels have the same sign
 * of mean, so that it does not fall with their number). Cov(Σn_t w_t², v)/(E·E) = (κ − 1)Σn_t A_tt/(channels·Σn_t·tr A) is `shared`.
 * The correlation of two outputs at lag Δ has variance (taps that meet)/(taps²·channels) over units; inputs with excess kurtosis κ₄ make
 * their squares correlate by κ₄ times as much, which a curved function sees half of (Edgeworth's κ₂₂/4·E[f He₂]²).
 */
export function unitSpread(
  weight: WeightMoments,
  channels: number,
  siblings: number,
  input: Moments,
  grid: Grid,
  axes: readonly Taps[],
  lagsBetweenTaps: readonly number[],
): UnitSpread {
  const taps = axes.reduce((product, table) => product * table.count, 1)
  const count = taps * channels
  // Windows of other places see other values of the same units: only those of one tap are alike.
  const inCommon = (input.alike ?? 0) / taps
  const alike = (count > FEW_WEIGHTS ? 0 : siblings / count) + inCommon
  const common = 2 * inCommon * (1 - 1 / channels)
  if (weight.structure === 'orthogonal') return { spread: 0, shared: 0, wander: undefined, few: undefined, alike: inCommon, common }
  const many = weight.squareSpread / count
  if (count > MANY_WEIGHTS || taps > MANY_TAPS) return { spread: many, shared: many, wander: undefined, few: undefined, alike, common }
  const { own, far } = averages(grid, input)
  const kurtosis = weight.squareSpread + 1
  let trace = 0
  let frobenius = 0
  let diagonal = 0
  let inside = 0
  let weighted = 0
  for (let t = 0; t < taps; t++) {
    const nt = jointShare(axes, t, t)
    for (let u = 0; u < taps; u++) {
      const nu = u === t ? nt : jointShare(axes, u, u)
      const pattern = far * (jointShare(axes, t, u) - nt * nu)
      const a = (t === u ? own * nt : 0) + pattern
      frobenius += a * a - pattern * pattern
      if (t !== u) continue
      trace += a
      diagonal += a * a
      inside += nt
      weighted += nt * a
    }
  }
  if (!(trace > 0)) return { spread: many, shared: many, wander: undefined, few: undefined, alike, common }
  const spread = Math.max(0, 2 * frobenius + (kurtosis - 3) * diagonal) / (channels * trace * trace)
  const shared = ((kurtosis - 1) * weighted) / (channels * inside * trace)
  return {
    spread,
    shared,
    wander: wanderOf(axes, channels, grid.length, lagsBetweenTaps, 1 + Math.max(0, input.shape.excess) / 2),
    few: fewOf(weight, count),
    alike,
    common,
  }
}

/** Units that sum more inputs than this are told by the spread of their variances alone. */
export const FEW_WEIGHTS = 8

/** The law of so few weights that a gamma variable of the same spread says too little of small sums. */
export function fewOf(weight: WeightMoments, count: number): Few | undefined {
  if (count > FEW_WEIGHTS || weight.structure !== 'independent' || weight.mean !== 0) return undefined
  const law = Math.abs(weight.squareSpread - 2) < 1e-9 ? 'normal' : Math.abs(weight.squareSpread - 0.8) < 1e-9 ? 'uniform' : undefined
  return law && { count, law, spread: weight.squareSpread / count }
}

/** Share of positions where taps t and u (row-major over axes) are both inside. */
function jointShare(axes: readonly Taps[], t: number, u: number): number {
  let share = 1
  let restT = t
  let restU = u
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const table = axes[axis] as Taps
    share *= table.joint[(restT % table.count) * table.count + (restU % table.count)] as number
    restT = Math.floor(restT / table.count)
    restU = Math.floor(restU / table.count)
  }
  return share
}

/** `steps`: taps that outputs one apart differ by, for each axis (stride over dilation). */
function wanderOf(axes: readonly Taps[], channels: number, gridAxes: number, steps: readonly number[], weight: number): Lags | undefined {
  const taps = axes.reduce((product, table) => product * table.count, 1)
  if (taps === 1) return undefined
  const lead = gridAxes - axes.length
  const radius = Array.from({ length: gridAxes }, (_, i) =>
    i < lead ? 0 : Math.min(4, Math.floor(((axes[i - lead] as Taps).count - 1) / (steps[i - lead] as number))),
  )
  const size = radius.reduce((product, r) => product * (r + 1), 1)
  const values = new Float64Array(size)
  for (let at = 1; at < size; at++) {
    let rest = at
    let meeting = 1
    for (let axis = gridAxes - 1; axis >= 0; axis--) {
      const d = rest % ((radius[axis] as number) + 1)
      rest = Math.floor(rest / ((radius[axis] as number) + 1))
      if (axis < lead) continue
      const shift = d * (steps[axis - lead] as number)
      meeting *= Number.isInteger(shift) ? Math.max(0, (axes[axis - lead] as Taps).count - shift) : 0
    }
    values[at] = (weight * meeting) / (taps * taps * channels)
  }
  return { radius, values, far: 0 }
}

/** Variance over units of the correlation at a lag. */
export const wanderAt = (wander: Lags | undefined, lag: readonly number[]): number => (wander === undefined ? 0 : lagAt(wander, lag))
