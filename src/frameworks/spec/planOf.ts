import { isPlainSpec, planOfPlain } from './plain'
import type { Place } from './place'
import type { Plan } from './plan'
import { isTopology, planOfTopology } from './topology'

/** What a document plans, told by what it holds. Throws a SpecError for one that is no spec. */
export function planOf(root: Place): Plan {
  if (isPlainSpec(root)) return planOfPlain(root)
  if (isTopology(root)) return planOfTopology(root)
  return root.fail('This is no layer spec: it needs input and layers, like {input: [784], layers: [{type: dense, units: 10}]}.')
}
