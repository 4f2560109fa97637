import type { ForwardMoments, GradientMoments, ModelAnalysis, Unpredicted } from '../../analysis'
import { type Row, rowsOf } from './rows'
import { type Track, trackOf } from './track'

/**
 * What is predicted for the file as it is, at the rows of a model with other sizes: a row has the numbers of the layer with its name, and
 * none where the file has no such layer.
 */
export function writtenTrack(written: ModelAnalysis, rows: readonly Row[]): Track {
  const { current } = written
  const byKey = new Map(rowsOf(written).map((row) => [row.key, row]))
  const forward: (ForwardMoments | Unpredicted)[] = []
  const backward: (GradientMoments | Unpredicted)[] = []
  for (const { key, tensor } of rows) {
    const from = byKey.get(key)?.tensor ?? null
    if (tensor === null || from === null) continue
    const [signal, gradient] = [current.forward[from], current.backward[from]]
    if (signal !== undefined) forward[tensor] = signal
    if (gradient !== undefined) backward[tensor] = gradient
  }
  return trackOf({ forward, backward }, rows)
}
