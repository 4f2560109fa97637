import * as assert from 'node:assert/strict'
import { type Diagnostic, DiagnosticSeverity, languages, type TextDocument } from 'vscode'
import { actionAt, apply, closeAll, eventually, hoverAt, positionOf, show } from './workspace'

const spec = `input: [64]
framework: keras
layers:
  - {type: dense, units: 64, activation: relu, init: ones}
  - {type: dense, units: 8}
`

async function hovered(document: TextDocument, text: string): Promise<string> {
  return eventually(async () => (await hoverAt(document, positionOf(document, text))) || null, 'a hover')
}

describe('a layer spec that is edited', () => {
  afterEach(closeAll)

  it('has hovers in YAML', async () => {
    const document = await show('net.layers.yaml', spec)
    const hover = await hovered(document, 'dense')
    assert.match(hover, /He normal/)
  })

  it('gets its draws by the light bulb', async () => {
    const document = await show('fixed.layers.yaml', spec)
    await apply((await actionAt(document, positionOf(document, 'dense'), /./)).edit)
    assert.match(document.getText(), /activation: relu, init: he_normal\}/)
  })

  it('says what keeps it from being read, on its line', async () => {
    const document = await show('broken.layers.json', '{"input": [4], "layers": [\n  {"type": "dense", "units": "many"}]}\n')
    const problem = await eventually(
      () => languages.getDiagnostics(document.uri).find(({ source }: Diagnostic) => source === 'Init Lens'),
      'a problem',
    )
    assert.equal(problem.severity, DiagnosticSeverity.Error)
    assert.equal(problem.range.start.line, 1)
    assert.match(problem.message, /units must be a whole number/)
  })

  it('is known by what it holds where a model was saved', async () => {
    const document = await show(
      'architecture.json',
      '{"class_name": "Sequential", "config": {"layers": [\n{"class_name": "Dense", "config": {"units": 4, "activation": "relu", "name": "only", "batch_input_shape": [null, 16]}}]}}\n',
    )
    assert.match(await hovered(document, '"Dense"'), /He normal/)
  })
})
