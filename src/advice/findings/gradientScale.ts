import { formatFold } from '../../graph'
import { leaves } from '../../signal'
import { paceClause } from './paces'
import { type FindingContext, type FindingRule, type Found, gradientAt, type Layer, layersOf } from './rule'

/** The gradient that reaches the first layers is a vanishing part of what left the last. */
export const gradientVanishes: FindingRule = {
  id: 'gradient-vanishes',
  severity: 'warning',
  title: 'The gradient vanishes',
  check: (context) => gradientFinding(context, 'vanishes'),
}

/** The gradient grows on its way back, so the first layers take steps that the last ones cannot follow. */
export const gradientExplodes: FindingRule = {
  id: 'gradient-explodes',
  severity: 'warning',
  title: 'The gradient explodes',
  check: (context) => gradientFinding(context, 'explodes'),
}

/** How far the gradient's energy may fall or rise over the whole network, and how much of that the advice must be able to mend. */
const energyRange = 1e4
const mendable = 10

/**
 * Compares energies, E‖∂L/∂x‖² per sample, not element-wise second moments: a global average pool divides the latter by its
 * number of positions and takes nothing away. Architectures that lose energy whatever is drawn are another rule's matter.
 */
function gradientFinding(context: FindingContext, direction: 'vanishes' | 'explodes'): readonly Found[] {
  const seen = layersOf(context).flatMap((layer) => {
    const now = energy(context, layer, context.current)
    const advised = energy(context, layer, context.recommended)
    return now === null || advised === null || now === 0 ? [] : [{ layer, now, advised }]
  })
  const first = seen[0]
  const last = seen.at(-1)
  if (first === undefined || last === undefined || first === last) return []
  const ratio = first.now / last.now
  const gain = first.advised / last.advised / ratio
  const wrong = direction === 'vanishes' ? ratio < 1 / energyRange && gain > mendable : ratio > energyRange && gain < 1 / mendable
  if (!wrong) return []
  const moment = gradientAt(context.current, first.layer.output) ?? 1
  const formats = leaves(moment)
  const beyond = formats.length === 0 ? '' : ` There it leaves the range of ${formats.join(' and ')}.`
  return [
    {
      message: `Summed over all units, the gradient’s second moment ${direction === 'vanishes' ? 'shrinks' : 'grows'} ${formatFold(ratio)} on its way back from \`${last.layer.call.name}\` to \`${first.layer.call.name}\`.${paceClause(context, first.layer.call.id, 'gradient', direction === 'vanishes' ? 'shrinks' : 'grows')}${beyond}`,
      span: first.layer.call.definition,
      calls: [first.layer.call.id],
      mendedBy: context.weights.map((advice) => advice.parameter),
    },
  ]
}

function energy(context: FindingContext, layer: Layer, prediction: FindingContext['current']): number | null {
  const moment = gradientAt(prediction, layer.output)
  const shape = context.graph.tensors[layer.output]?.shape
  return moment === null || shape === undefined ? null : moment * shape.slice(1).reduce((product, size) => product * size, 1)
}
