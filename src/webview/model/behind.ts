import type { Graph, Node, OpKind, TensorId } from '../../graph'
import { consumersOf } from '../../graph/consumers'
import { memo } from './memo'
import type { Row } from './rows'

const consumers = memo((graph: Graph) => consumersOf(graph))

/** What lies between a layer and the activation that its output feeds. */
const passedThrough: ReadonlySet<OpKind> = new Set<OpKind>([
  'batchNorm',
  'layerNorm',
  'groupNorm',
  'dropout',
  'pool',
  'adaptivePool',
  'reshape',
  'permute',
  'add',
  'cast',
  'affine',
])

export type ActivationNode = Node & { readonly op: Extract<Node['op'], { readonly kind: 'activation' }> }

const isActivation = (node: Node): node is ActivationNode => node.op.kind === 'activation'

/** The elementwise activation behind a layer's output, or the layer itself when it is one; null when none follows. */
export function activationBehind(graph: Graph, row: Row): ActivationNode | null {
  const own = graph.nodes.find((node): node is ActivationNode => node.call === row.index && isActivation(node))
  if (own !== undefined) return own
  let tensor: TensorId | null = row.tensor
  for (let steps = 0; tensor !== null && steps < 12; steps++) {
    const next: readonly Node[] = consumers(graph)[tensor] ?? []
    const activation = next.find(isActivation)
    if (activation !== undefined) return activation
    const through: Node | undefined = next.find((node) => passedThrough.has(node.op.kind))
    tensor = through?.outputs[0] ?? null
  }
  return null
}
