/** The activation functions of the vocabulary as scalar functions, declared in one table. */
import type { ActivationFunction, ActivationName } from '../../graph'
import { cumulative, density, erf } from './normal'
import type { ScalarFunction } from './scalarFunction'

/** The member of the union that has N among its names. */
type Of<N extends ActivationName, F extends ActivationFunction = ActivationFunction> = F extends ActivationFunction
  ? N extends F['name']
    ? F
    : never
  : never
type Maker<N extends ActivationName> = (fn: Of<N>) => ScalarFunction

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))
const softplus = (x: number) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)))
const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x))
const inside = (x: number, low: number, high: number) => (x > low && x < high ? 1 : 0)
const swishSlope = (x: number, beta: number) => {
  const s = sigmoid(beta * x)
  return s + beta * x * s * (1 - s)
}

const smooth = (value: (x: number) => number, derivative: (x: number) => number, monotone = false): ScalarFunction => ({
  value,
  derivative,
  kinks: [],
  slopes: null,
  monotone,
})
const kinked = (
  kinks: readonly number[],
  value: (x: number) => number,
  derivative: (x: number) => number,
  monotone = false,
): ScalarFunction => ({ value, derivative, kinks, slopes: null, monotone })
const sloped = (below: number, above: number): ScalarFunction => ({
  value: (x) => (x < 0 ? below : above) * x,
  derivative: (x) => (x > 0 ? above : below),
  kinks: [0],
  slopes: [below, above],
  monotone: below >= 0 && above >= 0,
})

const GELU_TANH = Math.sqrt(2 / Math.PI)
const SELU_ALPHA = 1.6732632423543772
const SELU_SCALE = 1.0507009873554805

const exponentialLinear = (alpha: number, rate: number, scale: number): ScalarFunction =>
  kinked(
    [0],
    (x) => scale * (x > 0 ? x : alpha * Math.expm1(x * rate)),
    (x) => scale * (x > 0 ? 1 : alpha * rate * Math.exp(x * rate)),
    true,
  )

const table: { readonly [N in ActivationName]: Maker<N> } = {
  identity: () => sloped(1, 1),
  relu: () => sloped(0, 1),
  leakyRelu: (fn) => sloped(fn.slope, 1),
  randomLeakyRelu: (fn) => ({
    ...sloped((fn.lower + fn.upper) / 2, 1),
    noise: { squareBelow: (fn.lower ** 2 + fn.lower * fn.upper + fn.upper ** 2) / 3 },
  }),
  abs: () => sloped(-1, 1),
  sigmoid: () => smooth(sigmoid, (x) => sigmoid(x) * sigmoid(-x), true),
  tanh: () => smooth(Math.tanh, (x) => 1 - Math.tanh(x) ** 2, true),
  gelu: () =>
    smooth(
      (x) => x * cumulative(x),
      (x) => cumulative(x) + x * density(x),
    ),
  geluTanh: () =>
    smooth(
      (x) => 0.5 * x * (1 + Math.tanh(GELU_TANH * (x + 0.044715 * x ** 3))),
      (x) => {
        const t = Math.tanh(GELU_TANH * (x + 0.044715 * x ** 3))
        return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU_TANH * (1 + 0.134145 * x * x)
      },
    ),
  silu: () =>
    smooth(
      (x) => x * sigmoid(x),
      (x) => swishSlope(x, 1),
    ),
  quickGelu: (fn) =>
    smooth(
      (x) => x * sigmoid(fn.beta * x),
      (x) => swishSlope(x, fn.beta),
    ),
  mish: () =>
    smooth(
      (x) => x * Math.tanh(softplus(x)),
      (x) => {
        const t = Math.tanh(softplus(x))
        return t + x * (1 - t * t) * sigmoid(x)
      },
    ),
  elu: (fn) => exponentialLinear(fn.alpha, 1, 1),
  celu: (fn) => exponentialLinear(fn.alpha, 1 / fn.alpha, 1),
  selu: () => exponentialLinear(SELU_ALPHA, 1, SELU_SCALE),
  softplus: (fn) =>
    kinked(
      Number.isFinite(fn.threshold) ? [fn.threshold / fn.beta] : [],
      (x) => (x * fn.beta > fn.threshold ? x : softplus(fn.beta * x) / fn.beta),
      (x) => (x * fn.beta > fn.threshold ? 1 : sigmoid(fn.beta * x)),
      true,
    ),
  softsign: () =>
    kinked(
      [0],
      (x) => x / (1 + Math.abs(x)),
      (x) => 1 / (1 + Math.abs(x)) ** 2,
      true,
    ),
  tanhshrink: () =>
    smooth(
      (x) => x - Math.tanh(x),
      (x) => Math.tanh(x) ** 2,
      true,
    ),
  logSigmoid: () =>
    smooth(
      (x) => -softplus(-x),
      (x) => sigmoid(-x),
      true,
    ),
  hardSwish: () =>
    kinked(
      [-3, 3],
      (x) => (x * clip(x + 3, 0, 6)) / 6,
      (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
    ),
  hardSigmoid: () =>
    kinked(
      [-3, 3],
      (x) => clip(x + 3, 0, 6) / 6,
      (x) => inside(x, -3, 3) / 6,
      true,
    ),
  relu6: () =>
    kinked(
      [0, 6],
      (x) => clip(x, 0, 6),
      (x) => inside(x, 0, 6),
      true,
    ),
  hardTanh: (fn) =>
    kinked(
      [fn.low, fn.high],
      (x) => clip(x, fn.low, fn.high),
      (x) => inside(x, fn.low, fn.high),
      true,
    ),
  clippedLinear: (fn) =>
    kinked(
      fn.slope === 0 ? [] : [(fn.low - fn.shift) / fn.slope, (fn.high - fn.shift) / fn.slope],
      (x) => clip(fn.slope * x + fn.shift, fn.low, fn.high),
      (x) => fn.slope * inside(fn.slope * x + fn.shift, fn.low, fn.high),
      fn.slope >= 0,
    ),
  hardShrink: (fn) =>
    kinked(
      [-fn.lambda, fn.lambda],
      (x) => (Math.abs(x) > fn.lambda ? x : 0),
      (x) => (Math.abs(x) > fn.lambda ? 1 : 0),
      true,
    ),
  softShrink: (fn) =>
    kinked(
      [-fn.lambda, fn.lambda],
      (x) => Math.sign(x) * Math.max(0, Math.abs(x) - fn.lambda),
      (x) => (Math.abs(x) > fn.lambda ? 1 : 0),
      true,
    ),
  threshold: (fn) =>
    kinked(
      [fn.threshold],
      (x) => (x > fn.threshold ? x : fn.value),
      (x) => (x > fn.threshold ? 1 : 0),
      fn.value <= fn.threshold,
    ),
  exp: () => smooth(Math.exp, Math.exp, true),
  log: () => ({
    ...kinked(
      [0],
      (x) => Math.log(x),
      (x) => 1 / x,
      true,
    ),
    poles: [{ at: 0, order: 0 }],
  }),
  sqrt: () => ({
    ...kinked(
      [0],
      (x) => Math.sqrt(x),
      (x) => 0.5 / Math.sqrt(x),
      true,
    ),
    poles: [{ at: 0, order: 0.5 }],
  }),
  rsqrt: () => ({
    ...kinked(
      [0],
      (x) => 1 / Math.sqrt(x),
      (x) => -0.5 / (x * Math.sqrt(x)),
    ),
    poles: [{ at: 0, order: -0.5 }],
  }),
  reciprocal: () => ({
    ...kinked(
      [0],
      (x) => 1 / x,
      (x) => -1 / (x * x),
    ),
    poles: [{ at: 0, order: -1 }],
  }),
  square: () =>
    smooth(
      (x) => x * x,
      (x) => 2 * x,
    ),
  sin: () => smooth(Math.sin, Math.cos),
  cos: () => smooth(Math.cos, (x) => -Math.sin(x)),
  erf: () => smooth(erf, (x) => 2 * Math.SQRT2 * density(x * Math.SQRT2), true),
  sign: () => kinked([0], Math.sign, () => 0, true),
  step: () =>
    kinked(
      [0],
      (x) => (x > 0 ? 1 : 0),
      () => 0,
      true,
    ),
}

/** The function itself, its derivative, its kinks. */
export function scalarFunction(fn: ActivationFunction): ScalarFunction {
  const make = table[fn.name] as (fn: ActivationFunction) => ScalarFunction
  return make(fn)
}
