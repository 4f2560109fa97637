import type { Initializer, Parameter } from '../../graph'
import { byInitializer, type FindingRule, layersOf, named } from './rule'

/** An initializer that a later one replaces does nothing but cost time and mislead readers. */
export const initializerOverwritten: FindingRule = {
  id: 'initializer-overwritten',
  severity: 'information',
  title: 'Initializer overwritten later',
  check(context) {
    const useful = new Set(context.graph.parameters.map(({ initializer }) => placeOf(initializer)))
    const replaced = layersOf(context).filter(({ parameter }) => lost(parameter, useful) !== undefined)
    return byInitializer(replaced).flatMap((layers) => {
      const [first] = layers
      const earlier = first === undefined ? undefined : lost(first.parameter, useful)
      if (first === undefined || earlier === undefined) return []
      const later = first.parameter.initializer
      const where = later.span === null ? '' : ` on line ${later.span.line}`
      return [
        {
          message: `${earlier.label} for ${named(layers)} is overwritten by ${later.label}${where}; only the last one counts.`,
          span: earlier.span ?? first.call.definition,
          calls: layers.map(({ call }) => call.id),
        },
      ]
    })
  },
}

/**
 * The last written draw of which nothing is left: another was drawn over it, and no other weight keeps what the same call drew.
 * An `apply` whose exceptions are drawn anew afterwards (GPT-2's residual projections) does its work on the others; a tied weight
 * drawn twice alike loses nothing.
 */
function lost({ overwritten, initializer }: Parameter, useful: ReadonlySet<string | null>): Initializer | undefined {
  return overwritten
    .filter((earlier) => earlier.origin === 'written' && earlier.label !== initializer.label && !useful.has(placeOf(earlier)))
    .at(-1)
}

function placeOf({ span }: Initializer): string | null {
  return span === null ? null : `${span.file}:${span.start}`
}
