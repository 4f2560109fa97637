/**
 * Copies in the backward pass: the same weights send back what each copy adds to the gradient of a residual stream.
 *
 * Linear: E[g g'] = out·E[w²]·E[g_y g_y'] for twins; activations: times E[φ'(x) φ'(x')] of their inputs; means over positions as in
 * the forward pass. A gradient that is summed from tied parts has the second moment Σ E[gᵢ²] + Σ_{i≠j} E[gᵢ gⱼ].
 */
import type { Graph, Node, TensorId } from '../../graph'
import { scalarFunction } from '../gaussian/activations'
import { expand, NORMAL_SHAPE, twoPoint } from '../gaussian/expansion'
import type { ScalarFunction } from '../gaussian/scalarFunction'
import { type Gradient, type GradientMoments, meanSecond } from '../gradient'
import { mapMean } from '../grid'
import { mapLags, meanOverPairs } from '../lags'
import { blockShares, type Signal } from '../moments'
import type { Environment } from '../rule'
import { correlation, type ForwardCopies } from './forward'
import { addShared, type Handle, type Held, Ledger, scaleShared, type Term } from './ledger'
import { averaged, isNothing, NOTHING, type Pair, scalePair } from './pair'
import { profileOver } from './profile'
import { chain, type Twins } from './twins'

/** The mean of √(s_p s_p') over pairs of different positions. */
function meanRoots(second: Float64Array, { grid }: Signal, positions: number): number {
  const root = mapMean(grid, second.map(Math.sqrt))
  return positions > 1 ? Math.max(0, (positions * root * root - mapMean(grid, second)) / (positions - 1)) : mapMean(grid, second)
}

/**
 * E[g²], and E[g g'] = c·√(E[g²] E[g'²]) in the mean over pairs of positions of one sample: what arrives at one token alone says little
 * of the others, however much they correlate.
 */
function pairOf(gradient: Gradient, signal: Signal): Pair {
  const same = meanSecond(signal, gradient)
  const sizes = signal.grid.map(({ size }) => size)
  const positions = sizes.reduce((product, size) => product * size, 1)
  if (positions === 1 || !(same > 0)) return { same, apart: same }
  const shares = blockShares(signal)
  const apart = gradient.reduce((sum, block, i) => {
    if (block === null) return sum
    const correlation = (positions * meanOverPairs(block.lags, sizes) - 1) / (positions - 1)
    const roots = meanRoots(block.second, signal, positions)
    return sum + (shares[i] as number) * correlation * roots
  }, 0)
  return { same, apart }
}

/** A correlation is one however roughly the two were taken. */
const within = (covariance: number, variance: number): number => Math.max(-1, Math.min(1, covariance / variance))

function heldOf(gradient: Gradient, signal: Signal): Held {
  let pair: Pair | null = null
  return {
    own() {
      pair ??= pairOf(gradient, signal)
      return pair
    },
    mean: () => 0,
    profile: () => profileOver(signal, gradient),
  }
}

/** The gradient with its second moments multiplied class by class. */
function scaledBy(gradient: GradientMoments, ratios: Float64Array): GradientMoments {
  const second = gradient.second.map((value, i) => value * (ratios[i] ?? 1))
  const tilt = gradient.tilt && {
    ...gradient.tilt,
    terms: gradient.tilt.terms.map((term) => ({ ...term, base: scaledBy(term.base, ratios) })),
  }
  return { ...gradient, second, tilt }
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
    const shared = parts.flatMap((part, i) =>
      parts.slice(i + 1).map((other) => scaleShared(this.ledger.tied(part.of, other.of), 2 * part.factor * other.factor)),
    )
    const { pair, profile } = addShared(shared)
    const own = pairOf(gradient, signal)
    const total = own.same + pair.same
    const positions = signal.grid.reduce((product, { size }) => product * size, 1)
    const made =
      isNothing(pair) || !(total > 0)
        ? gradient
        : gradient.map((block) => {
            if (block === null) return null
            const at = (i: number): number => pair.same * (profile?.length === block.second.length ? (profile[i] as number) : 1)
            const ratios = block.second.map((second, i) => (second > 0 ? Math.max(0, 1 + at(i) / second) : 1))
            const scaled = scaledBy(block, ratios)
            const [before, after] = [block, scaled].map(({ second }) => meanRoots(second, signal, positions)) as [number, number]
            return after > 0 ? { ...scaled, lags: mapLags(block.lags, (c) => within(c * before + pair.apart, after)) } : scaled
          })
    this.handles.set(tensor, this.ledger.sum(parts, heldOf(made, signal)))
    return made
  }

  /** An output of the model, where the cotangent arrives. */
  begin(tensor: TensorId, gradient: Gradient, signal: Signal): void {
    this.parts.set(tensor, [{ of: this.ledger.leaf(heldOf(gradient, signal)), factor: 1 }])
  }

  /** Takes note of what a node sends back to one of its inputs. */
  see(node: Node, slot: number, sent: Gradient, signal: Signal): void {
    const input = node.inputs[slot]
    const [output] = node.outputs
    if (input === undefined || output === undefined) return
    const arriving = this.parts.get(input) ?? []
    arriving.push(this.termSent(node, slot, output, heldOf(sent, signal)))
    this.parts.set(input, arriving)
  }

  private termSent(node: Node, slot: number, output: TensorId, sent: Held): Term {
    const { op } = node
    const gradient = this.handles.get(output)
    if (gradient !== undefined) {
      if (op.kind === 'add' && this.sizeOf(node.inputs[slot]) === this.sizeOf(output)) {
        return { of: gradient, factor: op.signs[slot] as number }
      }
      const { same } = this.ledger.own(gradient)
      if (op.kind === 'layerNorm') return { of: gradient, factor: same > 0 ? Math.sqrt(sent.own().same / same) : 1 }
      const factor = this.forward.factorOf(node, slot)
      if (factor !== null) return { of: gradient, factor }
    }
    const part = this.ledger.leaf(sent)
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
