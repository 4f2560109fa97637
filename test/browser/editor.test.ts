import assert from 'node:assert/strict'
import { counts, reads, until } from './expect'
import { mlp } from './models'
import { Workbench } from './workbench'

describe('the editor', () => {
  let workbench: Workbench
  before(async () => {
    workbench = await Workbench.start({
      files: {
        'net.py': mlp,
        'plain.py': 'x = 1\n',
        'empty.py': '',
        'binary.py': Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) % 256),
        'huge.py': `${mlp}\n${'x = 1\n'.repeat(900_000)}`,
        'endless.py': `${mlp}\n\nwhile True:\n    pass\n`,
      },
    })
  })
  after(() => workbench?.stop())

  it('shows the panel when the command is run from the palette', async () => {
    await workbench.open('net.py')
    await workbench.command('Init Lens: Recommend Initialization')
    const panel = await workbench.panel()
    await panel.getByText('fc1', { exact: true }).first().waitFor()
    await counts(panel.getByRole('row', { name: /fc2/ }), 1)
  })

  it('shows the hover on a layer', async () => {
    await workbench.focusEditor()
    const hover = await workbench.hover('784', /784 → 256/)
    await reads(hover, /Var\(w\)|2\/784/)
  })

  it('updates the panel while one types', async () => {
    const panel = await workbench.panel()
    await workbench.replaceInEditor('784', '400')
    await panel.getByText('8×400').first().waitFor()
    await counts(panel.getByText('8×784'), 0)
  })

  it('keeps the readable part in the panel while a line is unfinished', async () => {
    const panel = await workbench.panel()
    await workbench.typeAtEnd('\nx = = 3\n')
    await panel
      .getByText(/syntax error/)
      .first()
      .waitFor()
    await panel.getByText('8×400').first().waitFor()
  })

  for (const [name, message] of [
    ['plain.py', /No layers .*found/],
    ['empty.py', /empty\.py is empty/],
    ['huge.py', /huge\.py has .* characters/],
  ] as const) {
    it(`says in one sentence why ${name} shows nothing`, async () => {
      await workbench.open(name)
      const panel = await workbench.panel()
      await panel.getByText(message).first().waitFor()
    })
  }

  it('reads a file whose program never ends', async () => {
    await workbench.open('endless.py')
    const panel = await workbench.panel()
    await panel.getByText('fc1', { exact: true }).first().waitFor()
  })

  it('survives a binary file', async () => {
    await workbench.quickOpen('binary.py')
    await workbench.open('net.py')
    const panel = await workbench.panel()
    await panel.getByText('8×400').first().waitFor()
  })

  it('asks for the input that it assumed, and predicts for it', async () => {
    const hover = await workbench.hover('400', /400 → 256/)
    await hover.getByText('set', { exact: true }).click()
    const input = workbench.page.locator('.quick-input-widget input.input')
    await input.waitFor()
    await until(async () => assert.equal(await input.inputValue(), '8x400'))
    await input.fill('16x400:uniform')
    await workbench.page.keyboard.press('Enter')
    const panel = await workbench.panel()
    await panel.getByText('16×400').first().waitFor()
  })

  it('logs no error', () => {
    assert.deepEqual(workbench.loggedErrors(), [])
  })
})

describe('the editor in a restricted workspace', () => {
  let workbench: Workbench
  before(async () => {
    workbench = await Workbench.start({ files: { 'net.py': mlp }, trust: true })
  })
  after(() => workbench?.stop())

  it('predicts and does not measure', async () => {
    await workbench.page.getByText('Restricted Mode').first().waitFor()
    await workbench.open('net.py')
    await workbench.command('Init Lens: Recommend Initialization')
    const panel = await workbench.panel()
    await panel.getByText('fc1', { exact: true }).first().waitFor()
    await panel.getByText(/trust/i).first().waitFor()
  })
})
