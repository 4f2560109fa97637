import type { EditRequest, ExportFormat, FromWebview, ToWebview } from '../protocol'
import type { Host } from './host'
import { callKey } from './model/rows'
import { sameSizes } from './model/sizes'
import { isLarge } from './model/size'
import { initialState, type PanelStore, type State } from './state'

/** What the user's gestures and the extension's messages do. */
export interface Actions {
  receive(message: ToWebview): void
  set(change: Partial<State>): void
  post(message: FromWebview): void
  select(key: string | null): void
  preview(edit: EditRequest): void
  apply(edit: EditRequest): void
  export(format: ExportFormat, copy: boolean, fileName: string, content: string): void
  /** Keeps how to end the simulation that runs. */
  setSimulation(end: () => void): void
  cancelSimulation(): void
}

export function createActions(store: PanelStore, host: Host): Actions {
  let lastId = 0
  let endSimulation: (() => void) | null = null

  const version = (): number => store.get().analysis?.version ?? 0

  const receive = (message: ToWebview): void => {
    const state = store.get()
    switch (message.type) {
      case 'analysis': {
        const sameFile = state.analysis === null || state.analysis.file === message.file
        store.update({
          analysis: message,
          written: Object.keys(message.tried).length === 0 ? message.model : sameFile ? state.written : null,
          stale: false,
          preview: null,
          wanted: state.analysis?.version === message.version && !sameSizes(state.wanted ?? {}, message.tried) ? state.wanted : null,
          // What was measured or simulated is of other sizes.
          ...(sameSizes(state.analysis?.tried ?? {}, message.tried) ? {} : { overlay: null }),
          // Within a file an experiment goes on from model to model: it names layers and types.
          ...(sameFile
            ? {}
            : {
                notice: null,
                knobs: initialState.knobs,
                cursorLine: null,
                crosshair: null,
                overlay: null,
                measuring: { kind: 'idle' },
                collapsed: initialState.collapsed,
                experiment: initialState.experiment,
                selected: null,
              }),
        })
        // The code's own numbers first; two frames later the lines to compare with.
        const { model } = message
        if (model !== null && isLarge(model)) requestAnimationFrame(() => requestAnimationFrame(() => store.update({ drawn: model })))
        return
      }
      case 'sizes':
        store.update({ knobs: message.knobs })
        return
      case 'written':
        if (state.analysis?.file === message.file) store.update({ written: message.model })
        return
      case 'stale':
        if (state.analysis !== null) store.update({ stale: true })
        return
      case 'cursor':
        store.update({ cursorLine: message.line })
        return
      case 'measureProgress':
        store.update({
          measuring: { kind: 'running', what: 'measure', done: message.done, total: message.total, message: message.message },
        })
        return
      case 'measureResult':
        store.update({ measuring: { kind: 'idle' }, overlay: { source: 'measured', measurement: message.measurement } })
        return
      case 'measureError':
        store.update({ measuring: { kind: 'failed', message: message.message, detail: message.detail, action: message.action } })
        return
      case 'measureCancelled':
        store.update({ measuring: { kind: 'idle' } })
        return
      case 'preview':
        if (state.preview?.kind === 'waiting' && state.preview.id === message.id) {
          store.update({ preview: { kind: 'shown', hunks: message.hunks, reason: message.reason } })
        }
        return
      case 'done':
        store.update({ notice: { ok: message.ok, message: message.message }, preview: null })
        return
      case 'focus': {
        const key = callKey({ name: message.call, call: message.times })
        store.update({ selected: key, preview: null })
        return
      }
      default:
        message satisfies never
    }
  }

  return {
    receive,
    set: (change) => store.update(change),
    post: (message) => host.post(message),
    select: (key) => store.update({ selected: key, preview: null }),
    preview(edit) {
      const id = ++lastId
      store.update({ preview: { kind: 'waiting', id }, notice: null })
      host.post({ type: 'preview', id, version: version(), edit })
    },
    apply(edit) {
      store.update({ notice: null })
      host.post({ type: 'apply', id: ++lastId, version: version(), edit })
    },
    setSimulation(end) {
      endSimulation = end
    },
    cancelSimulation() {
      endSimulation?.()
      endSimulation = null
      store.update({ measuring: { kind: 'idle' } })
    },
    export(format, copy, fileName, content) {
      store.update({ notice: null })
      host.post({ type: 'export', id: ++lastId, format, copy, fileName, content })
    },
  }
}
