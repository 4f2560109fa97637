import { formatFold, formatNumber, type TensorId } from '../../graph'
import { feedsOf } from '../feeds'
import { onlyGates } from '../gates'
import { rescaledLater } from '../rescaled'
import { leaves } from '../../signal'
import { paceClause } from './paces'
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
 * One finding at the first layer out of range, when the last layer is out of range too. Layers are judged where their scale is
 * felt: at the activation's input, and not where a norm undoes it or where they only gate. For what vanishes the last hidden
 * layer must be out of range as well: embeddings and output layers may be drawn small on purpose.
 */
function scaleFinding(context: FindingContext, out: (moment: number) => boolean, verb: 'shrinks' | 'grows'): readonly Found[] {
  const seen = layersOf(context).flatMap((layer) => {
    const moment = signalAt(context.current, feltAt(context, layer))
    const counts =
      moment !== null &&
      !isZeroed(layer) &&
      !rescaledLater(context.graph, context.consumers, layer.output) &&
      !onlyGates(context.consumers, layer.output)
    return counts ? [{ layer, moment }] : []
  })
  const judged = seen.filter(({ layer }) => verb === 'grows' || isHidden(context, layer))
  const first = judged.find(({ moment }) => out(moment))
  const hidden = judged.at(-1)
  const last = seen.at(-1)
  if (first === undefined || hidden === undefined || last === undefined || !out(hidden.moment) || !out(last.moment)) return []
  const start = seen[0]
  if (start === undefined) return []
  const ratio = last.moment / start.moment
  // Embeddings drawn small, and layers that hold that size: nothing is lost on the way.
  if (verb === 'shrinks' && start.layer.parameter.role === 'embedding' && ratio > 0.5) return []
  const lost = seen.find(({ moment }) => leaves(moment).includes('float16'))
  const beyond = lost === undefined ? '' : ` At \`${lost.layer.call.name}\` it leaves the range of ${leaves(lost.moment).join(' and ')}.`
  const change =
    ratio > 0.5 && ratio < 2
      ? `is ${formatNumber(last.moment, 2)} at every layer`
      : `${verb} ${formatFold(ratio)} from \`${start.layer.call.name}\` to \`${last.layer.call.name}\``
  return [
    {
      message: `The signal ${change}; \`${first.layer.call.name}\` is the first layer out of range, at second moment ${formatNumber(first.moment, 2)}.${paceClause(context, first.layer.call.id, 'signal', verb)}${beyond}`,
      span: first.layer.call.definition,
      calls: [first.layer.call.id],
      mendedBy: context.weights.map((advice) => advice.parameter),
    },
  ]
}

/** The tensor whose scale the layer sets: what its activation gets, after any factor in between (SIREN's ω₀). */
function feltAt(context: FindingContext, layer: Layer): TensorId {
  const feeds = feedsOf(context.graph, context.consumers, layer.output)
  const straight = feeds.kind === 'activation' && feeds.through.every(({ op }) => op.kind === 'affine')
  return (straight ? feeds.node.inputs[0] : undefined) ?? layer.output
}

function isHidden(context: FindingContext, layer: Layer): boolean {
  return layer.parameter.role === 'weight' && feedsOf(context.graph, context.consumers, layer.output).kind !== 'output'
}

/** A weight written as zero on purpose silences its layer; that has a rule of its own. */
function isZeroed(layer: Layer): boolean {
  const { distribution } = layer.parameter.initializer
  return distribution.kind === 'constant' && distribution.value === 0
}
