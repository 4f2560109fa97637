import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { analyze, fix, initialize } from '../../../src/analyze'

/** The file with the first model's advice written into it. */
function fixed(file: string, text: string): string {
  const [model] = analyze({ file, text }, {}, {}).models
  assert.ok(model !== undefined, file)
  const result = fix({ file, text }, model, { kind: 'recommended', parameters: null })
  if (!result.ok) return text
  return [...result.edits]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text)
}

/** Files whose own draws come late, reach into attention, or are made gate by gate. */
const names = ['transformer_translation', 'wide_resnet', 'gru_classifier', 'resnet_cifar', 'deep_tanh', 'lstm_language_model', 'bert']

describe('a fix applied twice changes nothing', () => {
  before(initialize)
  for (const name of names) {
    it(name, () => {
      const text = readFileSync(`test/models/${name}.py`, 'utf8')
      const once = fixed(`${name}.py`, text)
      assert.notEqual(once, text)
      assert.equal(fixed(`${name}.py`, once), once)
    }).timeout(20_000)
  }

  it('with Windows line breaks, which stay', () => {
    const text = readFileSync('test/models/mlp.py', 'utf8').replaceAll('\n', '\r\n')
    const once = fixed('mlp.py', text)
    assert.notEqual(once, text)
    assert.doesNotMatch(once, /[^\r]\n/)
    assert.equal(fixed('mlp.py', once), once)
  })
})
