import assert from 'node:assert/strict'
import type { Analysis, AnalysisOptions } from '../../../src/analysis'
import { analyze, analyzeInParts, initialize } from '../../../src/analyze'
import { packer, unpacker } from '../../../src/extension/node/threadMessages'

const document = {
  file: 'two.py',
  text: `import torch.nn as nn
small = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 2))
large = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3))
`,
}

function partsOf(options: AnalysisOptions): readonly Analysis[] {
  const steps = analyzeInParts(document, options, {})
  const parts: Analysis[] = []
  for (;;) {
    const { done, value } = steps.next()
    parts.push(value)
    if (done === true) return parts
  }
}

const named = ({ models, waiting }: Analysis) => [models.map(({ graph }) => graph.calls.length), waiting.length]

describe('an analysis in parts', () => {
  before(() => initialize())

  it('has one model more with each part, and is whole in the end', () => {
    const parts = partsOf({})
    assert.deepEqual(parts.map(named), [
      [[], 2],
      [[2], 1],
      [[2, 3], 0],
    ])
    assert.deepEqual(parts.at(-1), analyze(document, {}, {}))
  })

  it('begins with the model that is wanted first, and says of each layer in which models it is', () => {
    const [, { name = '' } = {}] = analyze(document, {}, {}).models
    const [, part] = partsOf({ first: name })
    assert.ok(part)
    assert.deepEqual(named(part), [[3], 1])
    assert.deepEqual(
      part.definitions.map(({ span, instances }) => [span.line, instances.map(({ model }) => model)]),
      [
        [2, []],
        [2, []],
        [3, [0]],
        [3, [0]],
      ],
    )
  })

  it('goes to another thread model by model', () => {
    const [pack, unpack] = [packer(), unpacker()]
    const parts = partsOf({})
    const sent = parts.map((part) => structuredClone(pack(part)))
    assert.deepEqual(
      sent.map(({ models }) => models.map((model) => typeof model)),
      [[], ['object'], ['number', 'object']],
    )
    assert.deepEqual(sent.map(unpack), parts)
  })
})
