import assert from 'node:assert/strict'
import { type CodeLens, commands, languages } from 'vscode'
import { closeAll, eventually, hoverAt, positionOf, show } from './workspace'

const spec = `name: classifier
framework: pytorch
input: [784]
layers:
  - {type: dense, units: 512, activation: relu}
  - {type: dense, units: 10}
`

describe('layer specs', () => {
  afterEach(closeAll)

  it('have hovers and lenses like code', async () => {
    const document = await show('classifier.layers.yaml', spec)
    const text = await eventually(async () => (await hoverAt(document, positionOf(document, 'units: 512'))) || null, 'a hover')
    assert.match(text, /784 → 512/)
    assert.match(text, /signal →/)
    const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', document.uri)
    assert.ok(lenses.some(({ command }) => /signal →/.test(command?.title ?? '')))
  })

  it('are told from other YAML and JSON, which is left alone', async () => {
    for (const [name, text] of [
      ['settings.json', '{ "name": "x", "layout": 1 }'],
      ['compose.yaml', 'services:\n  web:\n    image: nginx\n'],
    ] as const) {
      const document = await show(name, text)
      assert.equal(await hoverAt(document, positionOf(document, name === 'settings.json' ? 'name' : 'web')), '')
      assert.deepEqual(
        languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Init Lens'),
        [],
      )
    }
  })
})
