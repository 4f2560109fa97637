import type { WeightAdvice } from '../../analysis'
import type { ActivationFunction, Call, Graph, Initializer, InputDistribution, Parameter } from '../../graph'
import { formatNumber } from '../../report/numbers'
import { callKey } from './rows'

/** An initialization to try on one weight, in the terms of the field. */
export interface InitializerChoice {
  readonly family: ChoiceFamily
  readonly distribution: 'normal' | 'uniform'
  /** Factor on the weights' standard deviation. */
  readonly gain: number
  /** `normal` family only: the standard deviation. */
  readonly std: number
}
export type ChoiceFamily = 'he' | 'xavier' | 'lecun' | 'orthogonal' | 'normal' | 'zeros' | 'recommended'
export const choiceFamilies: readonly ChoiceFamily[] = ['he', 'xavier', 'lecun', 'orthogonal', 'normal', 'zeros', 'recommended']

/** Activations that can be tried in place of another, with their usual numbers. */
export const activationChoices: readonly ActivationFunction[] = [
  { name: 'relu' },
  { name: 'leakyRelu', slope: 0.01, learned: false },
  { name: 'elu', alpha: 1 },
  { name: 'selu' },
  { name: 'gelu' },
  { name: 'silu' },
  { name: 'mish' },
  { name: 'hardSwish' },
  { name: 'relu6' },
  { name: 'tanh' },
  { name: 'sigmoid' },
  { name: 'softplus', beta: 1, threshold: 20 },
  { name: 'identity' },
]

/** What is tried instead of the code as written. Layers go by name, so that it survives edits of the file. */
export interface Experiment {
  /** By parameter name. */
  readonly weights: Readonly<Record<string, InitializerChoice>>
  /** By layer type (`Conv2d`), for every weight of such layers that has no choice of its own. */
  readonly types: Readonly<Record<string, InitializerChoice>>
  /** By the key of the call that computes the activation. */
  readonly activations: Readonly<Record<string, ActivationFunction>>
  /** By the name of the function that is written (`relu`), for every such activation that has no choice of its own. */
  readonly activationTypes: Readonly<Record<string, ActivationFunction>>
  /** Instead of every input's distribution; its shape stays. */
  readonly input: InputDistribution | null
}

export const emptyExperiment: Experiment = { weights: {}, types: {}, activations: {}, activationTypes: {}, input: null }

export function isEmpty(experiment: Experiment): boolean {
  return (
    experiment.input === null &&
    [experiment.weights, experiment.types, experiment.activations, experiment.activationTypes].every(
      (record) => Object.keys(record).length === 0,
    )
  )
}

/** The initializers that the engine is to use instead, for `predict`. */
export interface Overrides {
  readonly initializers: ReadonlyMap<number, Initializer>
  readonly activations: ReadonlyMap<number, ActivationFunction>
  readonly inputs: ReadonlyMap<number, InputDistribution>
}

const familyNames: Readonly<Record<ChoiceFamily, string>> = {
  he: 'He',
  xavier: 'Xavier',
  lecun: 'LeCun',
  orthogonal: 'orthogonal',
  normal: 'normal',
  zeros: 'zeros',
  recommended: 'recommended',
}

/**
 * The initializer that a choice means for a parameter; null when its fans mean nothing.
 * He 2/fan_in, Xavier 2/(fan_in + fan_out) (the lesson's: 1/fan_in), LeCun 1/fan_in, times gain².
 * A uniform of variance v is U(±√(3v)).
 */
export function initializerOf(
  choice: InitializerChoice,
  parameter: Parameter,
  advice: WeightAdvice | null,
  xavier: 'glorot' | 'lesson',
): Initializer | null {
  const { gain } = choice
  const times = gain === 1 ? '' : ` × ${formatNumber(gain)}`
  const named = (distribution: Initializer['distribution'], label: string): Initializer => ({
    distribution,
    label,
    origin: 'written',
    span: null,
  })
  const drawn = (variance: number, label: string): Initializer => {
    const std = gain * Math.sqrt(variance)
    const bound = std * Math.sqrt(3)
    return choice.distribution === 'normal'
      ? named({ kind: 'normal', mean: 0, std }, `${label} normal${times}`)
      : named({ kind: 'uniform', low: -bound, high: bound }, `${label} uniform${times}`)
  }
  switch (choice.family) {
    case 'zeros':
      return named({ kind: 'constant', value: 0 }, 'zeros')
    case 'normal':
      return drawn(choice.std ** 2, `N(0, ${formatNumber(choice.std)}²)`)
    case 'orthogonal':
      return parameter.shape.length < 2 ? null : named({ kind: 'orthogonal', gain }, `orthogonal${times}`)
    case 'recommended': {
      if (advice === null) return null
      const { initializer } = advice.recommended
      return gain === 1
        ? initializer
        : named({ kind: 'affine', base: initializer.distribution, factor: gain, shift: 0 }, `${initializer.label}${times}`)
    }
    case 'he':
    case 'xavier':
    case 'lecun': {
      if (parameter.fans === null) return null
      const { fanIn, fanOut } = parameter.fans
      const variance =
        choice.family === 'he' ? 2 / fanIn : choice.family === 'lecun' || xavier === 'lesson' ? 1 / fanIn : 2 / (fanIn + fanOut)
      return drawn(variance, familyNames[choice.family])
    }
    default:
      return choice.family satisfies never
  }
}

/** Whether initialization schemes for weights speak of this parameter. */
export function isWeight(parameter: Parameter): boolean {
  return (parameter.role === 'weight' || parameter.role === 'recurrentKernel') && parameter.fans !== null
}

/** The activation that is tried in place of the written one; null when none is. */
export function triedActivation(
  experiment: Experiment,
  call: Pick<Call, 'name' | 'call'>,
  written: ActivationFunction,
): ActivationFunction | null {
  return experiment.activations[callKey(call)] ?? experiment.activationTypes[written.name] ?? null
}

/** The experiment in the graph's ids. What names no parameter or call of this graph is left out. */
export function overridesOf(experiment: Experiment, graph: Graph, advice: readonly WeightAdvice[], xavier: 'glorot' | 'lesson'): Overrides {
  const adviceByParameter = new Map(advice.map((entry) => [entry.parameter, entry]))
  const initializers = new Map<number, Initializer>()
  for (const call of graph.calls) {
    for (const id of call.parameters) {
      const parameter = graph.parameters[id]
      if (parameter === undefined || !isWeight(parameter)) continue
      const choice = experiment.weights[parameter.name] ?? experiment.types[call.type]
      if (choice === undefined) continue
      const initializer = initializerOf(choice, parameter, adviceByParameter.get(id) ?? null, xavier)
      if (initializer !== null) initializers.set(id, initializer)
    }
  }
  const activations = new Map<number, ActivationFunction>()
  const inputs = new Map<number, InputDistribution>()
  for (const node of graph.nodes) {
    if (node.op.kind === 'input' && experiment.input !== null && node.op.distribution.kind !== 'tokens')
      inputs.set(node.id, experiment.input)
    if (node.op.kind !== 'activation' || node.call === null) continue
    const call = graph.calls[node.call]
    const fn = call === undefined ? null : triedActivation(experiment, call, node.op.fn)
    if (fn !== null) activations.set(node.id, fn)
  }
  return { initializers, activations, inputs }
}
