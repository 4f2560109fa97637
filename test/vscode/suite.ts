/** What the extension host calls: runs every bundled test beside this file. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import Mocha from 'mocha'
import { extensions } from 'vscode'

interface Settings {
  readonly counts: string
  /** Where the report goes: the console is full of the workbench's own lines. */
  readonly output: string
  readonly reporter: string
  readonly grep: string | null
}

export async function run(): Promise<void> {
  const settings = JSON.parse(readFileSync(join(__dirname, 'settings.json'), 'utf8')) as Settings
  Mocha.reporters.Base.consoleLog = (...line: unknown[]) => appendFileSync(settings.output, `${format(...line)}\n`)
  const mocha = new Mocha({
    timeout: 60_000,
    // A provider that is asked for before it is there has nothing to say.
    rootHooks: { beforeAll: async () => void (await extensions.getExtension('init-lens.init-lens')?.activate()) },
    reporter: settings.reporter,
    reporterOptions: { counts: settings.counts },
    ...(settings.grep === null ? {} : { grep: settings.grep }),
  })
  for (const name of readdirSync(__dirname).filter((file) => file.endsWith('.test.js'))) mocha.addFile(join(__dirname, name))
  const failures = await new Promise<number>((resolve) => mocha.run(resolve))
  if (failures > 0) throw new Error(`${failures} failed`)
}
