/**
 * Copies in the forward pass: a residual stream adds up what the same weights make of similar inputs, so that its terms are not independent.
 *
 * Linear: E[y y'] = n·E[w²]·E[x x'] + E[b²] for twins y = Wx + b, y' = Wx' + b. Activations: Σ aₙ a'ₙ ρⁿ (Daniely et al. 2016).
 * Attention and other means over positions: as they treat two samples of one tensor. A sum of tied terms has the second moment
 * Σ E[xᵢ²] + Σ_{i≠j} E[xᵢ xⱼ].
 */
import type { Graph, Node, ParameterId, TensorId } from '../../graph'
import { scalarFunction } from '../gaussian/activations'
import { expand, NORMAL_SHAPE, twoPoint } from '../gaussian/expansion'
import { mapMean } from '../grid'
import { mapLags } from '../lags'
import { blockShares, type Moments, overUnits, ownVariance, type Signal } from '../moments'
import { pairMeans } from '../pairMoments'
import type { Environment } from '../rule'
import { addShared, type Handle, type Held, Ledger, type Shared, scaleShared } from './ledger'
import { averaged, isNothing, NOTHING, type Pair, scalePair } from './pair'
import { profileOver } from './profile'
import { chain, type Twins } from './twins'

/** E[x²], and E[x x'] at two positions of one sample. */
export function pairOf(signal: Signal): Pair {
  const positions = signal.grid.reduce((product, axis) => product * axis.size, 1)
  const second = overUnits(signal, ({ second: values }) => values)
  if (positions === 1) return { same: second, apart: second }
  const shares = blockShares(signal)
  const within = signal.blocks.reduce((sum, block, i) => sum + (shares[i] as number) * pairMeans(signal.grid, block).within, 0)
  return { same: second, apart: (positions * within - second) / (positions - 1) }
}

export class ForwardCopies {
  private readonly ledger = new Ledger()
  private readonly handles = new Map<TensorId, Handle>()
  private readonly pairs = new Map<TensorId, Pair>()

  constructor(
    private readonly graph: Graph,
    private readonly twins: Twins,
    private readonly env: Environment,
    private readonly signalOf: (tensor: TensorId) => Signal | null,
  ) {}

  /** E[x²] of a tensor, and at two positions. */
  pair(tensor: TensorId): Pair {
    const known = this.pairs.get(tensor)
    if (known !== undefined) return known
    const signal = this.signalOf(tensor)
    const made = signal === null ? NOTHING : pairOf(signal)
    this.pairs.set(tensor, made)
    return made
  }

  /** E[x y] of two tensors of one shape. */
  cross(x: TensorId, y: TensorId): Pair {
    return this.ledger.cross(this.handleOf(x), this.handleOf(y))
  }

  /** A sum's output with what its tied terms add. */
  corrected(node: Node, output: Signal): Signal {
    if (node.op.kind !== 'add') return output
    const { signs } = node.op
    const shared = node.inputs.flatMap((x, i) =>
      node.inputs
        .slice(i + 1)
        .map((y, j) =>
          scaleShared(this.ledger.tied(this.handleOf(x), this.handleOf(y)), 2 * (signs[i] as number) * (signs[i + 1 + j] as number)),
        ),
    )
    const extra = addShared(shared)
    return isNothing(extra.pair) ? output : { ...output, blocks: output.blocks.map((block) => withShared(block, output, extra)) }
  }

  /** Takes note of a node whose outputs are known. */
  see(node: Node): void {
    const [output] = node.outputs
    if (node.inputs.length === 0 || output === undefined) return
    const terms = this.termsOf(node)
    if (terms !== null) {
      const parts = terms.map(({ of, factor }) => ({ of: this.handleOf(of), factor }))
      this.handles.set(output, this.ledger.sum(parts, this.held(output)))
      return
    }
    for (const twin of chain(node, this.twins.before)) {
      const other = twin.outputs[0]
      if (other !== undefined) this.ledger.tie(this.handleOf(output), this.handleOf(other), this.tied(node, twin))
    }
  }

  /** What a node's output is a sum of; null where it is drawn anew. */
  private termsOf(node: Node): readonly { readonly of: TensorId; readonly factor: number }[] | null {
    const { op, inputs } = node
    if (op.kind === 'add') return inputs.map((of, i) => ({ of, factor: op.signs[i] as number }))
    for (const [slot, of] of inputs.entries()) {
      const factor = this.factorOf(node, slot)
      if (factor !== null) return [{ of, factor }]
    }
    return null
  }

  private held(tensor: TensorId): Held {
    return {
      own: () => this.pair(tensor),
      mean: () => this.marginal(tensor).mean,
      profile: () => {
        const signal = this.signalOf(tensor)
        return signal === null ? Float64Array.of(1) : profileOver(signal, signal.blocks)
      },
    }
  }

  private handleOf(tensor: TensorId): Handle {
    const known = this.handles.get(tensor)
    if (known !== undefined) return known
    const made = this.ledger.leaf(this.held(tensor))
    this.handles.set(tensor, made)
    return made
  }

  /** What a node multiplies all elements of one of its inputs by; null where it does more. */
  factorOf({ op, inputs, outputs }: Node, slot: number): number | null {
    const [input, output] = [inputs[slot], outputs[0]]
    if (input === undefined || output === undefined) return null
    if (op.kind === 'affine') return op.shift === 0 ? op.factor : null
    if (op.kind === 'multiply') return this.constantOf(inputs[1 - slot])
    if (op.kind !== 'layerNorm') return null
    const before = this.pair(input).same
    return before > 0 ? Math.sqrt(this.pair(output).same / before) : 1
  }

  /** The number that a parameter (a norm's scale) or a constant consists of. */
  private constantOf(tensor: TensorId | undefined): number | null {
    const producer = this.graph.nodes[this.graph.tensors[tensor ?? -1]?.producer ?? -1]
    if (tensor === undefined || (producer?.op.kind !== 'parameter' && producer?.op.kind !== 'constant')) return null
    const { mean, variance } = this.marginal(tensor)
    return variance <= 1e-12 * mean * mean ? mean : null
  }

  private tied(node: Node, twin: Node): Pair {
    const { op } = node
    const [input, second, third] = node.inputs as readonly TensorId[]
    const [otherInput, otherSecond, otherThird] = twin.inputs as readonly TensorId[]
    if (input === undefined || otherInput === undefined) return NOTHING
    switch (op.kind) {
      case 'linear': {
        const shift = this.biasSquare(op.bias)
        const product = scalePair(this.cross(input, otherInput), op.inFeatures * this.env.weight(op.weight).secondMoment)
        return { same: product.same + shift, apart: product.apart + shift }
      }
      case 'activation':
        return this.activated(node, twin, this.cross(input, otherInput))
      case 'dropout':
      case 'reshape':
      case 'permute':
      case 'slice':
      case 'cast':
        return this.cross(input, otherInput)
      case 'multiply':
        return second === undefined || otherSecond === undefined
          ? NOTHING
          : product(this.cross(input, otherInput), this.cross(second, otherSecond))
      case 'matmul':
        return this.mixed(node, second, otherSecond)
      case 'attention':
        return this.mixed(node, third, otherThird)
      default:
        return NOTHING
    }
  }

  private biasSquare(bias: ParameterId | null): number {
    return bias === null ? 0 : this.env.weight(bias).secondMoment
  }

  private activated(node: Node, twin: Node, { same, apart }: Pair): Pair {
    const [a, b] = [node, twin].map((each) => this.marginal(each.inputs[0] as TensorId))
    if (node.op.kind !== 'activation' || a === undefined || b === undefined) return NOTHING
    const fn = scalarFunction(this.env.activation(node, node.op.fn))
    const [first, second] = [a, b].map(({ mean, variance }) => expand(fn, mean, variance, NORMAL_SHAPE))
    if (first === undefined || second === undefined) return NOTHING
    const at = (value: number) => twoPoint(first, second, correlation(value, a, b))
    return { same: at(same), apart: at(apart) }
  }

  /** Mean and variance of a tensor's elements. */
  marginal(tensor: TensorId): Marginal {
    const signal = this.signalOf(tensor)
    if (signal === null) return { mean: 0, variance: 0 }
    const mean = overUnits(signal, (moments) => moments.mean)
    return { mean, variance: Math.max(0, this.pair(tensor).same - mean * mean) }
  }

  /** The values of attention are averaged over positions in both copies alike. */
  private mixed(node: Node, values: TensorId | undefined, otherValues: TensorId | undefined): Pair {
    const [output] = node.outputs
    if (values === undefined || otherValues === undefined || output === undefined) return NOTHING
    const pair = this.cross(values, otherValues)
    return isNothing(pair) ? pair : averaged(pair, this.pair(values), this.pair(output))
  }
}

export interface Marginal {
  readonly mean: number
  readonly variance: number
}

/** Of two variables with the given E[x y]; between −1 and 1. */
export function correlation(cross: number, a: Marginal, b: Marginal): number {
  const scale = Math.sqrt(a.variance * b.variance)
  return scale > 0 ? Math.max(-1, Math.min(1, (cross - a.mean * b.mean) / scale)) : 0
}

const product = (a: Pair, b: Pair): Pair => ({ same: a.same * b.same, apart: a.apart * b.apart })

/** A block whose terms share `extra`: in each position's own part, and between the positions of a sample. */
function withShared(block: Moments, { grid }: Signal, { pair, profile }: Shared): Moments {
  const own = mapMean(grid, ownVariance(block))
  const total = own + pair.same
  if (!(total > 0)) return block
  const at = (i: number): number => pair.same * (profile?.length === block.second.length ? (profile[i] as number) : 1)
  return {
    ...block,
    second: block.second.map((value, i) => Math.max(0, value + at(i))),
    lags: mapLags(block.lags, (c) => (c * own + pair.apart) / total),
    image: null,
    origin: undefined,
  }
}
