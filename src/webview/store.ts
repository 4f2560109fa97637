import { useLayoutEffect, useState } from 'preact/hooks'

/** Holds one immutable state; `update` replaces it and tells every subscriber once a microtask. */
export interface Store<S> {
  get(): S
  /** Fields to replace. */
  update(change: Partial<S>): void
  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void
}

export function createStore<S extends object>(initial: S): Store<S> {
  let state = initial
  let scheduled = false
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    update(change) {
      state = { ...state, ...change }
      if (scheduled) return
      scheduled = true
      queueMicrotask(() => {
        scheduled = false
        for (const listener of [...listeners]) listener()
      })
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

/** Renders again when what `select` gives changes by identity. */
export function useStore<S extends object, T>(store: Store<S>, select: (state: S) => T): T {
  const selected = select(store.get())
  const [, render] = useState({})
  useLayoutEffect(() => {
    let shown = selected
    // What changed between render and subscription.
    const check = (): void => {
      const next = select(store.get())
      if (!Object.is(next, shown)) {
        shown = next
        render({})
      }
    }
    check()
    return store.subscribe(check)
  })
  return selected
}
