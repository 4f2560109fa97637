// Finds and starts Chromium, without a download of its own.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of a Chromium or Chrome, null when there is none. INIT_LENS_CHROMIUM names one. */
export function findChromium() {
  if (process.env.INIT_LENS_CHROMIUM) return process.env.INIT_LENS_CHROMIUM
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places]
  return candidates.find((path) => existsSync(path)) ?? null
}

export const chromiumAdvice =
  'Chromium was not found. On Debian or Ubuntu: sudo apt-get install -y chromium (or set INIT_LENS_CHROMIUM to a Chrome).'

/** A running browser. Throws with advice when there is none. */
export async function launchChromium() {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error(chromiumAdvice)
  return chromium.launch({ executablePath, args: flags })
}
