import assert from 'node:assert/strict'
import { predict } from '../../../src/signal'
import { Network } from './network'

type Values = Float64Array

/** An operation by itself: how the engine sees it, and the same in plain arithmetic. */
export interface Case {
  readonly name: string
  /** Shapes of the inputs, N(mean, 1). */
  readonly inputs: readonly (readonly number[])[]
  readonly mean?: number
  /** Shapes of the weights, N(0, 1) where `laws` does not say what they are. */
  readonly weights?: readonly (readonly number[])[]
  readonly laws?: readonly { readonly mean: number; readonly std: number }[]
  readonly build: (net: Network, inputs: readonly number[], weights: readonly number[]) => number
  /** `noise`: uniform in [0, 1), the same sequence in every call of a trial. */
  readonly run: (inputs: readonly Values[], weights: readonly Values[], noise: () => number) => Values
  /** What the rule's assumption costs, relative; the rest of the tolerance is four standard errors. */
  readonly model?: number
  readonly modelBackward?: number
  readonly trials?: number
  /** Of these, how many are differentiated. */
  readonly gradientTrials?: number
}

export function generator(seed: number): { uniform(): number; normal(): number } {
  let state = seed >>> 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) }
}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
const meanSquare = (values: Values) => values.reduce((sum, x) => sum + x * x, 0) / values.length

/** A mean with its standard error. */
export interface Estimate {
  readonly value: number
  readonly error: number
}

export function estimate(samples: readonly number[]): Estimate {
  const value = samples.reduce((a, b) => a + b, 0) / samples.length
  const variance = samples.reduce((sum, x) => sum + (x - value) ** 2, 0) / (samples.length - 1)
  return { value, error: Math.sqrt(variance / samples.length) }
}

const STEP = 1e-4

/** ∂(Σ c·y)/∂x of every element of one input, by central differences. */
function gradient(run: (inputs: readonly Values[]) => Values, inputs: readonly Values[], cotangent: Values, which: number): Values {
  const at = (i: number, shift: number) => {
    const moved = inputs.map((values, k) => {
      if (k !== which) return values
      const copy = values.slice()
      copy[i] = (copy[i] as number) + shift
      return copy
    })
    return run(moved).reduce((sum, y, k) => sum + y * (cotangent[k] as number), 0)
  }
  return (inputs[which] as Values).map((_, i) => (at(i, STEP) - at(i, -STEP)) / (2 * STEP))
}

const unit = { mean: 0, std: 1 } as const

/** Compares mean, second moment and each input's gradient with what is drawn. */
export function check(one: Case, seed = 1): void {
  const random = generator(seed)
  const trials = one.trials ?? 400
  const draw = (shape: readonly number[], mean: number, std = 1): Values =>
    Float64Array.from({ length: size(shape) }, () => std * random.normal() + mean)
  const lawOf = (i: number) => one.laws?.[i] ?? unit
  const means: number[] = []
  const seconds: number[] = []
  const gradients: number[][] = one.inputs.map(() => [])
  for (let trial = 0; trial < trials; trial++) {
    const inputs = one.inputs.map((shape) => draw(shape, one.mean ?? 0))
    const weights = (one.weights ?? []).map((shape, i) => draw(shape, lawOf(i).mean, lawOf(i).std))
    const noise = trial * 1000 + seed
    const run = (of: readonly Values[]) => one.run(of, weights, generator(noise).uniform)
    const output = run(inputs)
    means.push(output.reduce((a, b) => a + b, 0) / output.length)
    seconds.push(meanSquare(output))
    if (trial >= (one.gradientTrials ?? 150)) continue
    const cotangent = Float64Array.from(output, () => random.normal())
    one.inputs.forEach((_, k) => {
      gradients[k]?.push(meanSquare(gradient(run, inputs, cotangent, k)))
    })
  }
  const net = new Network()
  const inputs = one.inputs.map((shape) => net.input(shape, one.mean ?? 0))
  const weights = (one.weights ?? []).map((shape, i) => net.parameter(shape, { kind: 'normal', ...lawOf(i) }))
  const output = one.build(net, inputs, weights)
  const prediction = predict(net.graph(output))
  const forward = prediction.forward[output]
  assert.ok(forward?.known, `forward: ${forward?.known === false ? forward.reason : 'missing'}`)
  const agree = (what: string, predicted: number, { value, error }: Estimate, model: number) =>
    assert.ok(
      Math.abs(predicted - value) <= 4 * error + model * Math.abs(value) + 1e-9,
      `${what}: ${predicted} predicted, ${value} ± ${error} drawn`,
    )
  const model = one.model ?? 0.003
  const second = estimate(seconds)
  agree('second moment', forward.secondMoment, second, model)
  const mean = estimate(means)
  agree('mean', forward.mean, { value: mean.value, error: mean.error + (model * Math.sqrt(second.value)) / 4 }, 0)
  gradients.forEach((samples, k) => {
    if (samples.length === 0) return
    const back = prediction.backward[inputs[k] as number]
    const none = back?.known === false && back.reason.startsWith('no gradient arrives')
    assert.ok(back?.known || none, `gradient ${k}: ${back?.known === false ? back.reason : 'missing'}`)
    agree(`gradient ${k}`, back?.known ? back.secondMoment : 0, estimate(samples), one.modelBackward ?? model)
  })
}

/** One test for each case. */
export function checkAll(cases: readonly Case[]): void {
  for (const one of cases) it(one.name, () => check(one))
}
