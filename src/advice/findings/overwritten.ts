import { byInitializer, type FindingRule, layersOf, named } from './rule'

/** An initializer that a later one replaces does nothing but cost time and mislead readers. */
export const initializerOverwritten: FindingRule = {
  id: 'initializer-overwritten',
  severity: 'information',
  title: 'Initializer overwritten later',
  check(context) {
    const replaced = layersOf(context).filter(({ parameter }) =>
      parameter.overwritten.some((initializer) => initializer.origin === 'written'),
    )
    return byInitializer(replaced).flatMap((layers) => {
      const [first] = layers
      const earlier = first?.parameter.overwritten.filter((initializer) => initializer.origin === 'written').at(-1)
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
