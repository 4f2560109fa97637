/** How fast the panel is: prints a table. Run by scripts/bench/panel.mjs. */
import type { Frame, Page } from 'playwright-core'
import { launchChromium } from '../../scripts/vscode/chromium.mjs'
import { analysisOf, dense } from './panel-fixtures'
import { openPanel } from './panel-harness'
import { Workbench } from './workbench'

interface Result {
  readonly what: string
  readonly unit: 'ms' | 'MB'
  readonly values: readonly number[]
}

const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** From the navigation to the frame after the analysis of a 50-layer model was drawn, in a page of its own each time. */
async function firstPaint(times: number): Promise<Result> {
  const browser = await launchChromium()
  const message = analysisOf(dense(25, 128))
  const values: number[] = []
  for (let index = 0; index < times; index++) {
    const panel = await openPanel(browser, { width: 900 })
    await panel.send(message)
    values.push(await panel.page.evaluate<number>('performance.now()'))
    await panel.page.context().close()
  }
  await browser.close()
  return { what: 'first paint of the panel, from an empty page, 50 layers', unit: 'ms', values }
}

const frames = (page: Page, count: number): Promise<readonly number[]> =>
  page.evaluate(async (steps) => {
    const element = document.querySelector('.table-body')
    if (element === null) throw new Error('there is no table')
    const times: number[] = []
    let last = performance.now()
    for (let step = 0; step < steps; step++) {
      element.scrollTop += 133
      await new Promise(requestAnimationFrame)
      const now = performance.now()
      times.push(now - last)
      last = now
    }
    return times
  }, count)

/** Frames while a table of 10,000 layers scrolls five rows a frame, and what the page holds in memory meanwhile. */
async function scrolling(): Promise<readonly Result[]> {
  const browser = await launchChromium()
  const panel = await openPanel(browser, { width: 1400 })
  await panel.send(analysisOf(dense(5000, 16)))
  await frames(panel.page, 30)
  const values = await frames(panel.page, 300)
  const heap = await panel.page.evaluate<number>('performance.memory.usedJSHeapSize / 1e6')
  await browser.close()
  return [
    { what: 'frame while scrolling 10,000 rows', unit: 'ms', values },
    { what: 'memory of the panel with 10,000 layers', unit: 'MB', values: [heap] },
  ]
}

const model = `import torch.nn as nn

model = nn.Sequential(
    nn.Linear(64, 128),
${'    nn.ReLU(), nn.Linear(128, 128),\n'.repeat(24)})
`

/** When the panel next draws another line, on the clock that all frames share. */
const nextDrawing = (panel: Frame): Promise<number> =>
  panel.evaluate(
    () =>
      new Promise<number>((done) => {
        const line = document.querySelector('.plot .series-current .line')
        const observer = new MutationObserver(() => {
          observer.disconnect()
          requestAnimationFrame(() => done(performance.timeOrigin + performance.now()))
        })
        if (line !== null) observer.observe(line, { attributes: true, attributeFilter: ['d'] })
      }),
  )

/** From a key pressed in the editor to the frame in which the chart shows the changed model, in a real VS Code. */
async function keystrokes(times: number): Promise<Result> {
  const workbench = await Workbench.start({ files: { 'net.py': model } })
  try {
    await workbench.open('net.py')
    await workbench.command('Init Lens: Recommend Initialization')
    const panel = await workbench.panel()
    await panel.locator('.plot .series-current .line').first().waitFor()
    await workbench.page.evaluate(() => {
      window.addEventListener(
        'keydown',
        () => {
          document.body.dataset['pressed'] = String(performance.timeOrigin + performance.now())
        },
        true,
      )
    })
    await workbench.word('64').dblclick()
    const values: number[] = []
    for (let index = 0; index < times; index++) {
      const drawn = nextDrawing(panel)
      // Another width of the input with each key: 6, 64, 6, 64, …
      await workbench.page.keyboard.press(index === 0 ? '6' : index % 2 === 1 ? '4' : 'Backspace')
      const shown = await drawn
      values.push(shown - (await workbench.page.evaluate<number>('Number(document.body.dataset.pressed)')))
      await workbench.page.waitForTimeout(400)
    }
    // The first ones compile.
    return { what: 'keystroke to chart in VS Code, 50 layers', unit: 'ms', values: values.slice(3) }
  } finally {
    await workbench.stop()
  }
}

const results = [await firstPaint(10), ...(await scrolling()), await keystrokes(63)]
for (const { what, unit, values } of results) {
  const numbers =
    values.length === 1
      ? `${quantile(values, 0).toFixed(0)} ${unit}`
      : ([0.5, 0.95, 1] as const).map((share) => `p${100 * share} ${quantile(values, share).toFixed(0)} ${unit}`).join(', ')
  console.log(`${what}: ${numbers}`)
}
