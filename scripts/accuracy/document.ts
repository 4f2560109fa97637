import { type Comparison, directions, summarize } from './compare'
import type { Measured } from './measurement'
import { bothByKey, byKey, cells, columns, markdownTable } from './table'

/** docs/accuracy.md. */
export function documentOf(comparisons: readonly Comparison[], measured: readonly Measured[]): string {
  return `# How far predictions are from what PyTorch measures

Written by \`npm run accuracy\`. ${measured.length} models, ${comparisons.filter((one) => one.direction === 'forward').length} calls of layers.

For each model, \`media/measure.py\` drew fresh weights for each of several seeds (${seedsText(measured)}), fed random input in train mode, and took the second moment of every layer's
output and of the gradient that arrives there, for an N(0, 1) cotangent on the output, and of every parameter as it was drawn. The prediction reads the source and runs nothing. The error of a call is
what exceeds two standard errors of the measurement, relative to it: max(0, |predicted − measured| − 2 · standard error) / measured, in percent.
*Worst factor*: how many times too large or too small the worst call is. *In band*: how often the median over seeds lies in the 90 % band that the prediction
gives for a single initialization. Where the seeds' logarithms vary so much that rare draws make the mean, its standard error is that of a log-normal mean,
which is larger than what a few seeds show. *Band width*: how wide that band is beside the seeds' own 5th to 95th percentile (median over calls; 1 is right).
Measured with ${versionsText(measured)}.

## All models

${headline(comparisons)}

## By source

Forward:

${byKey(comparisons, 'forward', 'models', ({ group }) => group)}

Backward:

${byKey(comparisons, 'backward', 'models', ({ group }) => group)}

Weights:

${byKey(comparisons, 'weight', 'models', ({ group }) => group)}

## By layer

Forward:

${byKey(comparisons, 'forward', 'layer', ({ type }) => type)}

Backward:

${byKey(comparisons, 'backward', 'layer', ({ type }) => type)}

## By model

${bothByKey(comparisons, 'model', ({ group, model }) => `${group}/${model}`)}
`
}

function headline(comparisons: readonly Comparison[]): string {
  const rows = directions.map((direction) => [direction, ...cells(summarize(comparisons, direction))])
  return markdownTable(['', ...columns], rows)
}

function seedsText(measured: readonly Measured[]): string {
  const seeds = measured.map(({ measurement }) => measurement.seeds)
  return `${Math.min(...seeds)} to ${Math.max(...seeds)}`
}

function versionsText(measured: readonly Measured[]): string {
  const of = (name: string): string =>
    [...new Set(measured.flatMap(({ measurement }) => measurement.versions[name] ?? []))].sort().join(', ')
  return `PyTorch ${of('torch')} and torchvision ${of('torchvision')}`
}
