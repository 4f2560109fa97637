import type { Distribution, MixturePart } from './initializer'

/**
 * Var(w) of one element of a tensor of this shape, pooled over its elements; null when unknown.
 * Orthogonal: rows of a [d0, rest] matrix have norm gain (or less), so Var = gain²/max(d0, rest).
 */
export function distributionVariance(distribution: Distribution, shape: readonly number[]): number | null {
  const moments = distributionMoments(distribution, shape)
  return moments === null ? null : moments.secondMoment - moments.mean * moments.mean
}

/** E[w] and E[w²] of one element, pooled over the tensor's elements; null when unknown. */
export function distributionMoments(
  distribution: Distribution,
  shape: readonly number[],
): { readonly mean: number; readonly secondMoment: number } | null {
  switch (distribution.kind) {
    case 'constant':
      return { mean: distribution.value, secondMoment: distribution.value ** 2 }
    case 'normal':
      return { mean: distribution.mean, secondMoment: distribution.std ** 2 + distribution.mean ** 2 }
    case 'uniform': {
      const mean = (distribution.low + distribution.high) / 2
      return { mean, secondMoment: (distribution.high - distribution.low) ** 2 / 12 + mean ** 2 }
    }
    case 'truncatedNormal':
      return truncatedNormalMoments(distribution.mean, distribution.std, distribution.low, distribution.high)
    case 'orthogonal':
      return { mean: 0, secondMoment: distribution.gain ** 2 / Math.max(shape[0] ?? 1, elements(shape.slice(1))) }
    case 'deltaOrthogonal':
      return { mean: 0, secondMoment: distribution.gain ** 2 / (Math.max(shape[0] ?? 1, shape[1] ?? 1) * elements(shape.slice(2))) }
    case 'dirac': {
      const ones = (Math.min((shape[0] ?? 1) / distribution.groups, shape[1] ?? 1) * distribution.groups) / elements(shape)
      return { mean: ones, secondMoment: ones }
    }
    case 'eye': {
      const ones = Math.min(shape[0] ?? 1, shape[1] ?? 1) / elements(shape)
      return { mean: ones, secondMoment: ones }
    }
    case 'sparse': {
      // Each column has ⌈sparsity·rows⌉ zeros.
      const rows = shape[0] ?? 1
      const kept = 1 - Math.ceil(distribution.sparsity * rows) / rows
      return { mean: 0, secondMoment: kept * distribution.std ** 2 }
    }
    case 'affine': {
      const base = distributionMoments(distribution.base, shape)
      if (base === null) return null
      const { factor, shift } = distribution
      return {
        mean: factor * base.mean + shift,
        secondMoment: factor ** 2 * base.secondMoment + 2 * factor * shift * base.mean + shift ** 2,
      }
    }
    case 'mixture': {
      let mean = 0
      let secondMoment = 0
      for (const part of distribution.parts) {
        const moments = distributionMoments(part.distribution, blockShape(part, shape))
        if (moments === null) return null
        mean += part.share * moments.mean
        secondMoment += part.share * moments.secondMoment
      }
      return { mean, secondMoment }
    }
    case 'unknown':
      return null
  }
}

/** Shape of the block of rows that a part fills: an orthogonal gate is square within a kernel of four. The whole where no rows are named. */
export function blockShape({ rows }: MixturePart, shape: readonly number[]): readonly number[] {
  return rows === undefined ? shape : [rows[1] - rows[0], ...shape.slice(1)]
}

/** Normal(mean, std) cut to [low, high]: Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 1, §13.10. */
function truncatedNormalMoments(mean: number, std: number, low: number, high: number): { mean: number; secondMoment: number } {
  if (std === 0) return { mean, secondMoment: mean ** 2 }
  const a = (low - mean) / std
  const b = (high - mean) / std
  const mass = normalCdf(b) - normalCdf(a)
  const pa = normalPdf(a)
  const pb = normalPdf(b)
  const shift = (pa - pb) / mass
  const cut = 1 + ((Number.isFinite(a) ? a * pa : 0) - (Number.isFinite(b) ? b * pb : 0)) / mass - shift ** 2
  const cutMean = mean + std * shift
  return { mean: cutMean, secondMoment: std ** 2 * cut + cutMean ** 2 }
}

function normalPdf(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
}

/** Φ(x) by the series for small |x| and the continued fraction beyond: relative error below 1e-14. */
function normalCdf(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 1
  if (x === Number.NEGATIVE_INFINITY) return 0
  if (Math.abs(x) < 5) {
    let term = x
    let sum = x
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 200; k++) {
      term *= (x * x) / (2 * k + 1)
      sum += term
    }
    return 0.5 + sum * normalPdf(x)
  }
  let fraction = 0
  for (let k = 60; k > 0; k--) fraction = k / (Math.abs(x) + fraction)
  const tail = normalPdf(x) / (Math.abs(x) + fraction)
  return x > 0 ? 1 - tail : tail
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
