import assert from 'node:assert/strict'
import { counts, has, reads, until } from './expect'
import { alexnet, analysisOf, dense, file, partlyKnown } from './panel-fixtures'
import { last, panelSuite, posts } from './panel-suite'

const span = { file, start: 0, end: 3, line: 1, column: 0 }

panelSuite('playing with the panel', (open) => {
  it('answers a what-if at once and over every layer of a type', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(dense(20, 64)))
    await panel.send({ type: 'focus', call: 'net.0', times: 0 })
    await panel.page.getByLabel('Applies to').selectOption('type')
    await panel.page.locator('.what-if').getByLabel('Initializer').selectOption('he')
    await reads(panel.page.locator('.tried'), /the signal ends at 2\.\d+/)
    await panel.page.getByRole('slider', { name: 'Gain' }).focus()
    await panel.page.keyboard.press('ArrowRight')
    await reads(panel.page.locator('.tried'), /the signal ends at \d\d/)
    await panel.page.getByRole('button', { name: 'Write this to the file' }).click()
    const { edit } = await last(panel, 'apply')
    assert.ok(edit.kind === 'experiment' && edit.initializers.length === 21)
  })

  for (const width of [1400, 600])
    it(`keeps what is worked in its place, ${width} pixels wide`, async () => {
      const panel = await open({ width })
      await panel.send(analysisOf(dense(20, 64)))
      await panel.send({ type: 'focus', call: 'net.0', times: 0 })
      const initializer = panel.page.locator('.what-if').getByLabel('Initializer')
      await initializer.scrollIntoViewIfNeeded()
      const topOf = (): Promise<number> => initializer.evaluate((element) => element.getBoundingClientRect().top)
      const top = await topOf()
      await initializer.selectOption('he')
      // A sentence above, an entry of the legend, a row of the layer's numbers.
      await reads(panel.page.locator('.headline .tried'), /the signal ends at/)
      await until(async () => assert.ok(Math.abs((await topOf()) - top) < 1, `${await topOf()} was at ${top}`))
    })

  it('stacks chart, sizes, table and footer beside the drawer', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(alexnet()))
    await panel.send({ type: 'sizes', file, version: 1, knobs: [{ id: 'a', label: 'a', value: 4, spans: [span] }] })
    await panel.send({ type: 'focus', call: 'features.0', times: 0 })
    await panel.page.locator('.drawer').waitFor()
    const tops = await panel.page.evaluate(() =>
      ['.bar', '.headline', '.picture', '.sizes', '.layers', '.footer'].map(
        (part) => document.querySelector(part)?.getBoundingClientRect().top ?? -1,
      ),
    )
    assert.deepEqual(
      tops,
      [...tops].sort((a, b) => a - b),
    )
  })

  it('tries another activation in place of every one like it', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(dense(6, 64)))
    await panel.send({ type: 'focus', call: 'net.0', times: 0 })
    await panel.page.getByLabel('In place of').selectOption('every')
    await panel.page.getByLabel('Activation').selectOption('tanh')
    await counts(panel.page.locator('.plot .series-experiment .line'), 2)
    await panel.page.getByRole('button', { name: 'Write this to the file' }).click()
    const { edit } = await last(panel, 'apply')
    assert.ok(edit.kind === 'experiment' && edit.activations.length === 6 && edit.activations.every(({ fn }) => fn.name === 'tanh'))
    await panel.page
      .locator('.bar')
      .getByRole('button', { name: /^Model expression/ })
      .click()
    await panel.page.locator('.bar').getByRole('textbox', { name: 'Model expression' }).fill('MLP(depth=9)')
    await panel.page.keyboard.press('Enter')
    assert.equal((await last(panel, 'setModelExpression')).expression, 'MLP(depth=9)')
    await panel.send(analysisOf(dense(9, 64)))
    await counts(panel.page.locator('.plot .series-experiment .line'), 2)
    await panel.send(analysisOf(alexnet()))
    await counts(panel.page.locator('.drawer'), 0)
    await counts(panel.page.locator('.with-drawer'), 0)
    await panel.send(analysisOf(dense(9, 64), { file: 'other.py' }))
    await counts(panel.page.locator('.plot .series-experiment .line'), 0)
  })

  it('shows an edit as a diff before it is made', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    await panel.page.getByRole('button', { name: 'Show the edit' }).first().click()
    const { id } = await last(panel, 'preview')
    const lines = [
      { kind: 'same', text: '        self.fc = nn.Linear(3, 4)' },
      { kind: 'removed', text: 'old' },
      { kind: 'added', text: '        nn.init.zeros_(self.fc.bias)' },
    ] as const
    await panel.send({ type: 'preview', id, reason: null, hunks: [{ file, beforeLine: 12, afterLine: 12, lines }] })
    await reads(panel.page.locator('.diff'), /12.*nn\.Linear.*old13\+ {9}nn\.init\.zeros_/s)
    await panel.page.getByRole('button', { name: 'Hide the edit' }).click()
    await counts(panel.page.locator('.diff'), 0)
  })

  it('overlays a measurement, its progress and its failure', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(alexnet()))
    await panel.page.getByRole('button', { name: 'Measure with PyTorch' }).click()
    assert.deepEqual(await last(panel, 'measureStart'), { type: 'measureStart', seeds: 5, seconds: 60 })
    await panel.send({ type: 'measureProgress', done: 2, total: 5, message: 'Seed 2 of 5' })
    await panel.page.getByRole('button', { name: 'Cancel' }).click()
    await last(panel, 'measureCancel')
    await panel.send({
      type: 'measureError',
      message: 'PyTorch was not found in the selected Python (3.11, .venv).',
      detail: "ModuleNotFoundError: No module named 'torch'",
      action: 'chooseInterpreter',
    })
    await panel.page.getByRole('button', { name: 'Choose another interpreter' }).click()
    await last(panel, 'chooseInterpreter')
    const moment = { secondMoment: 0.33, standardError: 0.01 }
    await panel.send({
      type: 'measureResult',
      measurement: {
        model: 'alexnet()',
        version: 1,
        seeds: 5,
        environment: 'PyTorch 2.9.0',
        calls: [
          { name: 'features.0', call: 0, forward: moment, backward: null },
          { name: 'gone', call: 0, forward: moment, backward: moment },
        ],
      },
    })
    await counts(panel.page.locator('.plot .measured .cross'), 1)
    await reads(panel.page.locator('.table-body'), /0\.33 · unknown/)
    await panel.send(analysisOf(alexnet(), { measuring: 'untrusted', version: 2 }))
    await reads(panel.page.locator('.legend'), /of an earlier version of the file/)
    await counts(panel.page.getByRole('button', { name: 'Measure with PyTorch' }), 0)
    // Points of one model are not laid over another, nor lost while the file cannot be read.
    await panel.send(analysisOf(dense(3, 64)))
    await counts(panel.page.locator('.plot .measured .cross'), 0)
    await panel.send(analysisOf(null, { message: 'Nothing can be read.' }))
    await panel.send(analysisOf(alexnet()))
    await counts(panel.page.locator('.plot .measured .cross'), 1)
  })

  it('simulates a dense stack in a worker', async () => {
    const panel = await open()
    await panel.send(analysisOf(dense(4, 64)))
    await panel.page.getByRole('button', { name: 'Simulate' }).click()
    await panel.page.waitForSelector('.plot .measured .cross', { timeout: 20_000 })
    await counts(panel.page.locator('.plot .measured .cross'), 2 * 9)
    await panel.send(analysisOf(partlyKnown()))
    await panel.page.getByRole('button', { name: 'Simulate' }).click()
    await reads(panel.page.getByRole('alert'), /cannot be simulated here: it has an operation that is not known/)
  })

  it('gives tables and pictures to take away', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    const exported = async (name: string): Promise<string> => {
      await panel.page.getByRole('button', { name: 'Export' }).click()
      await panel.page.getByRole('button', { name }).click()
      const { content, copy } = await last(panel, 'export')
      assert.equal(copy, name.startsWith('Copy'))
      return content
    }
    const markdown = await exported('Copy as Markdown table')
    const table = markdown.split('\n').filter((line) => line.startsWith('|'))
    assert.equal(table.length, 2 + 21)
    assert.equal(new Set(table.map((line) => line.replaceAll('\\|', '').split('|').length)).size, 1)
    const latex = await exported('Copy as LaTeX table')
    assert.equal(latex.match(/\\\\$/gm)?.length, 22)
    assert.doesNotMatch(latex.replaceAll('\\_', ''), /_/)
    const csv = (await exported('Save as CSV')).trimEnd().split('\r\n')
    assert.equal(csv.length, 22)
    assert.match(csv[1] ?? '', /^features\.0,Conv2d,8x64x55x55,363,7744,relu,kaiming_uniform_\(a=√5\),He normal,0\.33\d+,/)
    const json = JSON.parse(await exported('Save as JSON')) as {
      readonly layers: readonly { readonly layer: string; readonly signal: number }[]
    }
    assert.equal(json.layers.length, 21)
    assert.ok(Math.abs((json.layers[0]?.signal ?? 0) / 0.331 - 1) < 0.02)
    const svg = await exported('Save picture as SVG')
    assert.equal(
      await panel.page.evaluate(
        (text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelectorAll('parsererror').length,
        svg,
      ),
      0,
    )
    for (const said of ['Variance of signal and gradient against depth in alexnet()', 'recommended', 'E[x²]', 'features.0'.slice(0, 8)])
      assert.ok(svg.includes(said), said)
    assert.doesNotMatch(svg, /class=|var\(--|style=/)
    const png = Buffer.from(await exported('Save picture as PNG'), 'base64')
    assert.equal(png.subarray(1, 4).toString('latin1'), 'PNG')
    assert.ok(png.readUInt32BE(16) > 1000 && png.readUInt32BE(20) > 600)
  })

  it('tries other sizes of the model, and writes them', async () => {
    const panel = await open()
    const knobs = [
      { id: 'Net.__init__.width', label: 'width', value: 256, spans: [span] },
      { id: 'size 128', label: '128', value: 128, spans: [span, span] },
    ]
    await panel.send(analysisOf(alexnet()))
    await panel.send({ type: 'sizes', file, version: 1, knobs })
    const sizes = panel.page.getByRole('region', { name: 'Try other sizes' })
    await sizes.getByRole('button', { name: 'Double width' }).click()
    await sizes.getByRole('button', { name: 'Double width' }).click()
    await posts(panel, 'trySizes', ({ sizes: asked }) => assert.deepEqual(asked, { 'Net.__init__.width': 1024 }))
    await sizes.getByRole('spinbutton', { name: '128 (2 places)' }).fill('96')
    await posts(panel, 'trySizes', ({ sizes: asked }) => assert.deepEqual(asked, { 'Net.__init__.width': 1024, 'size 128': 96 }))
    const tried = { 'Net.__init__.width': 1024, 'size 128': 96 }
    const topOf = (): Promise<number> => sizes.evaluate((element) => element.getBoundingClientRect().top)
    const top = await topOf()
    const others = alexnet()
    await panel.send(analysisOf({ ...others, current: others.recommended }, { tried }))
    await reads(panel.page.locator('.headline .tried'), /width = 1,?024/)
    await until(async () => assert.ok(Math.abs((await topOf()) - top) < 1, `${await topOf()} was at ${top}`))
    // What the file has stays behind as a line, where it was.
    const drawn = (series: string) => panel.page.locator(`.plot .series-${series} .line`).first()
    await counts(panel.page.locator('.plot .series-written .line'), 2)
    await until(async () => assert.equal(await drawn('current').getAttribute('d'), await drawn('recommended').getAttribute('d')))
    assert.notEqual(await drawn('written').getAttribute('d'), await drawn('current').getAttribute('d'))
    await panel.send({ type: 'written', file, version: 1, model: null })
    await counts(panel.page.locator('.plot .series-written'), 0)
    await panel.send({ type: 'written', file, version: 1, model: alexnet() })
    await counts(panel.page.locator('.plot .series-written .line'), 2)
    await reads(panel.page.locator('.headline'), /^What if width = 1024 \(256 in the file\), 128 = 96 /)
    await has(panel.page.getByRole('button', { name: 'Measure with PyTorch' }), 'aria-disabled', 'true')
    await sizes.getByRole('button', { name: 'Write sizes to the file' }).click()
    assert.deepEqual((await last(panel, 'apply')).edit, { kind: 'experiment', initializers: [], activations: [] })
    await panel.send(analysisOf(null, { tried, message: 'The shapes do not fit.' }))
    await reads(panel.page.locator('main'), /With these sizes the model cannot be read\. The shapes do not fit\./)
    await sizes.getByRole('button', { name: 'Halve 128 (2 places)' }).click()
    await sizes.getByRole('spinbutton', { name: 'width' }).fill('256')
    await posts(panel, 'trySizes', ({ sizes: asked }) => assert.deepEqual(asked, { 'size 128': 48 }))
    await sizes.getByRole('button', { name: 'Reset sizes' }).click()
    await posts(panel, 'trySizes', ({ sizes: asked }) => assert.deepEqual(asked, {}))
  })
})
