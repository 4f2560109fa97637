import type { ModelAnalysis } from '../../analysis'

/** Operations above which one prediction may take longer than a frame or two. */
const LARGE = 800

/** Whether the view must not predict this network anew while something else waits for it. */
export function isLarge(model: ModelAnalysis): boolean {
  return model.graph.nodes.length > LARGE
}
