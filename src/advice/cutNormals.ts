/** TensorFlow.js draws the normals of its schemes cut at two standard deviations, and does not make up for it. */
import { consumersOf, type Graph } from '../graph'
import { absorbingNorm } from './absorbed'
import type { WeightContext } from './draft'

/** Variance of a standard normal cut at ±2. */
export const cutShare = 0.87962566103423978 ** 2

/** Layers, one after the other, past which the share that is missing would leave less than a tenth of the signal. */
const mostLayers = Math.floor(Math.log(0.1) / Math.log(cutShare))

const deep = new WeakMap<Graph, boolean>()

/** Whether a network has so many layers that no norm rescales that `heNormal` and its kind would let the signal vanish. */
function isDeep(graph: Graph): boolean {
  const known = deep.get(graph)
  if (known !== undefined) return known
  const consumers = consumersOf(graph)
  const exposed = graph.nodes.filter(({ op, outputs }) => {
    const [output] = outputs
    const weighs = op.kind === 'linear' || op.kind === 'conv' || op.kind === 'convTranspose'
    return weighs && output !== undefined && absorbingNorm(graph, consumers, output) === null
  })
  const found = exposed.length > mostLayers
  deep.set(graph, found)
  return found
}

/**
 * Standard deviation of the uncut normal that is asked for where a weight is to have the variance `std²`: the scheme's own, which
 * draws 0.774 of it and has a name, or in a deep network the one that makes up for the cut.
 */
export function uncutDeviation({ graph, absorbedBy }: WeightContext, std: number): number {
  return absorbedBy === null && isDeep(graph) ? std / Math.sqrt(cutShare) : std
}
