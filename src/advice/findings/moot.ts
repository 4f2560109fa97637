import { absorbingNorm } from '../absorbed'
import { byInitializer, type FindingRule, layersOf, named } from './rule'

/** A norm right behind a layer rescales whatever was drawn: the initializer changes the first steps' size, not the signal. */
export const normMakesMoot: FindingRule = {
  id: 'norm-makes-moot',
  severity: 'information',
  title: 'A norm absorbs this initialization',
  check(context) {
    const moot = layersOf(context).filter(
      ({ parameter, output }) =>
        parameter.initializer.origin === 'written' &&
        parameter.initializer.distribution.kind !== 'constant' &&
        absorbingNorm(context.graph, context.consumers, output) !== null,
    )
    return byInitializer(moot).flatMap((layers) => {
      const [first] = layers
      if (first === undefined) return []
      return [
        {
          message: `The norm behind ${named(layers)} rescales it, so ${first.parameter.initializer.label} does not change the signal; it sets how fast the weights turn under the first steps.`,
          span: first.parameter.initializer.span ?? first.call.definition,
          calls: layers.map(({ call }) => call.id),
        },
      ]
    })
  },
}
