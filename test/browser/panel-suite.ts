/** What the tests of the panel alone share: a browser, panels that are closed after each test, and what they posted. */
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../scripts/vscode/chromium.mjs'
import type { FromWebview } from '../../src/protocol'
import { openPanel, type PanelPage, type PanelPageOptions } from './panel-harness'

type Posted<T extends FromWebview['type']> = Extract<FromWebview, { readonly type: T }>

/** The newest message of a type that the panel has posted. */
export function last<T extends FromWebview['type']>(panel: PanelPage, type: T): Posted<T> {
  const found = panel.posted.filter((message): message is Posted<T> => message.type === type).at(-1)
  assert.ok(found !== undefined, `no ${type} among ${panel.posted.map((message) => message.type).join(', ')}`)
  return found
}

/** Waits until the newest message of a type is as `check` wants it: messages take a moment from the page. */
export async function posts<T extends FromWebview['type']>(panel: PanelPage, type: T, check: (message: Posted<T>) => void): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      check(last(panel, type))
      return
    } catch {
      await panel.page.waitForTimeout(20)
    }
  }
  check(last(panel, type))
}

export type OpenPanel = (options?: PanelPageOptions) => Promise<PanelPage>

/** A suite whose tests open panels. None may leave an error in its page, nor break the page's policy. */
export function panelSuite(title: string, tests: (open: OpenPanel) => void): void {
  describe(title, function () {
    this.timeout(60_000)
    let browser: Browser
    const opened: PanelPage[] = []
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
    tests(async (options) => {
      const panel = await openPanel(browser, options)
      opened.push(panel)
      return panel
    })
  })
}
