/** The panel alone in Chromium, under its own page and policy, with VS Code's side of the conversation played by the test. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { type FromWebview, isFromWebview, type ToWebview } from '../../src/protocol'
import { panelHtml } from '../../src/webview/html'
import { bodyClass, type ThemeName, themeVariables } from './panel-themes'

const origin = 'http://panel.test'

export interface PanelPage {
  readonly page: Page
  /** Everything the panel has posted, each checked against the protocol. */
  readonly posted: readonly FromWebview[]
  /** Errors of the page and violations of its policy. */
  readonly errors: readonly string[]
  send(message: ToWebview): Promise<void>
  savedState(): Promise<unknown>
}

export interface PanelPageOptions {
  readonly theme?: ThemeName
  readonly width?: number
  readonly height?: number
  /** As `getState` gives it to a restored panel. */
  readonly state?: unknown
  readonly reducedMotion?: boolean
}

/** Opens the built panel (dist/webview.js) and waits until it says that it is ready. */
export async function openPanel(
  browser: Browser,
  { theme = 'dark', width = 900, height = 900, state, reducedMotion = false }: PanelPageOptions = {},
): Promise<PanelPage> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: reducedMotion ? 'reduce' : 'no-preference' })
  const page = await context.newPage()
  const posted: FromWebview[] = []
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/') {
      const html = panelHtml({
        script: `${origin}/webview.js`,
        style: `${origin}/webview.css`,
        worker: `${origin}/webview.worker.js`,
        cspSource: origin,
        nonce: 'test',
        language: 'en',
      })
      return route.fulfill({ contentType: 'text/html', body: html })
    }
    try {
      return route.fulfill({
        contentType: pathname.endsWith('.css') ? 'text/css' : 'text/javascript',
        body: readFileSync(join(process.cwd(), 'dist', pathname)),
      })
    } catch {
      return route.fulfill({ status: 404, body: '' })
    }
  })
  await page.exposeFunction('postedToExtension', (message: unknown) => {
    assert.ok(isFromWebview(message), `not of the protocol: ${JSON.stringify(message)}`)
    posted.push(message)
  })
  await page.addInitScript(`{
    const variables = ${JSON.stringify(themeVariables(theme))}
    let state = ${JSON.stringify(state) ?? 'undefined'}
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.postedToExtension(JSON.parse(JSON.stringify(message))),
      getState: () => state,
      setState: (next) => { state = JSON.parse(JSON.stringify(next)) },
    })
    window.panelState = () => state
    document.addEventListener('DOMContentLoaded', () => {
      document.body.className = ${JSON.stringify(bodyClass[theme])}
      for (const [name, value] of variables) document.documentElement.style.setProperty(name, value)
    })
  }`)
  await page.goto(`${origin}/`)
  await page.waitForFunction('document.querySelector("main") !== null')
  return {
    page,
    posted,
    errors,
    send: async (message) => {
      // As VS Code does: an analysis as bytes, others by way of JSON.
      await page.evaluate(
        ({ text, packed }) =>
          window.postMessage(packed ? { type: 'packed', json: new TextEncoder().encode(text).buffer } : JSON.parse(text), '*'),
        { text: JSON.stringify(message), packed: message.type === 'analysis' },
      )
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    },
    savedState: () => page.evaluate('window.panelState()'),
  }
}
