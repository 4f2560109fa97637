// Draws media/icon.png from media/icon.svg. usage: node scripts/icon.mjs
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup.mjs'
import { launchChromium } from './vscode/chromium.mjs'

const size = 256
const browser = await launchChromium()
const page = await browser.newPage({ viewport: { width: size, height: size } })
await page.setContent(`<style>body{margin:0}svg{display:block}</style>${readFileSync(join(root, 'media/icon.svg'), 'utf8')}`)
await page.screenshot({ path: join(root, 'media/icon.png'), omitBackground: true })
await browser.close()
