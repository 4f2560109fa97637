import { formatNumber } from '../../report/numbers'
import { strings } from '../strings'

export type Health = 'healthy' | 'small' | 'large' | 'zero' | 'overflow' | 'unknown'

export function healthOf(value: number, [low, high]: readonly [number, number]): Health {
  if (Number.isNaN(value)) return 'unknown'
  if (value === 0) return 'zero'
  if (value === Number.POSITIVE_INFINITY) return 'overflow'
  return value < low ? 'small' : value > high ? 'large' : 'healthy'
}

const words: Readonly<Record<Health, string>> = {
  healthy: strings.healthy,
  small: strings.tooSmall,
  large: strings.tooLarge,
  zero: strings.isZero,
  overflow: strings.overflows,
  unknown: strings.unknown,
}
export function healthWord(health: Health): string {
  return words[health]
}

/** "features.3, signal 0.26, gradient 1e-6, too small": what a screen reader says of a layer. */
export function spokenLayer(name: string, signal: number, gradient: number, zone: readonly [number, number]): string {
  const say = (value: number): string => (Number.isNaN(value) ? strings.unknown : formatNumber(value, 2))
  const healths = [...new Set([healthOf(signal, zone), healthOf(gradient, zone)])]
  const troubles = healths.filter((health) => health !== 'healthy' && health !== 'unknown')
  const verdict = troubles.length > 0 ? troubles.map(healthWord).join(', ') : healths.includes('unknown') ? '' : strings.healthy
  return [name, `${strings.signal} ${say(signal)}`, `${strings.gradient} ${say(gradient)}`, ...(verdict === '' ? [] : [verdict])].join(', ')
}
