#!/usr/bin/env node
// Takes the flags of `code`, and runs the VS Code that comes from npm in a headless browser: what @vscode/test-electron's
// runTests({ vscodeExecutablePath }) starts where no desktop VS Code can be had. Ends with the tests' exit code.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { format, parseArgs } from 'node:util'
import { launchChromium } from './chromium.mjs'
import { startServer, workbenchAddress } from './server.mjs'

const minutes = 10

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
    'disable-workspace-trust': { type: 'boolean' },
  },
})
const scratch = mkdtempSync(join(tmpdir(), 'init-lens-'))
const folder = positionals[0] ? resolve(positionals[0]) : scratch

async function run() {
  const server = await startServer({ dataDir: join(scratch, 'server'), trust: !values['disable-workspace-trust'] })
  const browser = await launchChromium()
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    const ended = new Promise((resolveCode) => {
      page.exposeFunction('codeAutomationExit', (code) => resolveCode(code))
      setTimeout(() => {
        console.error(`the tests did not end in ${minutes} minutes`)
        resolveCode(1)
      }, minutes * 60_000).unref()
      page.once('crash', () => resolveCode(1))
    })
    await page.exposeFunction('codeAutomationLog', (_type, args) => {
      // The workbench says much of its own; the tests keep theirs in a file.
      if (!process.env.INIT_LENS_QUIET) console.log(format(...args))
    })
    await page.goto(
      workbenchAddress({ port: server.port, folder, development: values.extensionDevelopmentPath, tests: values.extensionTestsPath }),
    )
    return await ended
  } finally {
    await browser.close()
    await server.stop()
  }
}

let code = 1
try {
  code = await run()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
}
process.exit(code)
