import type { ActivationFunction, Graph, Node, OpKind, TensorId } from '../graph'
import { isLearned } from './learned'

/** What a layer's output is fed to, looked for through norms, dropout, pooling, reshapes and residual additions. */
export type Feeds =
  | { readonly kind: 'activation'; readonly fn: ActivationFunction; readonly node: Node; readonly through: readonly Node[] }
  | {
      readonly kind: 'softmax' | 'gated' | 'attention' | 'recurrent' | 'layer' | 'gate'
      readonly node: Node
      readonly through: readonly Node[]
    }
  /** The network's output. */
  | { readonly kind: 'output'; readonly through: readonly Node[] }
  | { readonly kind: 'unknown'; readonly node: Node | null; readonly through: readonly Node[] }

/** Ops that hand the layer's units on, so that the nonlinearity is looked for behind them. */
const transparent: ReadonlySet<OpKind> = new Set<OpKind>([
  'batchNorm',
  'layerNorm',
  'groupNorm',
  'localResponseNorm',
  'normalize',
  'dropout',
  'pool',
  'adaptivePool',
  'upsample',
  'pixelShuffle',
  'unfold',
  'fold',
  'add',
  'affine',
  'concat',
  'reshape',
  'permute',
  'expand',
  'slice',
  'gather',
  'pad',
  'roll',
  'flip',
  'repeat',
  'reduce',
  'cast',
])

const layers: ReadonlySet<OpKind> = new Set<OpKind>(['linear', 'bilinear', 'conv', 'convTranspose', 'matmul'])

interface Step {
  readonly tensor: TensorId
  readonly through: readonly Node[]
}

/**
 * The nearest consumer of `tensor` that is not transparent, breadth first, so that a block's own activation is found before
 * what the residual stream meets later. An activation on the same distance as a layer wins.
 */
export function feedsOf(graph: Graph, consumers: readonly (readonly Node[])[], tensor: TensorId): Feeds {
  const outputs = new Set(graph.outputs)
  const seen = new Set<TensorId>([tensor])
  let frontier: Step[] = [{ tensor, through: [] }]
  let fallback: Feeds | null = null
  while (frontier.length > 0) {
    const next: Step[] = []
    const found: Feeds[] = []
    for (const step of frontier) {
      for (const node of consumers[step.tensor] ?? []) {
        if (transparent.has(node.op.kind) || isLearnedFactor(graph, node)) {
          for (const output of node.outputs) {
            if (seen.has(output)) continue
            seen.add(output)
            next.push({ tensor: output, through: [...step.through, node] })
          }
        } else {
          found.push(endOf(node, step, consumers))
        }
      }
      if (outputs.has(step.tensor)) fallback ??= { kind: 'output', through: step.through }
    }
    const best = found.find((feeds) => feeds.kind === 'activation') ?? found[0]
    if (best !== undefined) return best
    frontier = next
  }
  return fallback ?? { kind: 'unknown', node: null, through: [] }
}

/** A learned factor on every unit (layer scale) is no gate. */
function isLearnedFactor(graph: Graph, { op, inputs }: Node): boolean {
  return op.kind === 'multiply' && inputs.some((input) => isLearned(graph, input))
}

function endOf(node: Node, step: Step, consumers: readonly (readonly Node[])[]): Feeds {
  const { through } = step
  const { op } = node
  switch (op.kind) {
    case 'activation':
      return { kind: 'activation', fn: selfGated(node, op.fn, consumers) ?? op.fn, node, through }
    case 'softmax':
    case 'attention':
    case 'recurrent':
    case 'gated':
      return { kind: op.kind, node, through }
    case 'multiply':
      return { kind: 'gate', node, through }
    default:
      return layers.has(op.kind) ? { kind: 'layer', node, through } : { kind: 'unknown', node, through }
  }
}

/** `x * sigmoid(x)` is SiLU, however it is written. */
function selfGated(node: Node, fn: ActivationFunction, consumers: readonly (readonly Node[])[]): ActivationFunction | null {
  if (fn.name !== 'sigmoid') return null
  const [input] = node.inputs
  const [gate] = node.outputs
  if (input === undefined || gate === undefined) return null
  const product = consumers[gate]?.find((user) => user.op.kind === 'multiply' && user.inputs.includes(input))
  return product === undefined ? null : { name: 'silu' }
}
