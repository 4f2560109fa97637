import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { counts, reads, until } from './expect'
import { alexnet, analysisOf, file } from './panel-fixtures'
import { last, panelSuite, posts } from './panel-suite'
import { themeNames } from './panel-themes'

const axePath = createRequire(`${process.cwd()}/package.json`).resolve('axe-core/axe.min.js')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
}

async function violations(page: Page): Promise<readonly string[]> {
  // Colours on their way are no one's.
  await page.waitForFunction('document.getAnimations().every(({ playState }) => playState !== "running")')
  await page.evaluate(readFileSync(axePath, 'utf8'))
  const found = await page.evaluate<readonly Violation[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)',
  )
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\n', ' ')}`),
  )
}

panelSuite('the manners of the panel', (open) => {
  it('is worked by keyboard alone: chart, layer, what-if, file', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    const span = { file, start: 0, end: 3, line: 1, column: 0 }
    await panel.send({ type: 'sizes', file, version: 1, knobs: [{ id: 'AlexNet.width', label: 'width', value: 64, spans: [span] }] })
    const { keyboard } = panel.page
    const focused = (): Promise<string> =>
      panel.page.evaluate('(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent ?? "").trim()')
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 90; presses++) {
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
    await reads(spoken, /^features\.3, signal 0\.\d+, gradient [\d.e-]+, too small$/)
    await keyboard.press('Enter')
    await reads(panel.page.locator('.drawer h2'), 'features.3')
    assert.equal((await last(panel, 'reveal')).span.line, 23)
    const initializer = panel.page.locator('.what-if').getByLabel('Initializer')
    for (let presses = 0; presses < 80 && !(await initializer.evaluate((element) => element === document.activeElement)); presses++)
      await keyboard.press('Tab')
    await keyboard.press('ArrowDown')
    await counts(panel.page.locator('.plot .series-experiment .line'), 2)
    await tabTo(/^Write this to the file$/)
    await keyboard.press('Enter')
    const { edit } = await last(panel, 'apply')
    assert.ok(edit.kind === 'experiment')
    assert.equal(edit.initializers.length, 1)
    assert.equal(edit.initializers[0]?.initializer.label, 'He normal')
    await tabTo(/^Reset what-if$/)
    await keyboard.press('Enter')
    await counts(panel.page.locator('.plot .series-experiment'), 0)
    await keyboard.press('Escape')
    await counts(panel.page.locator('.drawer'), 0)
    // Everything else, in reading order.
    await tabTo(/^Double width$/)
    await keyboard.press('Enter')
    await posts(panel, 'trySizes', ({ sizes }) => assert.deepEqual(sizes, { 'AlexNet.width': 128 }))
    await tabTo(/^Filter layers$/)
    await keyboard.type('conv2d')
    await counts(panel.page.locator('.table-body [role=row]'), 5)
    const row = panel.page.locator('.table-body [role=row][tabindex="0"]')
    for (let presses = 0; presses < 20 && !(await row.evaluate((element) => element === document.activeElement)); presses++)
      await keyboard.press('Tab')
    const nameInFocus = (): Promise<string> => panel.page.evaluate('document.activeElement?.querySelector(".name")?.textContent ?? ""')
    const entered = await nameInFocus()
    await keyboard.press('ArrowUp')
    const walked = await until(async () => {
      const name = await nameInFocus()
      assert.ok(name !== '' && name !== entered, `"${name}" after "${entered}"`)
      return name
    })
    await keyboard.press('Enter')
    await reads(panel.page.locator('.drawer h2'), walked)
    await keyboard.press('Escape')
    await tabTo(/^Pin to this file$/)
    await keyboard.press('Enter')
    await posts(panel, 'setPinned', ({ pinned }) => assert.equal(pinned, true))
    await tabTo(/^Export$/)
    await keyboard.press('Enter')
    await tabTo(/^Copy as LaTeX table$/)
    await keyboard.press('Enter')
    await posts(panel, 'export', ({ format }) => assert.equal(format, 'latex'))
    await tabTo(/^Apply to file$/)
    await keyboard.press('Enter')
    await posts(panel, 'apply', (message) => assert.deepEqual(message.edit, { kind: 'recommended' }))
    await tabTo(/^← gradient$/)
    await keyboard.press('Space')
    await counts(panel.page.locator('.pane'), 1)
    await tabTo(/^Measure with PyTorch$/)
    await keyboard.press('Enter')
    await posts(panel, 'measureStart', ({ seeds }) => assert.equal(seeds, 5))
  })

  it('comes back as it was', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    await panel.page.getByRole('button', { name: '← gradient', exact: true }).first().click()
    await panel.send({ type: 'focus', call: 'features.3', times: 0 })
    await panel.page.locator('.what-if').getByLabel('Initializer').selectOption('lecun')
    const saved = async (): Promise<string> => JSON.stringify(await panel.savedState())
    await until(async () => assert.match(await saved(), /lecun/i))
    assert.ok((await saved()).length < 2000)
    const moment = { secondMoment: 0.33, standardError: 0.01 }
    const calls = [{ name: 'features.0', call: 0, forward: moment, backward: moment }]
    await panel.send({
      type: 'measureResult',
      measurement: { model: 'alexnet()', version: 1, seeds: 5, environment: 'PyTorch 2.9.0', calls },
    })
    await until(async () => assert.match(await saved(), /PyTorch 2\.9\.0/))
    const again = await open({ state: await panel.savedState() })
    await again.send(analysisOf(alexnet()))
    await reads(again.page.locator('.drawer h2'), 'features.3')
    await counts(again.page.locator('.pane'), 1)
    await counts(again.page.locator('.plot .series-experiment .line'), 1)
    await counts(again.page.locator('.plot .measured .cross'), 1)
    const odd = await open({ state: { view: { classics: 7, experiment: { weights: { a: 1 } }, order: { column: 'x' } } } })
    await odd.send(analysisOf(alexnet()))
    await counts(odd.page.locator('.pane'), 2)
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
      for (const part of ['.stale-mark.shown', '.drawer .what-if', '.notice.problem', '.menu'])
        await panel.page.locator(part).first().waitFor()
      assert.deepEqual(await violations(panel.page), [])
    })
  }

  it('fits 320 pixels without a sideways scroll', async () => {
    const panel = await open({ width: 320, theme: 'light' })
    await panel.send(analysisOf(alexnet()))
    await panel.send({ type: 'focus', call: 'features.3', times: 0 })
    await panel.page.locator('.drawer').waitFor()
    assert.ok(await panel.page.evaluate<boolean>('document.documentElement.scrollWidth <= 320'))
    assert.deepEqual(await violations(panel.page), [])
  })
})
