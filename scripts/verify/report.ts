import { markdownTable } from '../accuracy/table'
import { fewest } from './judge'
import type { Verified } from './model'

const header = ['model', 'promise', 'input', 'seeds', 'promised 0.5 to 2', 'forward p90', 'forward p99', 'backward p90', 'backward p99']

/** `61 kept, 0 broken, 3 with nothing to change, 2 without a fix`. */
export function counts(all: readonly Verified[]): string {
  const of = (outcome: Verified['outcome']): number => all.filter((one) => one.outcome === outcome).length
  const parts = [`${of('kept')} kept`, `${of('broken')} broken`]
  if (of('unchanged') > 0) parts.push(`${of('unchanged')} with nothing to change`)
  if (of('no fix') > 0) parts.push(`${of('no fix')} without a fix`)
  if (of('not measured in time') > 0) parts.push(`${of('not measured in time')} not measured in time`)
  return parts.join(', ')
}

export function table(all: readonly Verified[]): string {
  return markdownTable(
    header,
    all.map(({ name, outcome, cells }) => [name, outcome, ...cells]),
  )
}

/** docs/verify.md: what was done, the count, the table and what was broken. */
export function page(all: readonly Verified[], skipped: readonly string[]): string {
  const broken = all.flatMap(({ name, complaints }) => complaints.map((complaint) => `- ${name}: ${complaint}`))
  return `# Whether the advice keeps its promise

Written by \`npm run verify -- --write\`. **${counts(all)}.**

For each model the recommended initialization is written into a copy of its file, as *Apply* in the editor does, and the copy runs in the framework that it is
written for: \`media/measure.py\` draws fresh weights for several seeds and takes the second moment of every layer's output and gradient. The promise is what Init Lens
predicted for the recommendation before anything was written. It is *kept* when the copy imports and runs; applying once more changes nothing; every weight
is drawn as promised; every output that was promised a second moment between 0.5 and 2 has one; and no signal or gradient is further from 1 than promised, beyond three standard
errors and the 99th percentile of the accuracy table. A model that seems to break it, or of which fewer than ${fewest} seeds
were drawn, is measured again with four times the seeds and time, and judged by those. Where the advice
cannot bring an output into that range (a zeroed branch, a softmax, a gate) it does not promise to. Where many seeds take longer than a minute or two, fewer are drawn;
where that leaves fewer than ${fewest}, the model is *not measured in time*, whatever they show. A copy that is not read or that a second application changes is broken
whatever the seeds. The last four columns: how far the prediction of the copy is from the measurement, in percent.

${table(all)}
${broken.length === 0 ? '' : `\nBroken:\n\n${broken.join('\n')}\n`}${skipped.length === 0 ? '' : `\n${skipped.join('\n')}\n`}`
}
