import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

export interface Still<E extends HTMLElement> {
  readonly ref: RefObject<E | null>
  /** Called before a change that will come with the next `key`. */
  hold(): void
}

/** Keeps an element where it is in the window although what stands above it takes more or less room than before: what is under the pointer stays there. */
export function useStill<E extends HTMLElement>(key: unknown): Still<E> {
  const ref = useRef<E>(null)
  const held = useRef<number | null>(null)
  useLayoutEffect(() => {
    const before = held.current
    held.current = null
    if (before === null) return
    // When all of the panel has rendered.
    requestAnimationFrame(() => {
      const element = ref.current
      for (let scroller = element?.parentElement ?? null; element !== null && scroller !== null; scroller = scroller.parentElement)
        scroller.scrollBy({ top: element.getBoundingClientRect().top - before, behavior: 'instant' })
    })
  }, [key])
  return {
    ref,
    hold: () => {
      held.current = ref.current?.getBoundingClientRect().top ?? null
    },
  }
}
