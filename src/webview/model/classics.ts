import type { Graph, Initializer, Parameter } from '../../graph'
import { type InitializerChoice, initializerOf, isWeight, type Overrides } from './experiment'

/** Initializations of every weight alike, to compare with. */
export type ClassicId = 'small' | 'xavier' | 'he' | 'lecun' | 'orthogonal'
export const classicIds: readonly ClassicId[] = ['small', 'xavier', 'he', 'lecun', 'orthogonal']

export function isClassicId(id: unknown): id is ClassicId {
  return classicIds.includes(id as ClassicId)
}

const choices: Readonly<Record<ClassicId, InitializerChoice>> = {
  // The small random numbers that the lesson warns of.
  small: { family: 'normal', distribution: 'normal', gain: 1, std: 0.01 },
  xavier: { family: 'xavier', distribution: 'normal', gain: 1, std: 0 },
  he: { family: 'he', distribution: 'normal', gain: 1, std: 0 },
  lecun: { family: 'lecun', distribution: 'normal', gain: 1, std: 0 },
  orthogonal: { family: 'orthogonal', distribution: 'normal', gain: 1, std: 0 },
}

const zeros: Initializer = { distribution: { kind: 'constant', value: 0 }, label: 'zeros', origin: 'written', span: null }

/** Every weight drawn by one scheme, biases zero; norms, embeddings and free parameters as written. */
export function classicOverrides(id: ClassicId, graph: Graph, xavier: 'glorot' | 'lesson'): Overrides {
  const initializers = new Map<number, Initializer>()
  graph.parameters.forEach((parameter: Parameter, index) => {
    if (parameter.role === 'bias') initializers.set(index, zeros)
    else if (isWeight(parameter)) {
      const initializer = initializerOf(choices[id], parameter, null, xavier)
      if (initializer !== null) initializers.set(index, initializer)
    }
  })
  return { initializers, activations: new Map(), inputs: new Map() }
}
