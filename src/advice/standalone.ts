import type { Recommendation, StandaloneAdvice } from '../analysis'
import type { AdviceOptions } from './draft'
import { argumentWording } from './wording/arguments'

/**
 * What can be advised from a constructor alone: Xavier, since what follows is not known. null without fans.
 * Glorot & Bengio 2010: Var(w) = 2/(fan_in + fan_out); the lesson's form 1/fan_in.
 */
export function standaloneRecommendation(
  { fanIn, fanOut }: Omit<StandaloneAdvice, 'recommended'>,
  { xavierVariance, distribution, framework }: AdviceOptions,
): Recommendation | null {
  if (fanIn === null || fanOut === null || fanIn <= 0) return null
  const lesson = xavierVariance === 'lesson'
  const variance = lesson ? 1 / fanIn : 2 / (fanIn + fanOut)
  const std = Math.sqrt(variance)
  const bound = distribution === 'uniform' ? std * Math.sqrt(3) : null
  const suffix = distribution === 'uniform' ? 'uniform_' : 'normal_'
  const wording = argumentWording(framework)
  const template = wording
    ? (wording.scaled(distribution, variance, { fanIn, fanOut }) ?? '')
    : lesson
      ? `nn.init.kaiming_${suffix}({target}, nonlinearity='linear')`
      : `nn.init.xavier_${suffix}({target})`
  return {
    family: 'xavier',
    distribution,
    mode: lesson ? 'fan_in' : 'fan_avg',
    gain: 1,
    variance,
    std,
    bound,
    formula: `Var(w) = ${lesson ? `1/${fanIn}` : `2/(${fanIn} + ${fanOut})`} = ${Number(variance.toPrecision(3))}`,
    initializer: {
      distribution: bound === null ? { kind: 'normal', mean: 0, std } : { kind: 'uniform', low: -bound, high: bound },
      label: `Xavier ${distribution}`,
      origin: 'written',
      span: null,
    },
    code: wording ? `${wording.argument('', 'kernel') ?? 'initializer'}=${template}` : template.replace('{target}', 'self.weight'),
    template,
    why: 'What follows this layer is not known here; Xavier assumes nothing about it. In front of a ReLU it would be He, 2/fan_in.',
  }
}
