import { formatFold, formatNumber } from '../../graph'
import { leaves } from './ranges'
import { type FindingContext, type FindingRule, type Found, type Layer, layersOf, signalAt } from './rule'

/** Second moments of pre-activations beyond these are a problem whatever follows. */
const tooSmall = 1e-2
const tooLarge = 1e2

/** The signal shrinks on its way until the layers behind see next to nothing. */
export const signalVanishes: FindingRule = {
  id: 'signal-vanishes',
  severity: 'warning',
  title: 'The signal vanishes',
  check: (context) => scaleFinding(context, (moment) => moment < tooSmall, 'shrinks'),
}

/** The signal grows on its way until numbers overflow or activations saturate. */
export const signalExplodes: FindingRule = {
  id: 'signal-explodes',
  severity: 'warning',
  title: 'The signal explodes',
  check: (context) => scaleFinding(context, (moment) => moment > tooLarge, 'grows'),
}

/**
 * One finding at the first layer out of range, when the last weight layer that nothing rescales is out of range too, or a
 * layer leaves float16. A layer whose scale a norm absorbs hands nothing on.
 */
function scaleFinding(context: FindingContext, out: (moment: number) => boolean, verb: 'shrinks' | 'grows'): readonly Found[] {
  const seen = layersOf(context).flatMap((layer) => {
    const moment = signalAt(context.current, layer.output)
    return moment === null || isZeroed(layer) ? [] : [{ layer, moment }]
  })
  const first = seen.find(({ moment }) => out(moment))
  const last = seen.at(-1)
  if (first === undefined || last === undefined || !out(last.moment)) return []
  const start = seen[0]
  if (start === undefined) return []
  const ratio = last.moment / start.moment
  const lost = seen.find(({ moment }) => leaves(moment).includes('float16'))
  const beyond = lost === undefined ? '' : ` At \`${lost.layer.call.name}\` it leaves the range of ${leaves(lost.moment).join(' and ')}.`
  const change =
    ratio > 0.5 && ratio < 2
      ? `is ${formatNumber(last.moment, 2)} at every layer`
      : `${verb} ${formatFold(ratio)} from \`${start.layer.call.name}\` to \`${last.layer.call.name}\``
  return [
    {
      message: `The signal ${change}; \`${first.layer.call.name}\` is the first layer out of range, at second moment ${formatNumber(first.moment, 2)}.${beyond}`,
      span: first.layer.call.definition,
      calls: [first.layer.call.id],
      mendedBy: context.weights.map((advice) => advice.parameter),
    },
  ]
}

/** A weight written as zero on purpose silences its layer; that has a rule of its own. */
function isZeroed(layer: Layer): boolean {
  const { distribution } = layer.parameter.initializer
  return distribution.kind === 'constant' && distribution.value === 0
}
