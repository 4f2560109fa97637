import type { AffineOp, ExtremumOp, Node } from '../../graph'
import { applyTerm } from '../activate'
import { align } from '../align'
import { combine } from '../combine'
import { cumulative } from '../gaussian/normal'
import { identity, type ScalarFunction } from '../gaussian/scalarFunction'
import type { Gradient, GradientMoments, Term } from '../gradient'
import { type Moments, originOf, representative, type Signal } from '../moments'
import type { Environment, Rule } from '../rule'
import { affine, imageOf, mapGradient, mapSignal } from './activation'
import { add, assemble } from './add'
import { reduceBroadcast } from './broadcast'
import { independentMaximum, operandAt, relu } from './largerOfTwo'

const isConstant = (block: Moments): boolean =>
  block.second.every((q, i) => q - (block.mean[i] as number) ** 2 <= 1e-14 * q) && block.mean.every((m) => m === block.mean[0])

/** The gradient goes where the larger value is: g·1(a > b), with P(b < a | a) as factor; equal values get half each. */
function towards(g: GradientMoments, own: Moments, other: Moments, grid: Signal['grid']): GradientMoments {
  const { root, fn } = imageOf(own)
  const f = fn ?? identity
  const { values, weights, normal } = operandAt(other, representative(other))
  const below = (x: number, tie: number) => {
    if (normal !== null) {
      const sigma = Math.sqrt(normal[1])
      return sigma > 0 ? cumulative((x - normal[0]) / sigma) : x > normal[0] ? 1 : x === normal[0] ? tie : 0
    }
    return values.reduce((sum, y, i) => sum + (y < x ? (weights[i] as number) : y === x ? tie * (weights[i] as number) : 0), 0)
  }
  const term: Term = {
    base: { ...g, tilt: null, drift: undefined },
    mean: (z) => below(f.value(z), 1 / 2),
    square: (z) => below(f.value(z), 1 / 4),
    kinks: f.kinks,
    law: null,
  }
  return { ...applyTerm(root, term, grid), drift: undefined, tilt: { root, terms: [term] } }
}

const negate: AffineOp = { kind: 'affine', factor: -1, shift: 0 }
const flip = (signal: Signal, env: Environment, node: Node) => affine.forward(negate, [signal], env, node)[0] as Signal

/** How the operands depend on each other decides how the larger one is found. */
type Way = 'number' | 'functions' | 'independent'
function wayOf(a: Moments, b: Moments): Way {
  if (isConstant(a) || isConstant(b)) return 'number'
  return originOf(imageOf(a).root) === originOf(imageOf(b).root) ? 'functions' : 'independent'
}

const clampedBelow = (c: number): ScalarFunction => ({
  value: (x) => Math.max(x, c),
  derivative: (x) => (x > c ? 1 : 0),
  kinks: [c],
  slopes: c === 0 ? [0, 1] : null,
  monotone: true,
})

/** b + relu(a − b) as functions of one variable. */
function asFunctions(inputs: readonly Signal[], env: Environment, node: Node): { readonly difference: Signal; readonly larger: Signal } {
  const [a, b] = inputs as [Signal, Signal]
  const difference = add.forward({ kind: 'add', signs: [1, -1] }, [a, b], env, node)[0] as Signal
  const opened = mapSignal(difference, relu, 'extremum', env)
  return { difference, larger: add.forward({ kind: 'add', signs: [1, 1] }, [b, opened], env, node)[0] as Signal }
}

function maximumOf(inputs: readonly Signal[], env: Environment, node: Node): Signal {
  const aligned = align(inputs, env.outputShape(node, 0))
  const [a, b] = aligned.signals as [Signal, Signal]
  const way = wayOf(a.blocks[0] as Moments, b.blocks[0] as Moments)
  if (way === 'functions') return asFunctions(inputs, env, node).larger
  if (way === 'number') {
    const [constant, other] = isConstant(a.blocks[0] as Moments) ? [a, b] : [b, a]
    const c = constant.blocks[0]?.mean[0] as number
    return mapSignal(other, clampedBelow(c), `at least ${c}`, env)
  }
  return assemble(aligned, (blocks) => independentMaximum(blocks[0] as Moments, blocks[1] as Moments))
}

function backMaximum(inputs: readonly Signal[], gradient: Gradient, env: Environment, node: Node): readonly (Gradient | null)[] {
  const aligned = align(inputs, env.outputShape(node, 0))
  const [a, b] = aligned.signals as [Signal, Signal]
  const way = wayOf(a.blocks[0] as Moments, b.blocks[0] as Moments)
  if (way === 'number') {
    const constantFirst = isConstant(a.blocks[0] as Moments)
    const [constant, other] = constantFirst ? [a, b] : [b, a]
    const back = mapGradient(other, gradient, clampedBelow(constant.blocks[0]?.mean[0] as number))
    const place = constantFirst ? 1 : 0
    const sent = reduceBroadcast(aligned, place, inputs[place] as Signal, back)
    return constantFirst ? [null, sent] : [sent, null]
  }
  if (way === 'functions') return backThroughFunctions(inputs, gradient, env, node)
  return [0, 1].map((i) => {
    const blockOf = (o: number, side: number) =>
      (aligned.signals[side] as Signal).blocks[(aligned.pairs[o] as readonly number[])[side] as number] as Moments
    return reduceBroadcast(
      aligned,
      i,
      inputs[i] as Signal,
      gradient.map((g, o) => g && towards(g, blockOf(o, i), blockOf(o, 1 - i), a.grid)),
    )
  })
}

function backThroughFunctions(inputs: readonly Signal[], gradient: Gradient, env: Environment, node: Node): readonly (Gradient | null)[] {
  const { difference, larger } = asFunctions(inputs, env, node)
  const opened = mapSignal(difference, relu, 'extremum', env)
  const [toB, toOpened] = add.backward(
    { kind: 'add', signs: [1, 1] },
    { inputs: [inputs[1] as Signal, opened], outputs: [larger], gradients: [gradient] },
    env,
    node,
  )
  const [toA, minusB] = add.backward(
    { kind: 'add', signs: [1, -1] },
    { inputs, outputs: [difference], gradients: [toOpened ? mapGradient(difference, toOpened, relu) : null] },
    env,
    node,
  )
  const turned = minusB?.map((g) => (g?.tilt == null ? (g ?? null) : { ...g, tilt: { ...g.tilt, terms: g.tilt.terms.map(negative) } }))
  return [toA ?? null, toB && turned ? combine([toB, turned], (inputs[1] as Signal).grid) : (toB ?? null)]
}

const negative = (term: Term): Term => ({ ...term, mean: (z) => -term.mean(z), step: undefined })

/** Elementwise maximum, and minimum as −max(−a, −b) (maxout: Goodfellow et al. 2013). */
export const extremum: Rule<ExtremumOp> = {
  forward(op, inputs, env, node) {
    if (op.which === 'max') return [maximumOf(inputs, env, node)]
    const turned = inputs.map((signal) => flip(signal, env, node))
    return [flip(maximumOf(turned, env, node), env, node)]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return [null, null]
    if (op.which === 'max') return backMaximum(step.inputs, gradient, env, node)
    const turned = step.inputs.map((signal) => flip(signal, env, node))
    const result = maximumOf(turned, env, node)
    const [arriving] = affine.backward(negate, { inputs: [result], outputs: step.outputs, gradients: [gradient] }, env, node)
    if (!arriving) return [null, null]
    const back = backMaximum(turned, arriving, env, node)
    return back.map((g, i) =>
      g === null
        ? null
        : (affine.backward(negate, { inputs: [step.inputs[i] as Signal], outputs: [turned[i] as Signal], gradients: [g] }, env, node)[0] ??
          null),
    )
  },
}
