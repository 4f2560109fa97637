/** Moments of the larger of two independent values. */
import { expand, NORMAL_SHAPE, type Shape, twoPoint } from '../gaussian/expansion'
import { cumulative, density } from '../gaussian/normal'
import { normalRule } from '../gaussian/quadrature'
import { identity, type ScalarFunction } from '../gaussian/scalarFunction'
import { type Lags, lagAt, makeLags } from '../lags'
import { type Moments, marginalVariance, ownVariance, representative } from '../moments'
import { imageOf } from './activation'

export const relu: ScalarFunction = {
  value: (x) => Math.max(0, x),
  derivative: (x) => (x > 0 ? 1 : 0),
  kinks: [0],
  slopes: [0, 1],
  monotone: true,
}

/** One operand at one class of positions: its values on a quadrature of the variable that it is a function of. */
interface Operand {
  readonly values: Float64Array
  readonly weights: Float64Array
  /** Mean and variance when it is normal itself. */
  readonly normal: readonly [number, number] | null
}

export function operandAt(block: Moments, i: number): Operand {
  const { root, fn } = imageOf(block)
  const m = root.mean[i] as number
  const v = marginalVariance(root)[i] as number
  if (fn === null || fn === identity) return { values: Float64Array.of(m), weights: Float64Array.of(1), normal: [m, v] }
  const sigma = Math.sqrt(v)
  const rule = normalRule(sigma > 0 ? fn.kinks.map((kink) => (kink - m) / sigma) : [], 1.5, 10)
  return { values: rule.nodes.map((x) => fn.value(m + sigma * x)), weights: rule.weights, normal: null }
}

/** E[max(c, w)ᵏ], k = 1 … 4, for w ~ N(m, v): cᵏΦ(−t) + E[wᵏ; w > c], t = (m − c)/σ (Clark 1961). */
function maximumWith(c: number, m: number, v: number): readonly [number, number, number, number] {
  const sigma = Math.sqrt(v)
  if (!(sigma > 0)) return [Math.max(c, m), Math.max(c, m) ** 2, Math.max(c, m) ** 3, Math.max(c, m) ** 4]
  const t = (m - c) / sigma
  const p = sigma * density(t)
  const e0 = cumulative(t)
  // E[wᵏ; w > c] = m·E[wᵏ⁻¹; w > c] + (k − 1)·v·E[wᵏ⁻²; w > c] + σ·cᵏ⁻¹·φ
  const e1 = m * e0 + p
  const e2 = m * e1 + v * e0 + p * c
  const e3 = m * e2 + 2 * v * e1 + p * c * c
  const e4 = m * e3 + 3 * v * e2 + p * c ** 3
  const below = 1 - e0
  return [c * below + e1, c * c * below + e2, c ** 3 * below + e3, c ** 4 * below + e4]
}

/** Raw moments 1 … 4 of the larger of two independent values. */
function rawMaximum(a: Operand, b: Operand): readonly number[] {
  if (a.normal !== null && b.normal === null) return rawMaximum(b, a)
  const [outer, inner] = a.normal !== null && b.normal !== null ? [spreadOut(a.normal), b] : [a, b]
  const sums = [0, 0, 0, 0]
  outer.values.forEach((x, i) => {
    const weight = outer.weights[i] as number
    if (inner.normal !== null) {
      maximumWith(x, inner.normal[0], inner.normal[1]).forEach((value, k) => {
        sums[k] = (sums[k] as number) + weight * value
      })
      return
    }
    inner.values.forEach((y, j) => {
      const larger = Math.max(x, y)
      const both = weight * (inner.weights[j] as number)
      for (let k = 0, power = larger; k < 4; k++, power *= larger) sums[k] = (sums[k] as number) + both * power
    })
  })
  return sums
}

function spreadOut([m, v]: readonly [number, number]): Operand {
  const rule = normalRule([], 1.5, 10)
  return { values: rule.nodes.map((x) => m + Math.sqrt(v) * x), weights: rule.weights, normal: null }
}

/** Var of the larger value explained when its operands have covariances ca and cb with those of another position or sample; normal stand-ins. */
function covariance(i: number, j: number, a: Moments, b: Moments, va: Float64Array, vb: Float64Array, ca: number, cb: number): number {
  const difference = (k: number) => (a.mean[k] as number) - (b.mean[k] as number)
  const variance = (k: number) => (va[k] as number) + (vb[k] as number)
  const [first, second] = [i, j].map((k) => expand(relu, difference(k), variance(k), NORMAL_SHAPE)) as [
    ReturnType<typeof expand>,
    ReturnType<typeof expand>,
  ]
  const scale = Math.sqrt(variance(i) * variance(j))
  const open = (k: number) => (variance(k) > 0 ? cumulative(difference(k) / Math.sqrt(variance(k))) : difference(k) > 0 ? 1 : 0)
  const rectified =
    twoPoint(first, second, scale > 0 ? (ca + cb) / scale : 0) - (first.coefficients[0] as number) * (second.coefficients[0] as number)
  return cb - cb * (open(i) + open(j)) + rectified
}

/**
 * max(a, b) of independent values: mean and second by quadrature over one with the other in closed form where it is normal; with max = b + relu(a − b)
 * the covariance between positions and samples is that of normal values of the same means and variances, relative to theirs.
 */
export function independentMaximum(a: Moments, b: Moments): Moments {
  const size = a.mean.length
  const raw = Array.from({ length: size }, (_, i) => rawMaximum(operandAt(a, i), operandAt(b, i)))
  const mean = Float64Array.from(raw, ([m = 0]) => m)
  const second = Float64Array.from(raw, ([, q = 0]) => q)
  const va = marginalVariance(a)
  const vb = marginalVariance(b)
  const whole = second.map((q, i) => q - (mean[i] as number) ** 2)
  const standIn = Float64Array.from({ length: size }, (_, i) => covariance(i, i, a, b, va, vb, va[i] as number, vb[i] as number))
  const between = (i: number, j: number, ca: number, cb: number) => {
    const scale = Math.sqrt((standIn[i] as number) * (standIn[j] as number))
    const share = scale > 0 ? covariance(i, j, a, b, va, vb, ca, cb) / scale : 0
    return share * Math.sqrt(Math.max(0, (whole[i] as number) * (whole[j] as number)))
  }
  const centred = (m: Moments, value: number, i: number, j: number) => value - (m.mean[i] as number) * (m.mean[j] as number)
  const far = new Float64Array(size * size)
  for (let i = 0, at = 0; i < size; i++)
    for (let j = 0; j < size; j++, at++)
      far[at] =
        (mean[i] as number) * (mean[j] as number) +
        between(i, j, centred(a, a.far[at] as number, i, j), centred(b, b.far[at] as number, i, j))
  const same = mean.map((m, i) => m * m + between(i, i, centred(a, a.same[i] as number, i, i), centred(b, b.same[i] as number, i, i)))
  const r = representative(a)
  return {
    mean,
    second,
    same,
    far,
    lags: lagsOf(a, b, r, (ca, cb) => between(r, r, ca, cb), (second[r] as number) - (far[r * size + r] as number)),
    shape: shapeOf(raw[r] as readonly number[]),
    spread: 0,
    image: null,
  }
}

function lagsOf(a: Moments, b: Moments, r: number, between: (ca: number, cb: number) => number, own: number): Lags {
  const part = (m: Moments) => {
    const base = (m.far[r * m.mean.length + r] as number) - (m.mean[r] as number) ** 2
    const ownPart = ownVariance(m)[r] as number
    return (c: number) => base + c * ownPart
  }
  const [left, right] = [part(a), part(b)]
  const floor = between(left(0), right(0))
  const at = (x: number, y: number) => (own > 0 ? (between(left(x), right(y)) - floor) / own : 0)
  const radius = a.lags.radius.map((n, i) => Math.max(n, b.lags.radius[i] as number))
  return makeLags(radius, at(a.lags.far, b.lags.far), (lag) => at(lagAt(a.lags, lag), lagAt(b.lags, lag)))
}

function shapeOf([m1 = 0, m2 = 0, m3 = 0, m4 = 0]: readonly number[]): Shape {
  const v = m2 - m1 * m1
  if (!(v > 1e-12 * m2)) return NORMAL_SHAPE
  return { skew: (m3 - 3 * m1 * m2 + 2 * m1 ** 3) / v ** 1.5, excess: (m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 ** 4) / (v * v) - 3 }
}
