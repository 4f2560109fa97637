/** Real functions of one variable, as the rules need them: value, derivative, and where they are not smooth. */

export interface ScalarFunction {
  value(x: number): number
  derivative(x: number): number
  /** Points where value or derivative jumps. */
  readonly kinks: readonly number[]
  /** [slope below 0, slope above 0] when f(cx) = c·f(x) for c > 0: closed forms exist. */
  readonly slopes: readonly [number, number] | null
  /** Non-decreasing: the maximum of values is the value of the maximum. */
  readonly monotone: boolean
  /** E[f'²] over noise that the function itself draws (RReLU), when that is more than f' squared. */
  readonly noise?: { readonly squareBelow: number }
  /** Where it or its slope grows without bound. */
  readonly poles?: readonly Pole[]
  /** Width over which it bends, where that is much less than 1 (a steep sigmoid). */
  readonly scale?: number
}

/** Beside `at` the function goes with |x − at| to the power `order`; 0 for a logarithm. */
export interface Pole {
  readonly at: number
  readonly order: number
}

export const identity: ScalarFunction = { value: (x) => x, derivative: () => 1, kinks: [], slopes: [1, 1], monotone: true }

/** outer ∘ inner. Kinks of the outer one are sought on a grid of the inner's values. */
export function compose(outer: ScalarFunction, inner: ScalarFunction): ScalarFunction {
  return {
    value: (x) => outer.value(inner.value(x)),
    derivative: (x) => outer.derivative(inner.value(x)) * inner.derivative(x),
    kinks: [...inner.kinks, ...preimages(inner, outer.kinks)],
    slopes: composedSlopes(outer, inner),
    monotone: outer.monotone && inner.monotone,
    ...polesOf([
      ...(inner.poles ?? []),
      ...(outer.poles ?? []).flatMap(({ at, order }) => preimages(inner, [at]).map((x) => ({ at: x, order }))),
    ]),
  }
}

const polesOf = (poles: readonly Pole[]) => (poles.length === 0 ? {} : { poles })

function composedSlopes(outer: ScalarFunction, inner: ScalarFunction): readonly [number, number] | null {
  if (outer.slopes === null || inner.slopes === null) return null
  const through = (slope: number, sign: number) => outer.value(slope * sign) * sign
  return [through(inner.slopes[0], -1), through(inner.slopes[1], 1)]
}

/** a·f + b·g. */
export function linearCombination(a: number, f: ScalarFunction, b: number, g: ScalarFunction): ScalarFunction {
  return {
    value: (x) => a * f.value(x) + b * g.value(x),
    derivative: (x) => a * f.derivative(x) + b * g.derivative(x),
    kinks: [...f.kinks, ...g.kinks],
    slopes: f.slopes && g.slopes && [a * f.slopes[0] + b * g.slopes[0], a * f.slopes[1] + b * g.slopes[1]],
    monotone: a >= 0 && b >= 0 && f.monotone && g.monotone,
    ...polesOf([...(f.poles ?? []), ...(g.poles ?? [])]),
  }
}

/** f·g. */
export function product(f: ScalarFunction, g: ScalarFunction): ScalarFunction {
  return {
    value: (x) => f.value(x) * g.value(x),
    derivative: (x) => f.derivative(x) * g.value(x) + f.value(x) * g.derivative(x),
    kinks: [...f.kinks, ...g.kinks],
    slopes: null,
    monotone: false,
    ...polesOf([...(f.poles ?? []), ...(g.poles ?? [])]),
  }
}

/** factor·x + shift. */
export function affine(factor: number, shift: number): ScalarFunction {
  return {
    value: (x) => factor * x + shift,
    derivative: () => factor,
    kinks: [],
    slopes: shift === 0 ? [factor, factor] : null,
    monotone: factor >= 0,
  }
}

/** Points x in [−30, 30] where f crosses one of `levels`, by bisection between grid points. */
function preimages(f: ScalarFunction, levels: readonly number[]): readonly number[] {
  if (levels.length === 0) return []
  if (f.slopes !== null && f.slopes[0] === 1 && f.slopes[1] === 1) return levels
  const found: number[] = []
  const step = 0.25
  for (const level of levels) {
    for (let x = -30; x < 30; x += step) {
      let low = x
      let high = x + step
      const below = f.value(low) - level
      const above = f.value(high) - level
      if (below === 0 || below * above >= 0) {
        if (below === 0 && above !== 0) found.push(low)
        continue
      }
      for (let i = 0; i < 52; i++) {
        const middle = (low + high) / 2
        if ((f.value(middle) - level) * below > 0) low = middle
        else high = middle
      }
      found.push((low + high) / 2)
    }
  }
  return found
}
