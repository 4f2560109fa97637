import type { Prediction } from '../../analysis'
import type { Graph, Initializer, Node } from '../../graph'
import { distributionMoments } from '../../graph/distribution'
import { formatNumber } from '../../report/numbers'
import { strings } from '../strings'
import type { Row } from './rows'

/** A formula with its numbers: `E[z²] = Var(w) · fan_in · E[x²] + Var(b) = 0.00092 · 363 · 1 + 0.00092 = 0.334`. */
export interface Formula {
  readonly symbols: string
  readonly numbers: string
  readonly result: string
  /** What the prediction counts beyond the formula, when the two differ by more than 1 %; null when they agree. */
  readonly remark: string | null
}

type Weighted = Node & { readonly op: Extract<Node['op'], { readonly kind: 'linear' | 'conv' }> }
const isWeighted = (node: Node): node is Weighted => node.op.kind === 'linear' || node.op.kind === 'conv'

/** The signal's formula at a dense or convolutional layer; null at other layers and where a number is not known. */
export function signalFormula(
  graph: Graph,
  row: Row,
  prediction: Prediction,
  initializers: ReadonlyMap<number, Initializer>,
): Formula | null {
  const node = graph.nodes.find((candidate): candidate is Weighted => candidate.call === row.index && isWeighted(candidate))
  if (node === undefined) return null
  const secondMomentOf = (id: number): number | null => {
    const parameter = graph.parameters[id]
    if (parameter === undefined) return null
    return distributionMoments((initializers.get(id) ?? parameter.initializer).distribution, parameter.shape)?.secondMoment ?? null
  }
  const { op } = node
  const weight = secondMomentOf(op.weight)
  const bias = op.bias === null ? 0 : secondMomentOf(op.bias)
  const input = prediction.forward[node.inputs[0] ?? -1]
  const output = prediction.forward[node.outputs[0] ?? -1]
  if (weight === null || bias === null || input?.known !== true || output?.known !== true) return null
  const taps = op.kind === 'linear' ? op.inFeatures : (op.inChannels / op.groups) * op.kernel.reduce((a, b) => a * b, 1)
  const plain = weight * taps * input.secondMoment + bias
  const departs = Math.abs(plain - output.secondMoment) > 0.01 * plain
  const padded = op.kind === 'conv' && op.padding.some(([before, after]) => before > 0 || after > 0)
  return {
    symbols: `E[z²] = E[w²] · fan in · E[x²]${bias === 0 ? '' : ' + E[b²]'}`,
    numbers: `${formatNumber(weight)} · ${formatNumber(taps, 6)} · ${formatNumber(input.secondMoment)}${bias === 0 ? '' : ` + ${formatNumber(bias)}`} = ${formatNumber(plain)}`,
    result: formatNumber(output.secondMoment),
    remark: !departs ? null : padded ? strings.paddingCounted : strings.correlationCounted,
  }
}
