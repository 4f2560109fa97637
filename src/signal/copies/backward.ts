/**
 * Copies in the backward pass: the same weights send back what each copy adds to the gradient of a residual stream.
 *
 * Linear: E[g g'] = out·E[w²]·E[g_y g_y'] for twins; activations: times E[φ'(x) φ'(x')] of their inputs; means over positions as in
 * the forward pass. A gradient that is summed from tied parts has the second moment Σ E[gᵢ²] + Σ_{i≠j} E[gᵢ gⱼ].
 */
import type { Graph, Node, TensorId } from '../../graph'
import { expand, NORMAL_SHAPE, twoPoint } from '../gaussian/expansion'
import { scalarFunction } from '../gaussian/activations'
import type { ScalarFunction } from '../gaussian/scalarFunction'
import { type Gradient, meanSecond, scaleGradient } from '../gradient'
import { mapLags, meanOverPairs } from '../lags'
import { blockShares, type Signal } from '../moments'
import type { Environment } from '../rule'
import { correlation, type ForwardCopies } from './forward'
import { type Handle, Ledger, type Term } from './ledger'
import { addPairs, averaged, isNothing, NOTHING, type Pair, scalePair } from './pair'
import { chain, type Twins } from './twins'

/** E[g²], and E[g g'] at two positions of one sample. */
function pairOf(gradient: Gradient, signal: Signal): Pair {
  const same = meanSecond(signal, gradient)
  const sizes = signal.grid.map(({ size }) => size)
  const positions = sizes.reduce((product, size) => product * size, 1)
  if (positions === 1 || !(same > 0)) return { same, apart: same }
  const shares = blockShares(signal)
  const within = gradient.reduce((sum, block, i) => {
    if (block === null) return sum
    const second = block.second.reduce((total, value) => total + value, 0) / block.second.length
    return sum + (shares[i] as number) * second * meanOverPairs(block.lags, sizes)
  }, 0)
  return { same, apart: (positions * within - same) / (positions - 1) }
}

export class BackwardCopies {
  private readonly ledger = new Ledger()
  /** Gradients of whole tensors. */
  private readonly handles = new Map<TensorId, Handle>()
  /** What arrives at a tensor. */
  private readonly parts = new Map<TensorId, Term[]>()
  /** What a node sends back to one of its inputs, where it is drawn anew. */
  private readonly sent = new Map<string, Handle>()

  constructor(
    private readonly graph: Graph,
    private readonly twins: Twins,
    private readonly env: Environment,
    private readonly forward: ForwardCopies,
  ) {}

  /** The gradient of a tensor with what its tied parts add. */
  corrected(tensor: TensorId, gradient: Gradient, signal: Signal): Gradient {
    const parts = this.parts.get(tensor) ?? []
    let extra = NOTHING
    parts.forEach((part, i) => {
      for (const other of parts.slice(i + 1)) extra = addPairs(extra, this.ledger.tied(part.of, other.of), 2 * part.factor * other.factor)
    })
    const own = pairOf(gradient, signal)
    this.handles.set(
      tensor,
      this.ledger.sum(parts, () => addPairs(own, extra)),
    )
    if (isNothing(extra)) return gradient
    const { same } = own
    const ratio = (same + extra.same) / same
    if (!(ratio > 0)) return gradient
    return gradient.map(
      (block) =>
        block && {
          ...scaleGradient(block, ratio),
          lags: mapLags(block.lags, (c) => (c * same + extra.apart) / (same + extra.same)),
        },
    )
  }

  /** An output of the model, where the cotangent arrives. */
  begin(tensor: TensorId, gradient: Gradient, signal: Signal): void {
    this.parts.set(tensor, [{ of: this.ledger.leaf(() => pairOf(gradient, signal)), factor: 1 }])
  }

  /** Takes note of what a node sends back to one of its inputs. */
  see(node: Node, slot: number, sent: Gradient, signal: Signal): void {
    const input = node.inputs[slot]
    const [output] = node.outputs
    if (input === undefined || output === undefined) return
    const arriving = this.parts.get(input) ?? []
    arriving.push(this.termSent(node, slot, output, pairOf(sent, signal)))
    this.parts.set(input, arriving)
  }

  private termSent(node: Node, slot: number, output: TensorId, pair: Pair): Term {
    const { op } = node
    const gradient = this.handles.get(output)
    if (gradient !== undefined) {
      if (op.kind === 'add' && this.sizeOf(node.inputs[slot]) === this.sizeOf(output)) {
        return { of: gradient, factor: op.signs[slot] as number }
      }
      const { same } = this.ledger.own(gradient)
      if (op.kind === 'layerNorm') return { of: gradient, factor: same > 0 ? Math.sqrt(pair.same / same) : 1 }
      const factor = this.forward.factorOf(node, slot)
      if (factor !== null) return { of: gradient, factor }
    }
    const part = this.ledger.leaf(() => pair)
    this.sent.set(keyOf(node, slot), part)
    for (const twin of chain(node, this.twins.after)) {
      const other = this.sent.get(keyOf(twin, slot))
      const otherGradient = this.handles.get(twin.outputs[0] ?? -1)
      if (gradient === undefined || other === undefined || otherGradient === undefined) continue
      const cross = this.ledger.cross(gradient, otherGradient)
      if (!isNothing(cross)) this.ledger.tie(part, other, this.tied(node, twin, slot, cross))
    }
    return { of: part, factor: 1 }
  }

  private tied(node: Node, twin: Node, slot: number, cross: Pair): Pair {
    const { op } = node
    const [input] = node.inputs
    const [output] = node.outputs
    const [otherInput] = twin.inputs
    if (input === undefined || output === undefined || otherInput === undefined) return NOTHING
    switch (op.kind) {
      case 'linear':
        return scalePair(cross, op.outFeatures * this.env.weight(op.weight).secondMoment)
      case 'activation': {
        const slope = slopeOf(scalarFunction(this.env.activation(node, op.fn)))
        const [a, b] = [this.forward.marginal(input), this.forward.marginal(otherInput)]
        const [first, second] = [expand(slope, a.mean, a.variance, NORMAL_SHAPE), expand(slope, b.mean, b.variance, NORMAL_SHAPE)]
        const inputs = this.forward.cross(input, otherInput)
        return {
          same: cross.same * twoPoint(first, second, correlation(inputs.same, a, b)),
          apart: cross.apart * twoPoint(first, second, correlation(inputs.apart, a, b)),
        }
      }
      case 'dropout':
      case 'reshape':
      case 'permute':
      case 'cast':
        return cross
      case 'slice':
        return scalePair(cross, this.sizeOf(output) / this.sizeOf(input))
      case 'multiply': {
        const factor = node.inputs[1 - slot]
        const otherFactor = twin.inputs[1 - slot]
        if (factor === undefined || otherFactor === undefined) return NOTHING
        const factors = this.forward.cross(factor, otherFactor)
        return { same: cross.same * factors.same, apart: cross.apart * factors.apart }
      }
      case 'matmul':
      case 'attention': {
        const values = node.inputs[op.kind === 'matmul' ? 1 : 2]
        return values === undefined || values !== node.inputs[slot]
          ? NOTHING
          : averaged(cross, this.forward.pair(values), this.forward.pair(output))
      }
      default:
        return NOTHING
    }
  }

  private sizeOf(tensor: TensorId | undefined): number {
    return this.graph.tensors[tensor ?? -1]?.shape.reduce((product, size) => product * size, 1) ?? 0
  }
}

const keyOf = (node: Node, slot: number): string => `${node.id} ${slot}`

/** φ' as a function of its own: only its values are asked for. */
const slopeOf = (fn: ScalarFunction): ScalarFunction => ({
  value: fn.derivative,
  derivative: () => 0,
  kinks: fn.kinks,
  slopes: null,
  monotone: false,
})
