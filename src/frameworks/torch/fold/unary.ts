/** Elementwise functions of one number, for data that is known. */
import type { ActivationFunction } from '../../../graph'

type Unary = (x: number) => number

const sigmoid: Unary = (x) => 1 / (1 + Math.exp(-x))
const softplus: Unary = (x) => (x > 20 ? x : Math.log1p(Math.exp(x)))

/** Abramowitz & Stegun 7.1.5 near 0, continued fraction 7.1.14 beyond: absolute error below 1e-14. */
export function erf(x: number): number {
  const size = Math.abs(x)
  if (size > 6) return Math.sign(x)
  if (size < 2.5) {
    let term = x
    let sum = x
    for (let n = 1; n < 80 && Math.abs(term) > 1e-17; n++) {
      term *= -(x * x) / n
      sum += term / (2 * n + 1)
    }
    return (2 / Math.sqrt(Math.PI)) * sum
  }
  let fraction = size
  for (let k = 60; k >= 1; k--) fraction = size + k / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * fraction))
}

const plain: Readonly<Record<string, Unary>> = {
  identity: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid,
  tanh: Math.tanh,
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  geluTanh: (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu: (x) => x * sigmoid(x),
  mish: (x) => x * Math.tanh(softplus(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  softsign: (x) => x / (1 + Math.abs(x)),
  tanhshrink: (x) => x - Math.tanh(x),
  logSigmoid: (x) => -softplus(-x),
  hardSwish: (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6,
  hardSigmoid: (x) => Math.min(6, Math.max(0, x + 3)) / 6,
  relu6: (x) => Math.min(6, Math.max(0, x)),
  exp: Math.exp,
  log: Math.log,
  abs: Math.abs,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
  sin: Math.sin,
  cos: Math.cos,
  erf,
  sign: Math.sign,
  step: (x) => (x > 0 ? 1 : 0),
}

/** φ as a function of numbers; null where it is random or not needed for data. */
export function activationOf(fn: ActivationFunction): Unary | null {
  switch (fn.name) {
    case 'leakyRelu':
      return (x) => (x > 0 ? x : fn.slope * x)
    case 'elu':
      return (x) => (x > 0 ? x : fn.alpha * Math.expm1(x))
    case 'celu':
      return (x) => (x > 0 ? x : fn.alpha * Math.expm1(x / fn.alpha))
    case 'softplus':
      return (x) => (x * fn.beta > fn.threshold ? x : Math.log1p(Math.exp(fn.beta * x)) / fn.beta)
    case 'hardTanh':
      return (x) => Math.min(fn.high, Math.max(fn.low, x))
    case 'hardShrink':
      return (x) => (Math.abs(x) > fn.lambda ? x : 0)
    case 'softShrink':
      return (x) => Math.sign(x) * Math.max(0, Math.abs(x) - fn.lambda)
    case 'threshold':
      return (x) => (x > fn.threshold ? x : fn.value)
    case 'clippedLinear':
      return (x) => Math.min(fn.high, Math.max(fn.low, fn.slope * x + fn.shift))
    case 'quickGelu':
      return (x) => x * sigmoid(fn.beta * x)
    case 'randomLeakyRelu':
      return null
    default:
      return plain[fn.name] ?? null
  }
}
