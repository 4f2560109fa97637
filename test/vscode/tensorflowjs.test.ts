import assert from 'node:assert/strict'
import { type CodeLens, commands, languages, type TextDocument } from 'vscode'
import { applyLightBulb, closeAll, eventually, hoverAt, panelOf, positionOf, show, write } from './workspace'

const script = `import * as tf from '@tensorflow/tfjs'
import {HIDDEN} from './sizes'

export function createModel() {
  const model = tf.sequential()
  model.add(tf.layers.dense({inputShape: [784], units: HIDDEN, activation: 'relu'}))
  model.add(tf.layers.dense({units: 10}))
  return model
}
`

async function hovered(document: TextDocument, text: string): Promise<string> {
  return eventually(async () => (await hoverAt(document, positionOf(document, text))) || null, 'a hover', 20_000)
}

describe('TensorFlow.js', () => {
  before(async () => {
    await write('sizes.js', 'export const HIDDEN = 256\n')
  })
  afterEach(closeAll)

  for (const name of ['net.js', 'net.ts', 'net.jsx', 'net.tsx']) {
    it(`has hovers, lenses and the panel in ${name}`, async () => {
      const document = await show(name, script)
      const text = await hovered(document, 'tf.layers.dense({inputShape')
      assert.match(text, /784 → 256/)
      assert.match(text, /\*\*He normal\*\*: Var\(w\) = 0\.774 · 2\/784/)
      assert.match(text, /signal →/)
      const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', document.uri)
      assert.ok(lenses.some(({ command }) => /createModel\(\): signal →/.test(command?.title ?? '')))
      assert.equal(await panelOf(document), `Init Lens: ${name}`)
    })
  }

  it('gets its draws by the light bulb, and follows what is typed', async () => {
    const document = await show('fixed.js', script)
    await hovered(document, 'tf.layers.dense({inputShape')
    await applyLightBulb(document, 'tf.layers.dense({inputShape')
    assert.match(document.getText(), /activation: 'relu', kernelInitializer: 'heNormal'\}/)
    assert.match(await hovered(document, 'tf.layers.dense({inputShape'), /heNormal/)
  })

  it('leaves other scripts alone', async () => {
    const document = await show('plain.js', "export const layers = ['dense']\n")
    assert.doesNotMatch(await hoverAt(document, positionOf(document, 'layers')), /signal →|initLens/)
    assert.deepEqual(
      languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Init Lens'),
      [],
    )
  })

  it('says what keeps a model from being read, on its line', async () => {
    const document = await show('broken.js', script.replace("units: HIDDEN, activation: 'relu'", "units: 8, activation: 'relux'"))
    const problem = await eventually(() => languages.getDiagnostics(document.uri).find(({ source }) => source === 'Init Lens'), 'a problem')
    assert.equal(problem.range.start.line, 5)
    assert.match(problem.message, /'relux' is not an activation/)
  })
})
