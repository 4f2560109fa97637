/** Takes the pictures of the README and the walkthrough. Run by `npm run screenshots`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/setup.mjs'
import { Workbench } from './workbench'

const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
} as const

const example = 'plain_cnn.py'
const settings = {
  'workbench.activityBar.location': 'hidden',
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'editor.stickyScroll.enabled': false,
  'window.commandCenter': false,
  'window.title': '${activeEditorShort}',
  'breadcrumbs.enabled': false,
  'editor.hover.sticky': true,
  'editor.codeLens': true,
}

const width = 1400
const height = 860
/** Without the title bar, which speaks of the extension's development. */
const belowTitle = { x: 0, y: 30 }
const below = { ...belowTitle, width, height: height - belowTitle.y }

/** The right half: the walkthrough shows pictures small, and they are part of the package. */
const panelAlone = { x: width / 2, y: 60, width: width / 2, height: 500 }

/** Pictures of the walkthrough. */
const guide = (what: string): string => join(root, `media/walkthrough/${what}.png`)

async function settle(workbench: Workbench): Promise<void> {
  const panel = await workbench.panel()
  await panel.locator('svg').first().waitFor()
  await workbench.page.waitForTimeout(600)
}

for (const [name, theme] of Object.entries(themes)) {
  describe(`pictures, ${name}`, () => {
    let workbench: Workbench
    const file = (what: string): string => join(root, `media/screenshots/${what}-${name}.png`)
    before(async () => {
      workbench = await Workbench.start({
        files: { [example]: readFileSync(join(root, 'examples', example), 'utf8') },
        settings: { ...settings, 'workbench.colorTheme': theme },
        width,
        height,
      })
      await workbench.open(example)
      await workbench.command('View: Close Primary Side Bar')
    })
    after(() => workbench?.stop())

    it('hover', async () => {
      await workbench.hover('Conv2d', /Apply to model/)
      await workbench.page.waitForTimeout(400)
      await workbench.page.screenshot({ path: file('hover'), clip: { ...belowTitle, width: 900, height: 600 } })
      if (name === 'dark') await workbench.page.screenshot({ path: guide('hover'), clip: { ...belowTitle, width: 800, height: 480 } })
      await workbench.page.keyboard.press('Escape')
    })

    it('panel', async () => {
      await workbench.command('Init Lens: Recommend Initialization')
      await settle(workbench)
      await workbench.page.screenshot({ path: file('panel'), clip: below })
      if (name === 'dark') await workbench.page.screenshot({ path: guide('panel'), clip: panelAlone })
    })

    if (name === 'dark') {
      it('the panel after applying', async () => {
        const panel = await workbench.panel()
        await panel.getByRole('button', { name: 'Apply to file' }).click()
        await panel
          .getByText(/^The signal stays/)
          .first()
          .waitFor()
        await workbench.page.waitForTimeout(800)
        await workbench.page.screenshot({ path: file('applied'), clip: below })
        await workbench.page.screenshot({ path: guide('apply'), clip: panelAlone })
      })
    }
  })
}
