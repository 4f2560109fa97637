import type { ActivationFunction, Graph, Node, OpKind, TensorId } from '../graph'
import { isLearned } from './learned'

/** Ops that hand the scale of what they get on unchanged. */
const homogeneous: ReadonlySet<OpKind> = new Set<OpKind>([
  'dropout',
  'pool',
  'adaptivePool',
  'upsample',
  'pixelShuffle',
  'add',
  'concat',
  'reshape',
  'permute',
  'expand',
  'slice',
  'pad',
  'roll',
  'flip',
  'repeat',
  'cast',
])

const rectifiers: ReadonlySet<ActivationFunction['name']> = new Set<ActivationFunction['name']>(['relu', 'leakyRelu', 'randomLeakyRelu'])

/**
 * Whether norms undo the scale of a tensor on every path, before anything that depends on it: φ(c·x) = c·φ(x) for rectifiers,
 * pools, sums and rearrangements. A residual stream that only norms read counts: its branches' common scale is moot, and a
 * small branch leaves the stream as it is. `throughLayers`: how many weight layers may lie between, which are linear as well.
 */
export function rescaledLater(graph: Graph, consumers: readonly (readonly Node[])[], tensor: TensorId, throughLayers = 0): boolean {
  const open = [{ tensor, layersLeft: throughLayers }]
  const seen = new Set([tensor])
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const readers = consumers[at.tensor] ?? []
    if (readers.length === 0 || graph.outputs.includes(at.tensor)) return false
    for (const node of readers) {
      const { op, outputs } = node
      if (op.kind === 'layerNorm' || op.kind === 'groupNorm' || (op.kind === 'batchNorm' && op.batchStatistics)) continue
      const isLayer = op.kind === 'linear' || op.kind === 'conv'
      const passes = isHomogeneous(graph, node) || (isLayer && at.layersLeft > 0)
      if (!passes) return false
      for (const output of outputs) {
        if (!seen.has(output)) open.push({ tensor: output, layersLeft: at.layersLeft - (isLayer ? 1 : 0) })
        seen.add(output)
      }
    }
  }
  return true
}

/** A learned factor (layer scale) is one too: it does not depend on the tensor. */
function isHomogeneous(graph: Graph, { op, inputs }: Node): boolean {
  switch (op.kind) {
    case 'activation':
      return rectifiers.has(op.fn.name)
    case 'affine':
      return op.shift === 0
    case 'multiply':
      return inputs.some((input) => isLearned(graph, input))
    default:
      return homogeneous.has(op.kind)
  }
}
