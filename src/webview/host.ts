import type { FromWebview, PanelState } from '../protocol'

interface VsCodeApi {
  postMessage(message: unknown): void
  getState(): unknown
  setState(state: unknown): void
}

declare function acquireVsCodeApi(): VsCodeApi

/** The extension, as the panel sees it. */
export interface Host {
  post(message: FromWebview): void
  /** What VS Code hands to the serializer when it restores the panel, besides how the view was set. */
  save(state: PanelState & { readonly view: unknown }): void
  /** The view's part of the saved state, unchecked; undefined for a new panel. */
  savedView(): unknown
}

export function connectHost(): Host {
  const api = acquireVsCodeApi()
  const saved = api.getState()
  return {
    post: (message) => api.postMessage(message),
    save: (state) => api.setState(state),
    savedView: () => (typeof saved === 'object' && saved !== null && 'view' in saved ? saved.view : undefined),
  }
}
