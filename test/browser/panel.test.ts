import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../scripts/vscode/chromium.mjs'
import type { FromWebview } from '../../src/protocol'
import { alexnet, analysisOf, dense, file, partlyKnown } from './panel-fixtures'
import { openPanel, type PanelPage, type PanelPageOptions } from './panel-harness'
import { themeNames } from './panel-themes'

const axePath = createRequire(`${process.cwd()}/package.json`).resolve('axe-core/axe.min.js')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(axePath, 'utf8'))
  const found = await page.evaluate<readonly Violation[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)',
  )
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\n', ' ')}`),
  )
}

type Posted<T extends FromWebview['type']> = Extract<FromWebview, { readonly type: T }>
function last<T extends FromWebview['type']>(panel: PanelPage, type: T): Posted<T> {
  const found = panel.posted.filter((message): message is Posted<T> => message.type === type).at(-1)
  assert.ok(found !== undefined, `no ${type} among ${panel.posted.map((message) => message.type).join(', ')}`)
  return found
}

describe('the panel', function () {
  this.timeout(60_000)
  let browser: Browser
  const opened: PanelPage[] = []
  const open = async (options?: PanelPageOptions): Promise<PanelPage> => {
    const panel = await openPanel(browser, options)
    opened.push(panel)
    return panel
  }
  before(async () => {
    browser = await launchChromium()
  })
  after(() => browser.close())
  afterEach(async () => {
    for (const panel of opened.splice(0)) {
      assert.deepEqual(panel.errors, [])
      await panel.page.context().close()
    }
  })

  it('says in one sentence what happens and what would mend it', async () => {
    const panel = await open()
    assert.deepEqual(panel.posted, [{ type: 'ready' }])
    await panel.send(analysisOf(alexnet()))
    const headline = panel.page.locator('.headline')
    assert.match((await headline.textContent()) ?? '', /The signal shrinks 1,[0-9]00-fold by the last layer and the gradient/)
    assert.match((await headline.textContent()) ?? '', /With He on 7 layers and Xavier on 1/)
    await panel.page.getByRole('button', { name: 'Apply to file' }).click()
    assert.deepEqual(last(panel, 'apply').edit, { kind: 'recommended' })
    await panel.send({ type: 'done', id: 1, ok: true, message: 'Written.' })
    assert.match((await headline.textContent()) ?? '', /Written\./)
  })

  it('draws a line for each initialization and each direction', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    const lines = panel.page.locator('.plot .line')
    assert.equal(await lines.count(), 6)
    for (const line of await lines.all()) assert.match((await line.getAttribute('d')) ?? '', /^M[\d.]+,[\d.]+(L[\d.]+,[\d.]+){20}$/)
    await panel.page.getByRole('button', { name: '→ signal', exact: true }).first().click()
    assert.equal(await lines.count(), 3)
    await panel.page.getByRole('combobox', { name: 'Compare with' }).selectOption('xavier')
    assert.equal(await lines.count(), 4)
    await panel.page.getByRole('checkbox', { name: 'only layers with weights' }).check()
    assert.match((await lines.first().getAttribute('d')) ?? '', /^M[\d.]+,[\d.]+(L[\d.]+,[\d.]+){7}$/)
  })

  it('moves a crosshair with the pointer and reveals the line on a click', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    const box = await panel.page.locator('.plot').boundingBox()
    assert.ok(box !== null)
    await panel.page.mouse.move(box.x + 60, box.y + 80)
    assert.match((await panel.page.locator('.readout').textContent()) ?? '', /features\.0.*0\.331/)
    await panel.page.mouse.click(box.x + 60, box.y + 80)
    assert.equal(last(panel, 'reveal').span.line, 20)
    assert.equal(await panel.page.locator('.drawer h2').textContent(), 'features.0')
  })

  it('is worked by keyboard alone: chart, layer, what-if, file', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    const { keyboard } = panel.page
    const focused = (): Promise<string> =>
      panel.page.evaluate('(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent ?? "").trim()')
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 60; presses++) {
        if (name.test(await focused())) return
        await keyboard.press('Tab')
      }
      assert.fail(`Tab never reached ${name}`)
    }
    await tabTo(/^Variance of signal/)
    await keyboard.press('ArrowRight')
    await keyboard.press('ArrowRight')
    await keyboard.press('ArrowRight')
    await keyboard.press('ArrowRight')
    const spoken = panel.page.locator('[aria-live=polite]')
    assert.match((await spoken.textContent()) ?? '', /^features\.3, signal 0\.\d+, gradient [\d.e-]+, too small$/)
    await keyboard.press('Enter')
    assert.equal(await panel.page.locator('.drawer h2').textContent(), 'features.3')
    assert.equal(last(panel, 'reveal').span.line, 23)
    const initializer = panel.page.locator('.what-if').getByLabel('Initializer')
    for (let presses = 0; presses < 80 && !(await initializer.evaluate((element) => element === document.activeElement)); presses++)
      await keyboard.press('Tab')
    await keyboard.press('ArrowDown')
    assert.equal(await panel.page.locator('.plot .series-experiment .line').count(), 2)
    await tabTo(/^Write this to the file$/)
    await keyboard.press('Enter')
    const { edit } = last(panel, 'apply')
    assert.ok(edit.kind === 'experiment')
    assert.equal(edit.initializers.length, 1)
    assert.equal(edit.initializers[0]?.initializer.label, 'He normal')
    await tabTo(/^Reset what-if$/)
    await keyboard.press('Enter')
    assert.equal(await panel.page.locator('.plot .series-experiment').count(), 0)
    await keyboard.press('Escape')
    assert.equal(await panel.page.locator('.drawer').count(), 0)
  })

  it('walks, collapses, sorts and filters the table', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(alexnet()))
    const rows = panel.page.locator('.table-body [role=row]')
    await rows.first().focus()
    await panel.page.keyboard.press('ArrowDown')
    await panel.page.keyboard.press('Enter')
    assert.equal(await panel.page.locator('.drawer h2').textContent(), 'features.0')
    await rows.first().focus()
    await panel.page.keyboard.press('Home')
    await panel.page.keyboard.press('ArrowLeft')
    assert.equal(await rows.first().getAttribute('aria-expanded'), 'false')
    assert.equal(await panel.page.locator('.module.collapsed').count(), 1)
    await panel.page.getByRole('button', { name: 'Expand all' }).click()
    await panel.page
      .locator('.head')
      .getByRole('button', { name: /← gradient/ })
      .click()
    assert.equal(await panel.page.locator('[role=columnheader][aria-sort=descending]').count(), 1)
    assert.match((await rows.first().textContent()) ?? '', /classifier\.6/)
    await panel.page.getByRole('searchbox', { name: 'Filter layers' }).fill('classifier linear')
    assert.equal(await rows.count(), 3)
    await rows
      .first()
      .getByRole('button', { name: /in the editor/ })
      .click()
    assert.equal(last(panel, 'reveal').preserveFocus, false)
  })

  it('answers a what-if at once and over every layer of a type', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(dense(20, 64)))
    await panel.send({ type: 'focus', call: 'net.0', times: 0 })
    await panel.page.getByLabel('Applies to').selectOption('type')
    await panel.page.locator('.what-if').getByLabel('Initializer').selectOption('he')
    assert.match((await panel.page.locator('.tried').textContent()) ?? '', /the signal ends at 2\.\d+/)
    await panel.page.getByRole('slider', { name: 'Gain' }).focus()
    await panel.page.keyboard.press('ArrowRight')
    assert.match((await panel.page.locator('.tried').textContent()) ?? '', /the signal ends at \d\d/)
    await panel.page.getByRole('button', { name: 'Write this to the file' }).click()
    const { edit } = last(panel, 'apply')
    assert.ok(edit.kind === 'experiment' && edit.initializers.length === 21)
  })

  it('tries another activation in place of every one like it', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(dense(6, 64)))
    await panel.send({ type: 'focus', call: 'net.0', times: 0 })
    await panel.page.getByLabel('In place of').selectOption('every')
    await panel.page.getByLabel('Activation').selectOption('tanh')
    assert.equal(await panel.page.locator('.plot .series-experiment .line').count(), 2)
    await panel.page.getByRole('button', { name: 'Write this to the file' }).click()
    const { edit } = last(panel, 'apply')
    assert.ok(edit.kind === 'experiment' && edit.activations.length === 6 && edit.activations.every(({ fn }) => fn.name === 'tanh'))
    await panel.page
      .locator('.what-if')
      .getByRole('button', { name: /^Model expression/ })
      .click()
    await panel.page.locator('.what-if').getByRole('textbox', { name: 'Model expression' }).fill('MLP(depth=9)')
    await panel.page.keyboard.press('Enter')
    assert.equal(last(panel, 'setModelExpression').expression, 'MLP(depth=9)')
    await panel.send(analysisOf(dense(9, 64)))
    assert.equal(await panel.page.locator('.plot .series-experiment .line').count(), 2)
    await panel.send(analysisOf(alexnet()))
    assert.equal(await panel.page.locator('.drawer').count(), 0)
    assert.equal(await panel.page.locator('.with-drawer').count(), 0)
    await panel.send(analysisOf(dense(9, 64), { file: 'other.py' }))
    assert.equal(await panel.page.locator('.plot .series-experiment .line').count(), 0)
  })

  it('shows an edit as a diff before it is made', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    await panel.page.getByRole('button', { name: 'Show the edit' }).first().click()
    const { id } = last(panel, 'preview')
    const lines = [
      { kind: 'same', text: '        self.fc = nn.Linear(3, 4)' },
      { kind: 'removed', text: 'old' },
      { kind: 'added', text: '        nn.init.zeros_(self.fc.bias)' },
    ] as const
    await panel.send({ type: 'preview', id, reason: null, hunks: [{ file, beforeLine: 12, afterLine: 12, lines }] })
    assert.match((await panel.page.locator('.diff').textContent()) ?? '', /12.*nn\.Linear.*old13\+ {9}nn\.init\.zeros_/s)
    await panel.page.getByRole('button', { name: 'Hide the edit' }).click()
    assert.equal(await panel.page.locator('.diff').count(), 0)
  })

  it('lets the input, the model and assumed sizes be set where they stand', async () => {
    const panel = await open()
    const model = {
      ...alexnet(),
      assumptions: [{ message: '`cfg.width` is not known here; 256 is assumed.', span: null, setting: 'width' }],
    }
    await panel.send(
      analysisOf(model, {
        models: [
          { name: 'alexnet()', framework: 'pytorch', line: 1 },
          { name: 'other()', framework: 'pytorch', line: 2 },
        ],
      }),
    )
    await panel.page.getByRole('button', { name: /^Input: 8×3×224×224/ }).click()
    const field = panel.page.getByRole('textbox', { name: 'Input' })
    await field.fill('8x3xno')
    await panel.page.keyboard.press('Enter')
    assert.match((await panel.page.getByRole('alert').textContent()) ?? '', /is not a (shape|distribution)/)
    await field.fill('4x3x64x64:uniform')
    await panel.page.keyboard.press('Enter')
    assert.deepEqual(last(panel, 'setInput').input, [{ shape: [4, 3, 64, 64], distribution: { kind: 'uniform', low: 0, high: 1 } }])
    await panel.page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('other()')
    assert.equal(last(panel, 'selectModel').name, 'other()')
    await panel.page.getByRole('button', { name: /^Set width/ }).click()
    await panel.page.getByRole('textbox', { name: 'Set width' }).fill('512')
    await panel.page.keyboard.press('Enter')
    const { name, value } = last(panel, 'setSize')
    assert.deepEqual({ name, value }, { name: 'width', value: 512 })
  })

  it('tells what is unknown, why, and shows no stale number as fresh', async () => {
    const panel = await open()
    await panel.send(analysisOf(partlyKnown()))
    assert.match((await panel.page.locator('.headline').textContent()) ?? '', /Predicted for 1 of 2 layers/)
    const reason = panel.page.locator('.table-body [title*="Mystery is not modelled"]')
    assert.ok((await reason.count()) > 0)
    await panel.send({ type: 'stale', version: 2 })
    assert.equal(await panel.page.locator('.stale-mark.shown').count(), 1)
    await panel.send(analysisOf(null, { message: 'No layers found in utils.py.' }))
    assert.match((await panel.page.locator('main').textContent()) ?? '', /No layers found in utils\.py\./)
    assert.equal(await panel.page.locator('.plot').count(), 0)
    assert.equal(await panel.page.locator('.stale-mark.shown').count(), 0)
  })

  it('overlays a measurement, its progress and its failure', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(alexnet()))
    await panel.page.getByRole('button', { name: 'Measure with PyTorch' }).click()
    assert.deepEqual(last(panel, 'measureStart'), { type: 'measureStart', seeds: 5, seconds: 60 })
    await panel.send({ type: 'measureProgress', done: 2, total: 5, message: 'Seed 2 of 5' })
    await panel.page.getByRole('button', { name: 'Cancel' }).click()
    last(panel, 'measureCancel')
    await panel.send({
      type: 'measureError',
      message: 'PyTorch was not found in the selected Python (3.11, .venv).',
      detail: "ModuleNotFoundError: No module named 'torch'",
      action: 'chooseInterpreter',
    })
    await panel.page.getByRole('button', { name: 'Choose another interpreter' }).click()
    last(panel, 'chooseInterpreter')
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
    assert.equal(await panel.page.locator('.plot .measured .cross').count(), 1)
    assert.match((await panel.page.locator('.table-body').textContent()) ?? '', /0\.33 · unknown/)
    await panel.send(analysisOf(alexnet(), { measuring: 'untrusted', version: 2 }))
    assert.match((await panel.page.locator('.legend').textContent()) ?? '', /of an earlier version of the file/)
    assert.equal(await panel.page.getByRole('button', { name: 'Measure with PyTorch' }).count(), 0)
    // Points of one model are not laid over another, nor lost while the file cannot be read.
    await panel.send(analysisOf(dense(3, 64)))
    assert.equal(await panel.page.locator('.plot .measured .cross').count(), 0)
    await panel.send(analysisOf(null, { message: 'Nothing can be read.' }))
    await panel.send(analysisOf(alexnet()))
    assert.equal(await panel.page.locator('.plot .measured .cross').count(), 1)
  })

  it('simulates a dense stack in a worker', async () => {
    const panel = await open()
    await panel.send(analysisOf(dense(4, 64)))
    await panel.page.getByRole('button', { name: 'Simulate' }).click()
    await panel.page.waitForSelector('.plot .measured .cross', { timeout: 20_000 })
    assert.equal(await panel.page.locator('.plot .measured .cross').count(), 2 * 9)
    await panel.send(analysisOf(partlyKnown()))
    await panel.page.getByRole('button', { name: 'Simulate' }).click()
    assert.match((await panel.page.getByRole('alert').textContent()) ?? '', /dense and convolutional stacks only: it has opaque/)
  })

  it('gives tables and pictures to take away', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    const exported = async (name: string): Promise<string> => {
      const before = panel.posted.filter((message) => message.type === 'export').length
      await panel.page.getByRole('button', { name: 'Export' }).click()
      await panel.page.getByRole('button', { name }).click()
      for (let tries = 0; tries < 100 && panel.posted.filter((message) => message.type === 'export').length === before; tries++)
        await panel.page.waitForTimeout(20)
      return last(panel, 'export').content
    }
    const markdown = await exported('Copy as Markdown table')
    const table = markdown.split('\n').filter((line) => line.startsWith('|'))
    assert.equal(table.length, 2 + 21)
    assert.equal(last(panel, 'export').copy, true)
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

  it('comes back as it was', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    await panel.page.getByRole('button', { name: '← gradient', exact: true }).first().click()
    await panel.send({ type: 'focus', call: 'features.3', times: 0 })
    await panel.page.locator('.what-if').getByLabel('Initializer').selectOption('lecun')
    await panel.page.waitForTimeout(50)
    const state = await panel.savedState()
    assert.ok(JSON.stringify(state).length < 2000)
    const moment = { secondMoment: 0.33, standardError: 0.01 }
    const calls = [{ name: 'features.0', call: 0, forward: moment, backward: moment }]
    await panel.send({
      type: 'measureResult',
      measurement: { model: 'alexnet()', version: 1, seeds: 5, environment: 'PyTorch 2.9.0', calls },
    })
    await panel.page.waitForTimeout(50)
    const again = await open({ state: await panel.savedState() })
    await again.send(analysisOf(alexnet()))
    assert.equal(await again.page.locator('.drawer h2').textContent(), 'features.3')
    assert.equal(await again.page.locator('.pane').count(), 1)
    assert.equal(await again.page.locator('.plot .series-experiment .line').count(), 1)
    assert.equal(await again.page.locator('.plot .measured .cross').count(), 1)
    const odd = await open({ state: { view: { classics: 7, experiment: { weights: { a: 1 } }, order: { column: 'x' } } } })
    await odd.send(analysisOf(alexnet()))
    assert.equal(await odd.page.locator('.pane').count(), 2)
  })

  it('stays smooth with thousands of layers', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(dense(2000, 16)))
    assert.ok((await panel.page.locator('.table-body [role=row]').count()) < 60)
    assert.ok((await panel.page.locator('.plot *').count()) < 1500)
    await panel.page.locator('.table-body').evaluate((element) => element.scrollTo(0, 50_000))
    await panel.page.waitForTimeout(50)
    // 50,000 pixels at 26 a row, and the head.
    assert.equal(await panel.page.locator(`.table-body [aria-rowindex="${Math.floor(50_000 / 26) + 5}"]`).count(), 1)
  })

  for (const theme of themeNames) {
    it(`has no accessibility violation in ${theme}`, async () => {
      const panel = await open({ theme, width: 1400, height: 1400 })
      await panel.send(
        analysisOf(alexnet(), {
          unread: [{ message: 'torch.hub.load is not read', span: { file, start: 0, end: 1, line: 41, column: 0 } }],
        }),
      )
      await panel.send({ type: 'focus', call: 'features.3', times: 0 })
      await panel.page.locator('.what-if').getByLabel('Initializer').selectOption('he')
      await panel.send({
        type: 'measureError',
        message: 'PyTorch was not found.',
        detail: 'ModuleNotFoundError',
        action: 'chooseInterpreter',
      })
      await panel.send({ type: 'done', id: 1, ok: false, message: 'VS Code did not accept the change.' })
      await panel.send({ type: 'stale', version: 2 })
      await panel.page.getByRole('button', { name: 'Export' }).click()
      assert.deepEqual(await violations(panel.page), [])
    })
  }

  it('fits 320 pixels without a sideways scroll', async () => {
    const panel = await open({ width: 320, theme: 'light' })
    await panel.send(analysisOf(alexnet()))
    await panel.send({ type: 'focus', call: 'features.3', times: 0 })
    assert.ok(await panel.page.evaluate<boolean>('document.documentElement.scrollWidth <= 320'))
    assert.deepEqual(await violations(panel.page), [])
  })
})
