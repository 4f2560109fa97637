/** Roots and logarithms of positive sums, taken to follow the gamma law of their mean and variance (exact for sums of squared normal values). */

/** E[√s] for a gamma variable of mean m and variance v: √(m/k)·Γ(k + ½)/Γ(k), k = m²/v. */
export function rootMean(mean: number, variance: number): number {
  if (!(mean > 0)) return 0
  if (!(variance > 0)) return Math.sqrt(mean)
  let k = (mean * mean) / variance
  const scale = Math.sqrt(mean / k)
  let ratio = 1
  // Γ(k + ½)/Γ(k) = k/(k + ½)·Γ(k + 3/2)/Γ(k + 1), up to where the series holds
  while (k < 12) {
    ratio *= k / (k + 0.5)
    k++
  }
  return scale * ratio * Math.sqrt(k) * (1 - 1 / (8 * k) + 1 / (128 * k * k) + 5 / (1024 * k ** 3) - 21 / (32768 * k ** 4))
}

/** E[log s] = log(m/k) + ψ(k) and Var(log s) = ψ′(k). */
export function logMoments(mean: number, variance: number): { readonly mean: number; readonly variance: number } {
  if (!(variance > 0)) return { mean: Math.log(mean), variance: 0 }
  let k = (mean * mean) / variance
  const scale = Math.log(mean / k)
  let digamma = 0
  let trigamma = 0
  while (k < 12) {
    digamma -= 1 / k
    trigamma += 1 / (k * k)
    k++
  }
  const inverse = 1 / (k * k)
  return {
    mean: scale + digamma + Math.log(k) - 1 / (2 * k) - inverse / 12 + inverse ** 2 / 120 - inverse ** 3 / 252,
    variance: trigamma + 1 / k + inverse / 2 + (inverse / k) * (1 / 6 - inverse / 30 + inverse ** 2 / 42),
  }
}
