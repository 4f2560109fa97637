import { formatFold, formatNumber } from '../../graph'
import type { FindingContext } from './rule'

/** " That is 4.2-fold a layer." or " That is 1.4-fold a layer, tenfold every 6.8 layers." for the stretch that a call lies in; empty where its pace says nothing of depth. */
export function paceClause(context: FindingContext, call: number, of: 'signal' | 'gradient', direction: 'shrinks' | 'grows'): string {
  const pace = context.verdicts.find((verdict) => verdict.calls.includes(call))?.[of]
  if (!pace || pace.tenfold === null || pace.factor < 1 !== (direction === 'shrinks')) return ''
  const often = pace.tenfold < 1 ? '' : `, tenfold every ${formatNumber(pace.tenfold, 2)} layers`
  return ` That is ${formatFold(pace.factor)} a layer${often}.`
}
