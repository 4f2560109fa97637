/** A real VS Code with the extension, in a page that tests drive. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Browser, Frame, Locator, Page } from 'playwright-core'
import { launchChromium } from '../../scripts/vscode/chromium.mjs'
import { installExtension, startServer, workbenchAddress } from '../../scripts/vscode/server.mjs'
import { root } from '../../scripts/setup.mjs'

export interface WorkbenchOptions {
  /** Text of the workspace's files by path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly settings?: Readonly<Record<string, unknown>>
  /** Ask for workspace trust (which makes a new folder untrusted). */
  readonly trust?: boolean
  /** Install this package instead of loading the extension from the repository. */
  readonly vsix?: string
  readonly width?: number
  readonly height?: number
}

const testSettings = {
  'editor.hover.delay': 100,
  'security.workspace.trust.banner': 'never',
  'security.workspace.trust.startupPrompt': 'never',
}

export class Workbench {
  private constructor(
    readonly page: Page,
    /** The workspace's folder on disk. */
    readonly folder: string,
    private readonly browser: Browser,
    private readonly server: { stop(): Promise<unknown>; port: number },
    private readonly scratch: string,
    /** Errors that the page's console showed. */
    readonly consoleErrors: string[],
  ) {}

  static async start(options: WorkbenchOptions): Promise<Workbench> {
    const scratch = mkdtempSync(join(tmpdir(), 'init-lens-browser-'))
    const folder = join(scratch, 'models')
    for (const [name, content] of Object.entries(options.files)) {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
    }
    const dataDir = join(scratch, 'server')
    if (options.vsix !== undefined) installExtension(options.vsix, dataDir)
    const server = await startServer({ dataDir, trust: options.trust ?? false, settings: { ...testSettings, ...options.settings } })
    const browser = await launchChromium()
    const page = await browser.newPage({ viewport: { width: options.width ?? 1400, height: options.height ?? 900 } })
    page.setDefaultTimeout(45_000)
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    await page.goto(workbenchAddress({ port: server.port, folder, development: options.vsix === undefined ? root : undefined }))
    await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 })
    return new Workbench(page, folder, browser, server, scratch, errors)
  }

  async stop(): Promise<void> {
    await this.browser.close()
    await this.server.stop()
    // The extension host ends a while after its server, and still writes its log; a folder left in the temporary place fails no test.
    await rm(this.scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }).catch(() => undefined)
  }

  /** Asks for a file of the workspace by its name. */
  async quickOpen(name: string): Promise<void> {
    await this.quickInput('Control+p', name)
  }

  /** Shows a file of the workspace in the editor. */
  async open(name: string): Promise<void> {
    await this.quickOpen(name)
    await this.page
      .locator(`.tab.active[data-resource-name="${name.split('/').at(-1)}"]`)
      .first()
      .waitFor()
  }

  /** Runs a command from the palette, by its title. */
  async command(title: string): Promise<void> {
    await this.quickInput('F1', `>${title}`)
  }

  /**
   * Presses `key`, types into the quick input that opens, and takes the first entry that matches. An editor that is still loading can take
   * the focus, which closes the input: then once more.
   */
  private async quickInput(key: string, text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input')
    const wanted = text.replace(/^>/, '').split('/').at(-1) ?? text
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: wanted }).first()
    for (let attempt = 1; ; attempt++) {
      try {
        await this.page.keyboard.press(key)
        await input.waitFor({ timeout: 8000 })
        await input.fill(text, { timeout: 4000 })
        await row.click({ timeout: 8000 })
        await input.waitFor({ state: 'hidden' })
        return
      } catch (error) {
        if (attempt === 3) throw error
        await this.page.keyboard.press('Escape')
      }
    }
  }

  /** Puts the keyboard into the editor with the file. */
  async focusEditor(): Promise<void> {
    await this.page.keyboard.press('Control+1')
    // Keys pressed in a panel reach the workbench by way of a message: the next one must not be faster.
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor()
  }

  /** Replaces the first occurrence of a word, by the keyboard. */
  async replaceInEditor(word: string, by: string): Promise<void> {
    await this.focusEditor()
    await this.word(word).dblclick()
    await this.page.keyboard.type(by)
  }

  async typeAtEnd(text: string): Promise<void> {
    await this.focusEditor()
    await this.page.keyboard.press('Control+End')
    await this.page.keyboard.type(text)
  }

  /** Lines that the extension logged as errors. */
  loggedErrors(): readonly string[] {
    const logs = join(this.scratch, 'server/data/logs')
    if (!existsSync(logs)) throw new Error(`there are no logs in ${logs}`)
    return readdirSync(logs, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('Init Lens.log'))
      .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
      .filter((line) => line.includes('[error]'))
  }

  /** The text as an editor shows it, for pointing at. */
  word(text: string): Locator {
    return this.page.locator('.editor-instance .view-line span span').filter({ hasText: text }).first()
  }

  /**
   * Rests the pointer on a word and gives the hover that appears, once it says what is waited for. What arrives above the word meanwhile moves
   * it away, and what an extension has to say may come later than the rest: then once more.
   */
  async hover(text: string, saying: RegExp): Promise<Locator> {
    const hover = this.page.locator('.monaco-hover:not(.hidden) .hover-contents:not(.hidden)').filter({ hasText: saying }).first()
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.page.mouse.move(2, 2)
      const box = await this.word(text).boundingBox()
      if (box === null) continue
      // A run of one colour begins with its indentation: its end is surely the word's.
      await this.page.mouse.move(box.x + box.width - 4, box.y + box.height / 2)
      const came = await hover.waitFor({ timeout: 8000 }).then(
        () => true,
        () => false,
      )
      await this.page.waitForTimeout(300)
      if (came && (await hover.isVisible())) return hover
    }
    throw new Error(`no hover on "${text}" that says ${saying}`)
  }

  /** The document inside the panel's webview. */
  async panel(): Promise<Frame> {
    const outer = await this.page.locator('iframe.webview.ready').last().elementHandle({ timeout: 30_000 })
    const frame = await outer?.contentFrame()
    const inner = await frame?.locator('#active-frame').elementHandle({ timeout: 30_000 })
    const content = await inner?.contentFrame()
    if (!content) throw new Error('the panel has no document')
    return content
  }

  async screenshot(path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true })
    await this.page.screenshot({ path })
  }
}
