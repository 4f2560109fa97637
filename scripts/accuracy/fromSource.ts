import type { PredictedCall } from './compare'
import type { Measurement } from './measurement'

export async function predictSource(_source: string, _measurement: Measurement): Promise<readonly PredictedCall[] | string> {
  return 'reading from source is not there yet'
}
