import type { FindingRule } from './rule'

/** An initialization function whose checks match no layer of the model: everything keeps the framework's default in silence. */
export const applyMatchesNothing: FindingRule = {
  id: 'apply-matches-nothing',
  severity: 'warning',
  title: 'Initialization matches no layer',
  check({ graph }) {
    const kinds = [
      ...new Set(graph.calls.flatMap(({ kind, type, parameters }) => (kind === 'module' && parameters.length > 0 ? [type] : []))),
    ]
    if (kinds.length === 0) return []
    return (graph.idleApplies ?? []).map(({ name, span }) => ({
      message: `\`apply(${name})\` draws nothing: none of the model’s layers (${kinds.slice(0, 4).join(', ')}${kinds.length > 4 ? ', …' : ''}) passes its checks, so all keep what they were drawn from before.`,
      span,
      calls: [],
    }))
  },
}
