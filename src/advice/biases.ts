import type { ModelAnalysis } from '../analysis'
import type { Graph, Initializer, Parameter } from '../graph'
import { argumentWording } from './wording/arguments'
import { target } from './wording/torch'

export interface BiasAdvice {
  readonly initializer: Initializer
  /** The framework's statements, with `{target}` where the bias stands. */
  readonly template: string
}

const zeros: BiasAdvice = {
  initializer: { distribution: { kind: 'constant', value: 0 }, label: 'zeros', origin: 'written', span: null },
  template: `nn.init.zeros_(${target})`,
}

/** What a bias starts at: zero, but for the forget gate of an LSTM, whose input bias has rows [hidden, 2·hidden) at one (Jozefowicz et al. 2015). */
export function biasAdvice(graph: Graph, bias: Parameter): BiasAdvice {
  const hidden = forgetRows(graph, bias.id)
  if (hidden === null) return zeros
  const rows: readonly (readonly [number, number, number])[] = [
    [0, hidden, 0],
    [hidden, 2 * hidden, 1],
    [2 * hidden, 4 * hidden, 0],
  ]
  return {
    initializer: {
      distribution: {
        kind: 'mixture',
        parts: rows.map(([from, to, value]) => ({
          share: (to - from) / (4 * hidden),
          distribution: { kind: 'constant', value },
          rows: [from, to],
        })),
      },
      label: 'zeros, forget gate at one',
      origin: 'written',
      span: null,
    },
    template: `nn.init.zeros_(${target})\nnn.init.ones_(${target}.data[${hidden}:${2 * hidden}])`,
  }
}

/** What advice that can be written starts a bias at; null where no argument of the framework says it, as an open forget gate's. */
export function writtenBias(graph: Graph, bias: Parameter, framework: ModelAnalysis['framework']): BiasAdvice | null {
  const advice = biasAdvice(graph, bias)
  // Keras' LSTM opens its forget gate by itself; no bias initializer that is an argument opens it.
  const isArgument = argumentWording(framework) !== null || framework === 'tensorflowjs'
  return isArgument && advice.initializer.distribution.kind === 'mixture' ? null : advice
}

const lstmBiases = new WeakMap<Graph, ReadonlyMap<number, number>>()

/** Units of the LSTM whose input bias this is; null for others. Gates lie in the order i, f, g, o. */
function forgetRows(graph: Graph, bias: number): number | null {
  let hidden = lstmBiases.get(graph)
  if (hidden === undefined) {
    hidden = new Map(
      graph.nodes.flatMap(({ op }) =>
        op.kind === 'recurrent' && op.cell === 'lstm'
          ? op.layers.flat().flatMap(({ inputBias }) => (inputBias === null ? [] : [[inputBias, op.hidden] as const]))
          : [],
      ),
    )
    lstmBiases.set(graph, hidden)
  }
  return hidden.get(bias) ?? null
}
