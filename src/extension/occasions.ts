import { type Disposable, window } from 'vscode'

/** Milliseconds between two looks while the window is in use. */
const interval = 10_000

/**
 * Calls `look` on occasions to see what no file watcher tells: folders that are excluded or made faster than they are watched,
 * packages installed outside the workspace. That is when the window gets the focus, when another editor is shown, and every ten
 * seconds while the window is in use. One look at a time; an occasion during a look, which may be past what has changed, brings another.
 */
export function onOccasions(look: () => Promise<void>): Disposable {
  let looking = false
  let again = false
  const now = (): void => {
    if (looking) {
      again = true
      return
    }
    looking = true
    void look().finally(() => {
      looking = false
      if (!again) return
      again = false
      now()
    })
  }
  const timer = setInterval(() => {
    if (window.state.focused) now()
  }, interval)
  const subscriptions = [window.onDidChangeWindowState(({ focused }) => focused && now()), window.onDidChangeActiveTextEditor(now)]
  return {
    dispose() {
      clearInterval(timer)
      for (const subscription of subscriptions) subscription.dispose()
    },
  }
}
