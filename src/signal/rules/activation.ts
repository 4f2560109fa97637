import type { ActivationFunction, ActivationOp, AffineOp, PowerOp } from '../../graph'
import { activate, applyTerm } from '../activate'
import { chanceIn } from '../chanceSizes'
import { scalarFunction } from '../gaussian/activations'
import { affine as affineFunction, compose, type ScalarFunction } from '../gaussian/scalarFunction'
import { addGradients, type Gradient, type GradientMoments, termsTowards } from '../gradient'
import { sizeOfRole } from '../layout'
import type { Moments, Signal } from '../moments'
import { refuseInfiniteSlope, refuseInfiniteValue } from '../poles'
import { radialOf, radialThrough, sizeCoupling } from '../radial'
import type { Environment, Rule } from '../rule'
import { slopeOn } from '../sampleSizes'
import { Unmodelled } from '../unmodelled'

/** The variable that a block is a function of, and the function. */
export const imageOf = (block: Moments): { readonly root: Moments; readonly fn: ScalarFunction | null } =>
  block.image === null ? { root: block, fn: null } : { root: block.image.root, fn: block.image.fn }

/** y = f(x), element by element; a function of a function is computed on the variable at the bottom. */
export function mapSignal(signal: Signal, f: ScalarFunction, key: string, env: Environment): Signal {
  const blocks = signal.blocks.map((block) =>
    env.remember(block, key, () => {
      const { root, fn } = imageOf(block)
      const through = fn === null ? f : compose(f, fn)
      refuseInfiniteValue(root, through)
      const result = activate(root, through)
      if (result.second.some(Number.isNaN)) throw new Unmodelled('the function is not defined for all values that reach it')
      return result
    }),
  )
  return { ...signal, blocks }
}

/** g_x = g_y·f'(x): E[f'²] of the variable at the bottom, with the derivatives before it. */
export function mapGradient(signal: Signal, gradient: Gradient, f: ScalarFunction, output?: Signal): Gradient {
  return signal.blocks.map((block, b): GradientMoments | null => {
    const g = gradient[b]
    if (g === null || g === undefined) return null
    const { root, fn } = imageOf(block)
    const through = fn === null ? f : compose(f, fn)
    refuseInfiniteSlope(root, through)
    const slope = fn === null ? f.derivative : (z: number) => f.derivative(fn.value(z))
    const terms = termsTowards(g, root).map((term) => ({
      ...term,
      mean: (z: number) => term.mean(z) * slope(z),
      square: (z: number) => term.square(z) * slope(z) ** 2,
      squareAt: term.squareAt && timesSquare(term.squareAt, slope),
      step: term.step !== undefined && through.slopes !== null ? stepOf(term.step, f, fn) : undefined,
      kinks: [...term.kinks, ...through.kinks],
    }))
    const total = addGradients(terms.map((term) => applyTerm(root, term, signal.grid)))
    const noise = f.noise === undefined ? 1 : noiseGain(root, f)
    const isPlain = fn === null && g.tilt === null
    const radial = isPlain ? radialThrough(root, f, radialOf(g)) : undefined
    const chance = isPlain && f.slopes === null && output !== undefined ? chanceIn(output.blocks[b] as Moments) : null
    const gain =
      chance === null ? noise : noise * (1 + sizeCoupling(root, f, slopeOn(g.sizes, chance) + radialOf(g) - 1, sizeOfRole(signal, 'unit')))
    return total && { ...total, second: total.second.map((s) => s * gain), tilt: { root, terms }, radial }
  })
}

const timesSquare = (squareAt: (size: number) => (z: number) => number, slope: (z: number) => number) => (size: number) => {
  const square = squareAt(size)
  return (z: number) => square(z) * slope(z) ** 2
}

/** A step times the slopes of f behind the inner function, for functions that are linear on both sides of 0. */
function stepOf(step: readonly [number, number], f: ScalarFunction, inner: ScalarFunction | null): readonly [number, number] {
  const slope = (side: number) => f.derivative(inner === null ? side : inner.value(side))
  return [step[0] * slope(-1), step[1] * slope(1)]
}

/** E[slope²] with the noise in the slope over that without, half of the variable being negative. */
function noiseGain(root: Moments, f: ScalarFunction): number {
  const noisy = f.noise?.squareBelow ?? 0
  const plain = f.derivative(-1) ** 2
  return (root.mean[0] as number) === 0 ? (noisy + 1) / (plain + 1) : 1
}

const written = (op: ActivationOp, env: Environment, node: Parameters<Rule<ActivationOp>['forward']>[3]): ActivationFunction =>
  env.activation(node, op.fn)

/** φ(x): mean E φ, second moment E φ², gradient g·E φ'². */
export const activation: Rule<ActivationOp> = {
  forward(op, inputs, env, node) {
    const fn = written(op, env, node)
    return [mapSignal(inputs[0] as Signal, scalarFunction(fn), JSON.stringify(fn), env)]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    return [
      gradient ? mapGradient(step.inputs[0] as Signal, gradient, scalarFunction(written(op, env, node)), step.outputs[0] as Signal) : null,
    ]
  },
}

/** factor·x + shift. */
export const affine: Rule<AffineOp> = {
  forward: (op, inputs, env) => [
    mapSignal(inputs[0] as Signal, affineFunction(op.factor, op.shift), `affine ${op.factor} ${op.shift}`, env),
  ],
  backward: (op, step) => [
    step.gradients[0] ? mapGradient(step.inputs[0] as Signal, step.gradients[0], affineFunction(op.factor, op.shift)) : null,
  ],
}

const powerFunction = (exponent: number): ScalarFunction => ({
  value: (x) => x ** exponent,
  derivative: (x) => exponent * x ** (exponent - 1),
  kinks: [0],
  slopes: exponent === 1 ? [1, 1] : null,
  monotone: exponent > 0 && exponent % 2 === 1,
  ...(exponent >= 0 && Number.isInteger(exponent) ? {} : { poles: [{ at: 0, order: exponent }] }),
})

/** x^exponent. */
export const power: Rule<PowerOp> = {
  forward: (op, inputs, env) => [mapSignal(inputs[0] as Signal, powerFunction(op.exponent), `power ${op.exponent}`, env)],
  backward: (op, step) => [step.gradients[0] ? mapGradient(step.inputs[0] as Signal, step.gradients[0], powerFunction(op.exponent)) : null],
}
