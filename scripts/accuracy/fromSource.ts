import { readFileSync } from 'node:fs'
import { analyze, initialize } from '../../src/analyze'
import { fileSources } from '../../src/cli/sources'
import { parseInput } from '../../src/report'
import type { Predictions } from './compare'
import { predictionsOf } from './predictions'
import type { Measurement } from './measurement'

/** What the product predicts from the source, or why it has no model to predict. */
export async function predictSource(file: string, { model, input }: Measurement): Promise<Predictions | string> {
  await initialize(file)
  const parsed = parseInput(input)
  if (!parsed.ok) return parsed.message
  // A clock that stands still: the reader's time limit would make the numbers depend on the machine.
  const host = { sources: fileSources([]), now: () => 0 }
  const analysis = analyze({ file, text: readFileSync(file, 'utf8') }, { model, input: parsed.input }, host)
  const [read] = analysis.models
  if (read === undefined) return analysis.message ?? analysis.unread[0]?.message ?? 'no model was read'
  return predictionsOf(read.graph, read.current)
}
