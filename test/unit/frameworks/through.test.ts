import assert from 'node:assert/strict'
import { initialize, readDocument } from '../../../src/frameworks'
import type { ModuleRequest } from '../../../src/python/host'

const files: Readonly<Record<string, string>> = {
  backend: 'from tensorflow.keras import layers, models\n',
  load: 'import tensorflow as tf\n\ndef load():\n    return tf.data.Dataset.range(3)\n',
  blocks: 'from torch import nn\n\ndef head():\n    return nn.Linear(4, 2)\n',
}
const sources = {
  resolve: ({ module }: ModuleRequest) => {
    const text = files[module]
    return text === undefined ? null : { file: `${module}.py`, text, isPackage: false }
  },
}
const read = (text: string) => readDocument({ file: 'net.py', text }, {}, { sources })

describe('a file that names no framework', () => {
  before(() => initialize())

  it('is read with that of the module through which it has its layers', () => {
    const { models } = read('from backend import layers, models\nnet = models.Sequential([layers.Input((4,)), layers.Dense(2)])\n')
    assert.deepEqual(
      models.map(({ framework, graph }) => [framework, graph.calls.map(({ type }) => type)]),
      [['keras', ['Dense']]],
    )
  })

  it('is read with those of all modules that it imports', () => {
    const { models } = read('from load import load\nfrom blocks import head\nnet = head()\n')
    assert.deepEqual(
      models.map(({ framework, graph }) => [framework, graph.calls.map(({ type }) => type)]),
      [['pytorch', ['Linear']]],
    )
  })

  it('is PyTorch where nothing says otherwise', () => {
    const { models } = read('from blocks import head\nnet = head()\n')
    assert.deepEqual(
      models.map(({ framework, graph }) => [framework, graph.calls.map(({ type }) => type)]),
      [['pytorch', ['Linear']]],
    )
  })
})
