import assert from 'node:assert/strict'
import { counts, has, reads, until } from './expect'
import { alexnet, analysisOf, dense, partlyKnown } from './panel-fixtures'
import { last, panelSuite } from './panel-suite'

panelSuite('the panel', (open) => {
  it('says in one sentence what happens and what would mend it', async () => {
    const panel = await open()
    await until(() => assert.deepEqual(panel.posted, [{ type: 'ready' }]))
    await panel.send(analysisOf(alexnet()))
    const headline = panel.page.locator('.headline')
    await reads(headline, /The signal shrinks 1,[0-9]00-fold by the last layer and the gradient/)
    await reads(headline, /With He on 7 layers and Xavier on 1/)
    await panel.page.getByRole('button', { name: 'Apply to file' }).click()
    assert.deepEqual((await last(panel, 'apply')).edit, { kind: 'recommended' })
    await panel.send({ type: 'done', id: 1, ok: true, message: 'Written.' })
    await reads(headline, /Written\./)
  })

  it('draws a line for each initialization and each direction', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    const lines = panel.page.locator('.plot .line')
    await counts(lines, 6)
    for (const line of await lines.all()) await has(line, 'd', /^M[\d.]+,[\d.]+(L[\d.]+,[\d.]+){20}$/)
    await panel.page.getByRole('button', { name: '→ signal', exact: true }).first().click()
    await counts(lines, 3)
    await panel.page.getByRole('combobox', { name: 'Compare with' }).selectOption('xavier')
    await counts(lines, 4)
    await panel.page.getByRole('checkbox', { name: 'only layers with weights' }).check()
    await has(lines.first(), 'd', /^M[\d.]+,[\d.]+(L[\d.]+,[\d.]+){7}$/)
  })

  it('moves a crosshair with the pointer and reveals the line on a click', async () => {
    const panel = await open()
    await panel.send(analysisOf(alexnet()))
    const box = await panel.page.locator('.plot').boundingBox()
    assert.ok(box !== null)
    await panel.page.mouse.move(box.x + 60, box.y + 80)
    await panel.page.locator('.readout').waitFor()
    await reads(panel.page.locator('.readout'), /features\.0.*0\.331/)
    await panel.page.mouse.click(box.x + 60, box.y + 80)
    assert.equal((await last(panel, 'reveal')).span.line, 20)
    await reads(panel.page.locator('.drawer h2'), 'features.0')
  })

  it('walks, collapses, sorts and filters the table', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(alexnet()))
    const rows = panel.page.locator('.table-body [role=row]')
    await rows.first().focus()
    await panel.page.keyboard.press('ArrowDown')
    await panel.page.keyboard.press('Enter')
    await reads(panel.page.locator('.drawer h2'), 'features.0')
    await rows.first().focus()
    await panel.page.keyboard.press('Home')
    await panel.page.keyboard.press('ArrowLeft')
    await has(rows.first(), 'aria-expanded', 'false')
    await counts(panel.page.locator('.module.collapsed'), 1)
    await panel.page.getByRole('button', { name: 'Expand all' }).click()
    await panel.page
      .locator('.head')
      .getByRole('button', { name: /← gradient/ })
      .click()
    await counts(panel.page.locator('[role=columnheader][aria-sort=descending]'), 1)
    await reads(rows.first(), /classifier\.6/)
    await panel.page.getByRole('searchbox', { name: 'Filter layers' }).fill('classifier linear')
    await counts(rows, 3)
    await rows
      .first()
      .getByRole('button', { name: /in the editor/ })
      .click()
    assert.equal((await last(panel, 'reveal')).preserveFocus, false)
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
    await reads(panel.page.getByRole('alert'), /is not a (shape|distribution)/)
    await field.fill('4x3x64x64:uniform')
    await panel.page.keyboard.press('Enter')
    assert.deepEqual((await last(panel, 'setInput')).input, [{ shape: [4, 3, 64, 64], distribution: { kind: 'uniform', low: 0, high: 1 } }])
    await panel.page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('other()')
    assert.equal((await last(panel, 'selectModel')).name, 'other()')
    await panel.page.getByRole('button', { name: /^Set width/ }).click()
    await panel.page.getByRole('textbox', { name: 'Set width' }).fill('512')
    await panel.page.keyboard.press('Enter')
    const { name, value } = await last(panel, 'setSize')
    assert.deepEqual({ name, value }, { name: 'width', value: 512 })
  })

  it('tells what is unknown, why, and shows no stale number as fresh', async () => {
    const panel = await open()
    await panel.send(analysisOf(partlyKnown()))
    await reads(panel.page.locator('.headline'), /Predicted for 1 of 2 layers/)
    const reason = panel.page.locator('.table-body [title*="Mystery is not modelled"]')
    await reason.first().waitFor({ state: 'attached' })
    await panel.send({ type: 'stale', version: 2 })
    await counts(panel.page.locator('.stale-mark.shown'), 1)
    await panel.send(analysisOf(null, { message: 'No layers found in utils.py.' }))
    await reads(panel.page.locator('main'), /No layers found in utils\.py\./)
    await counts(panel.page.locator('.plot'), 0)
    await counts(panel.page.locator('.stale-mark.shown'), 0)
  })

  it('stays smooth with thousands of layers', async () => {
    const panel = await open({ width: 1400 })
    await panel.send(analysisOf(dense(2000, 16)))
    await panel.page.locator('.table-body [role=row]').first().waitFor()
    // With the lines to compare with, which a large network gets last.
    await panel.page.locator('.plot .series-small .line').first().waitFor({ state: 'attached' })
    assert.ok((await panel.page.locator('.table-body [role=row]').count()) < 60)
    assert.ok((await panel.page.locator('.plot *').count()) < 1500)
    await panel.page.locator('.table-body').evaluate((element) => element.scrollTo(0, 50_000))
    // 50,000 pixels at 26 a row, and the head.
    await panel.page.locator(`.table-body [aria-rowindex="${Math.floor(50_000 / 26) + 5}"]`).waitFor()
  })
})
