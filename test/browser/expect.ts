/** What a page should come to: asked again until it is so. A page asked once shows what it happens to have rendered by then. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Locator } from 'playwright-core'

/** Longer than any rendering on a busy machine; only a failure waits for it. */
const patience = 15_000

/** Repeats `check` until it throws no more, and gives what it gave; after the time allowed, its last complaint. */
export async function until<T>(check: () => T | Promise<T>): Promise<T> {
  const end = performance.now() + patience
  for (;;) {
    try {
      return await check()
    } catch (complaint) {
      if (performance.now() > end) throw complaint
    }
    await pause(25)
  }
}

/** Waits until as many elements are there. */
export function counts(elements: Locator, count: number): Promise<void> {
  return until(async () => assert.equal(await elements.count(), count, String(elements)))
}

/** Waits until an element's text is, or matches, `wanted`. */
export function reads(element: Locator, wanted: string | RegExp): Promise<void> {
  return until(async () => {
    assert.ok((await element.count()) > 0, `${element} is not there`)
    const text = (await element.textContent()) ?? ''
    if (typeof wanted === 'string') assert.equal(text, wanted)
    else assert.match(text, wanted)
  })
}

/** Waits until an element's attribute is, or matches, `wanted`. */
export function has(element: Locator, attribute: string, wanted: string | RegExp): Promise<void> {
  return until(async () => {
    assert.ok((await element.count()) > 0, `${element} is not there`)
    const value = (await element.getAttribute(attribute)) ?? ''
    if (typeof wanted === 'string') assert.equal(value, wanted)
    else assert.match(value, wanted)
  })
}
