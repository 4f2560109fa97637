import type { InitializerFamily } from '../analysis'
import { distributionMoments, type Parameter } from '../graph'
import type { Draft, WeightContext } from './draft'
import { target } from './wording/torch'
import { torchKeptCall } from './wording/torchKept'

/** A draft that leaves a parameter as it is drawn now; null where its draw is not known. */
export function kept({ parameter }: Pick<WeightContext, 'parameter'>, why: string): Draft | null {
  const { initializer, shape } = parameter
  const moments = distributionMoments(initializer.distribution, shape)
  if (moments === null) return null
  const deviation = Math.sqrt(Math.max(0, moments.secondMoment - moments.mean ** 2))
  // A draw in parts (a padding row at zero) has no one call; the nearest stands for it where it is shown.
  const template = torchKeptCall(parameter) ?? `nn.init.normal_(${target}, std=${Number(deviation.toPrecision(4))})`
  const fan = countedFan(parameter)
  const mode = initializer.scaling?.mode ?? null
  return {
    family: familyOf(parameter),
    mode,
    gain: fan === null ? deviation : deviation * Math.sqrt(fan),
    fan,
    numerator: fan === null ? '' : String(Number((deviation * deviation * fan).toPrecision(3))),
    divisor: fan === null ? '' : String(fan),
    activation: null,
    why,
    kept: { initializer, template },
  }
}

function familyOf({ initializer }: Parameter): InitializerFamily {
  const { scaling, distribution } = initializer
  if (scaling !== undefined) return scaling.scheme === 'xavier' ? 'xavier' : 'he'
  if (distribution.kind === 'constant' && distribution.value === 0) return 'zeros'
  return distribution.kind === 'orthogonal' ? 'orthogonal' : 'keep'
}

function countedFan({ initializer, fans }: Parameter): number | null {
  if (fans === null || initializer.scaling === undefined) return null
  switch (initializer.scaling.mode) {
    case 'fan_in':
      return fans.fanIn
    case 'fan_out':
      return fans.fanOut
    case 'fan_avg':
      return (fans.fanIn + fans.fanOut) / 2
  }
}
