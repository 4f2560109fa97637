/** What a rule gets and gives. One rule for each kind of operation, in `rules/`. */
import type { ActivationFunction, Graph, InputDistribution, Node, Op, ParameterId } from '../graph'
import type { Gradient } from './gradient'
import type { WeightMoments } from './initializerMoments'
import type { Moments, Signal } from './moments'

export interface Environment {
  readonly graph: Graph
  weight(parameter: ParameterId): WeightMoments
  /** Of the rows [from, to) alone, where the initializer tells them apart (one gate of a recurrent kernel). */
  rows(parameter: ParameterId, from: number, to: number): WeightMoments
  activation(node: Node, written: ActivationFunction): ActivationFunction
  input(node: Node, written: InputDistribution): InputDistribution
  /** Shape of the node's i-th output. */
  outputShape(node: Node, i: number): readonly number[]
  /** A block's result under an operation named by `key`: the same block in the same operation gives the same object. */
  remember(block: Moments, key: string, make: () => Moments): Moments
}

export interface Rule<O extends Op> {
  /** Signals of the outputs. Throws `Unmodelled` where no honest number exists. */
  forward(op: O, inputs: readonly Signal[], env: Environment, node: Node): readonly Signal[]
  /** Gradients with respect to the inputs (null: none arrives), from those of the outputs. */
  backward(op: O, step: Step, env: Environment, node: Node): readonly (Gradient | null)[]
}

export interface Step {
  readonly inputs: readonly Signal[]
  readonly outputs: readonly Signal[]
  readonly gradients: readonly (Gradient | null)[]
}
