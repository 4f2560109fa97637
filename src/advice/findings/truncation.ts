import type { Distribution } from '../../graph'
import { byInitializer, type FindingRule, layersOf, named, verb } from './rule'

/** Bounds at least this many standard deviations away cut less than one weight in 10⁹. */
const outOfReach = 6

/** `trunc_normal_`'s bounds are absolute: ±2 around a std of 0.02 is 100 standard deviations away. */
export const truncationCutsNothing: FindingRule = {
  id: 'truncation-cuts-nothing',
  severity: 'information',
  title: 'Truncation cuts nothing',
  check(context) {
    const idle = layersOf(context).filter(
      ({ parameter }) => parameter.initializer.origin === 'written' && cutsNothing(parameter.initializer.distribution),
    )
    return byInitializer(idle).flatMap((layers) => {
      const [first] = layers
      const distribution = first?.parameter.initializer.distribution
      if (first === undefined || distribution?.kind !== 'truncatedNormal') return []
      const { std, low, high } = distribution
      return [
        {
          message: `The bounds ${low} and ${high} are absolute and lie ${Math.round(Math.min(Math.abs(low), Math.abs(high)) / std)} standard deviations out, so ${named(layers)} ${verb(layers, 'is', 'are')} drawn from a plain normal; bounds of ±${Number((2 * std).toPrecision(3))} would cut at two.`,
          span: first.parameter.initializer.span ?? first.call.definition,
          calls: layers.map(({ call }) => call.id),
        },
      ]
    })
  },
}

function cutsNothing(distribution: Distribution): boolean {
  return (
    distribution.kind === 'truncatedNormal' &&
    distribution.std > 0 &&
    (distribution.mean - distribution.low) / distribution.std > outOfReach &&
    (distribution.high - distribution.mean) / distribution.std > outOfReach
  )
}
