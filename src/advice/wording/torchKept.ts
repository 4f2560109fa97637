import type { Parameter } from '../../graph'
import { target } from './torch'
import { torchDistributionCall } from './torchDistribution'

/**
 * The call that draws a parameter as it is drawn now, as a template: with the file's own arguments where it asked for a scheme, so
 * that it says the same for layers of every size. null where torch has no one call for it.
 */
export function torchKeptCall({ initializer, role }: Parameter): string | null {
  const { scaling, label, origin, distribution } = initializer
  const name = /^(?:kaiming|xavier)_(?:normal|uniform)_/.exec(label)?.[0]
  if (scaling !== undefined && name !== undefined) {
    const options: string[] = []
    if (scaling.scheme === 'xavier' && scaling.gain !== 1) options.push(`gain=${short(scaling.gain)}`)
    if (scaling.scheme === 'kaiming') {
      if (scaling.nonlinearity === 'leaky_relu' && scaling.slope !== 0) options.push(`a=${short(scaling.slope)}`)
      if (scaling.mode === 'fan_out') options.push("mode='fan_out'")
      if (scaling.nonlinearity !== null && scaling.nonlinearity !== 'leaky_relu') options.push(`nonlinearity='${scaling.nonlinearity}'`)
    }
    return `nn.init.${name}(${[target, ...options].join(', ')})`
  }
  if (origin === 'default' && role === 'weight' && label.startsWith('kaiming_uniform_'))
    return `nn.init.kaiming_uniform_(${target}, a=5 ** 0.5)`
  return torchDistributionCall(distribution)
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)))
}
