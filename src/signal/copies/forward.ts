/**
 * Copies in the forward pass: a residual stream adds up what the same weights make of similar inputs, so that its terms are not independent.
 *
 * Linear: E[y y'] = n·E[w²]·E[x x'] + E[b²] for twins y = Wx + b, y' = Wx' + b. Activations: Σ aₙ a'ₙ ρⁿ (Daniely et al. 2016).
 * Attention and other means over positions: as they treat two samples of one tensor. A sum of tied terms has the second moment
 * Σ E[xᵢ²] + Σ_{i≠j} E[xᵢ xⱼ].
 */
import type { Graph, Node, ParameterId, TensorId } from '../../graph'
import { expand, NORMAL_SHAPE, twoPoint } from '../gaussian/expansion'
import { scalarFunction } from '../gaussian/activations'
import { mapMean } from '../grid'
import { mapLags } from '../lags'
import { blockShares, type Moments, ownVariance, overUnits, pairMeans, type Signal } from '../moments'
import type { Environment } from '../rule'
import { Ledger, scaled, summed } from './ledger'
import { addPairs, averaged, isNothing, NOTHING, type Pair, scalePair } from './pair'
import { chain, type Twins } from './twins'

type Terms = ReadonlyMap<TensorId, number>

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
  private readonly ledger: Ledger<TensorId>
  private readonly terms = new Map<TensorId, Terms>()
  private readonly pairs = new Map<TensorId, Pair>()

  constructor(
    private readonly graph: Graph,
    private readonly twins: Twins,
    private readonly env: Environment,
    private readonly signalOf: (tensor: TensorId) => Signal | null,
  ) {
    this.ledger = new Ledger((tensor) => this.pair(tensor))
  }

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
    return this.ledger.cross(this.termsOf(x), this.termsOf(y))
  }

  /** A sum's output with what its tied terms add. */
  corrected(node: Node, output: Signal): Signal {
    if (node.op.kind !== 'add' || !this.isPlainSum(node)) return output
    let extra = NOTHING
    const { signs } = node.op
    node.inputs.forEach((x, i) => {
      node.inputs.slice(i + 1).forEach((y, j) => {
        const sign = (signs[i] as number) * (signs[i + 1 + j] as number)
        extra = addPairs(extra, this.ledger.cross(this.termsOf(x), this.termsOf(y), true), 2 * sign)
      })
    })
    return isNothing(extra) ? output : { ...output, blocks: output.blocks.map((block) => withShared(block, output, extra)) }
  }

  /** Takes note of a node whose outputs are known. */
  see(node: Node): void {
    const { op } = node
    const [input] = node.inputs
    const [output] = node.outputs
    if (input === undefined || output === undefined) return
    if (op.kind === 'add' && this.isPlainSum(node)) {
      this.terms.set(output, summed(node.inputs.map((each, i) => scaled(this.termsOf(each), op.signs[i] as number))))
    } else if (op.kind === 'layerNorm' || (op.kind === 'affine' && op.shift === 0)) {
      const before = this.pair(input).same
      const factor = op.kind === 'affine' ? op.factor : before > 0 ? Math.sqrt(this.pair(output).same / before) : 1
      this.terms.set(output, scaled(this.termsOf(input), factor))
    } else {
      for (const twin of chain(node, this.twins.before)) {
        const other = twin.outputs[0]
        if (other !== undefined) this.ledger.tie(output, other, this.tied(node, twin))
      }
    }
  }

  private termsOf(tensor: TensorId): Terms {
    return this.terms.get(tensor) ?? new Map([[tensor, 1]])
  }

  private isPlainSum({ inputs, outputs }: Node): boolean {
    const shapeOf = (tensor: TensorId | undefined): string => String(this.graph.tensors[tensor ?? -1]?.shape)
    return inputs.every((input) => shapeOf(input) === shapeOf(outputs[0]))
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
function withShared(block: Moments, { grid }: Signal, extra: Pair): Moments {
  const own = mapMean(grid, ownVariance(block))
  const total = own + extra.same
  if (!(total > 0)) return block
  return {
    ...block,
    second: block.second.map((value) => Math.max(0, value + extra.same)),
    lags: mapLags(block.lags, (c) => (c * own + extra.apart) / total),
    image: null,
    origin: undefined,
  }
}
