import type { Recommendation } from '../analysis'
import { type Distribution, distributionVariance, type Fans, type Node, type Parameter } from '../graph'
import { cutShare, uncutDeviation } from './cutNormals'
import type { Draft, WeightContext } from './draft'
import { argumentWording } from './wording/arguments'
import { attributePath, fillTemplate, rootPath, torchInitCall } from './wording/torch'

/** Numbers, words and code of a draft. */
export function finishRecommendation(context: WeightContext, draft: Draft): Recommendation {
  const distribution = draft.kept?.initializer.distribution ?? draft.distribution ?? distributionOf(draft, context)
  const nominal =
    draft.kept === undefined ? varianceOf(draft, context.parameter) : draft.fan === null ? draft.gain ** 2 : draft.gain ** 2 / draft.fan
  const isCut = draft.kept === undefined && draft.distribution === undefined && distribution.kind === 'truncatedNormal'
  const variance = isCut ? distribution.std ** 2 * cutShare : nominal
  const isNamed = isCut && variance < nominal
  const std = Math.sqrt(variance)
  const wording = argumentWording(context.options.framework)
  const { fans } = context.parameter
  const template = wording
    ? (wording.byFan(draft, distribution, fans) ?? wording.initializer(distribution, countsFan(draft, fans) ? fans : null) ?? '')
    : (draft.kept?.template ?? draft.template ?? torchInitCall(draft, context))
  const shown = Number(variance.toPrecision(3))
  return {
    family: draft.family,
    distribution: isCut
      ? 'normal'
      : distribution.kind === 'normal' || distribution.kind === 'uniform' || distribution.kind === 'orthogonal'
        ? distribution.kind
        : 'constant',
    mode: draft.mode,
    gain: draft.gain,
    variance,
    std,
    bound: distribution.kind === 'uniform' ? distribution.high : null,
    formula:
      draft.fan === null
        ? `Var(w) = ${shown}`
        : `Var(w) = ${isNamed ? `${cutShare.toPrecision(3)} · ` : ''}${draft.numerator}/${draft.divisor} = ${shown}`,
    initializer: draft.kept?.initializer ?? {
      distribution,
      label: labelOf(draft, isCut ? 'normal' : distribution.kind),
      origin: 'written',
      span: null,
    },
    code: wording
      ? `${wording.argument(layerOf(context), context.parameter.name) ?? 'initializer'}=${template}`
      : fillTemplate(template, attributePath(rootPath(context.options.part), context.parameter.name)),
    template,
    why:
      context.absorbedBy === null
        ? isNamed && draft.scaledBy === undefined
          ? `${draft.why} TensorFlow.js cuts this normal at two standard deviations, so it draws 0.774 of the variance in its name.`
          : draft.why
        : `${normName(context.absorbedBy)} behind it rescales whatever is drawn, so the signal does not depend on it. ${draft.why}`,
  }
}

/** Whether the framework counts the draft's fan as the draft does; of a depthwise kernel Keras does not. */
function countsFan({ fan, mode, kept }: Draft, fans: Fans | null): boolean {
  if (fans === null || fan === null || mode === null || kept !== undefined) return true
  return fan === { fan_in: fans.fanIn, fan_out: fans.fanOut, fan_avg: (fans.fanIn + fans.fanOut) / 2 }[mode]
}

/** Class of the layer that uses the weight first. */
function layerOf({ graph, use }: WeightContext): string {
  return graph.calls[use.call ?? -1]?.type ?? ''
}

function varianceOf(draft: Draft, parameter: Parameter): number {
  if (draft.distribution !== undefined) return distributionVariance(draft.distribution, parameter.shape) ?? 0
  switch (draft.family) {
    case 'zeros':
    case 'ones':
    case 'constant':
      return 0
    case 'orthogonal':
      return (
        draft.gain ** 2 /
        Math.max(
          parameter.shape[0] ?? 1,
          parameter.shape.slice(1).reduce((product, size) => product * size, 1),
        )
      )
    default:
      return draft.fan === null ? draft.gain ** 2 : draft.gain ** 2 / draft.fan
  }
}

function distributionOf(draft: Draft, context: WeightContext): Distribution {
  const std = Math.sqrt(varianceOf(draft, context.parameter))
  switch (draft.family) {
    case 'zeros':
      return { kind: 'constant', value: 0 }
    case 'ones':
      return { kind: 'constant', value: 1 }
    case 'constant':
      return { kind: 'constant', value: draft.gain }
    case 'orthogonal':
      return { kind: 'orthogonal', gain: draft.gain }
    case 'normal':
    case 'keep':
      return { kind: 'normal', mean: 0, std }
    case 'he':
    case 'xavier':
    case 'lecun':
      if (context.options.distribution === 'normal' && context.options.framework === 'tensorflowjs')
        return cutNormal(uncutDeviation(context, std))
      return context.options.distribution === 'normal'
        ? { kind: 'normal', mean: 0, std }
        : { kind: 'uniform', low: -std * Math.sqrt(3), high: std * Math.sqrt(3) }
  }
}

function cutNormal(std: number): Distribution {
  return { kind: 'truncatedNormal', mean: 0, std, low: -2 * std, high: 2 * std }
}

function labelOf(draft: Draft, kind: Distribution['kind']): string {
  const family = {
    he: 'He',
    xavier: 'Xavier',
    lecun: 'LeCun',
    orthogonal: 'orthogonal',
    zeros: 'zeros',
    ones: 'ones',
    constant: 'constant',
    normal: draft.gain === 1 ? 'N(0, 1)' : `N(0, ${Number(draft.gain.toPrecision(3))}²)`,
    keep: 'as it is',
  }[draft.family]
  return draft.fan === null ? family : `${family} ${kind}${draft.scaledBy === undefined ? '' : ', scaled'}`
}

function normName(node: Node): string {
  switch (node.op.kind) {
    case 'batchNorm':
      return 'Batch norm'
    case 'layerNorm':
      return node.op.center ? 'Layer norm' : 'RMS norm'
    default:
      return 'Group norm'
  }
}
