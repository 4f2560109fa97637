/** What the tests of the panel alone share: a browser, panels that are closed after each test, and what they posted. */
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../scripts/vscode/chromium.mjs'
import type { FromWebview } from '../../src/protocol'
import { until } from './expect'
import { openPanel, type PanelPage, type PanelPageOptions } from './panel-harness'

type Posted<T extends FromWebview['type']> = Extract<FromWebview, { readonly type: T }>

const taken = new WeakMap<FromWebview, true>()

/** The newest message of a type that no earlier call gave. What the page posts takes a moment to arrive, so it is waited for. */
export async function last<T extends FromWebview['type']>(panel: PanelPage, type: T): Promise<Posted<T>> {
  return until(() => {
    const messages = panel.posted.filter((message): message is Posted<T> => message.type === type && !taken.has(message))
    const found = messages.at(-1)
    assert.ok(found !== undefined, `no new ${type} among ${panel.posted.map((message) => message.type).join(', ')}`)
    for (const message of messages) taken.set(message, true)
    return found
  })
}

/** Waits until the newest message of a type is as `check` wants it. */
export function posts<T extends FromWebview['type']>(panel: PanelPage, type: T, check: (message: Posted<T>) => void): Promise<void> {
  return until(() => {
    const found = panel.posted.filter((message): message is Posted<T> => message.type === type).at(-1)
    assert.ok(found !== undefined, `no ${type} among ${panel.posted.map((message) => message.type).join(', ')}`)
    check(found)
  })
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
