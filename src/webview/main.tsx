import { render } from 'preact'
import { isToWebview } from '../protocol'
import { createActions } from './actions'
import { connectHost } from './host'
import { keptChanged, restoreView, viewToSave } from './saved'
import { createPanelStore } from './state'
import { unpack } from './unpack'
import { App } from './view/App'
import { PanelContext } from './view/context'
import './styles/panel.css'

const host = connectHost()
const store = createPanelStore()
store.update(restoreView(host.savedView()))
const actions = createActions(store, host)

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = unpack(event.data)
  if (isToWebview(message)) actions.receive(message)
  else host.post({ type: 'problem', message: 'a message that is not of the protocol was ignored' })
})
window.addEventListener('error', (event) => host.post({ type: 'problem', message: event.message }))
window.addEventListener('unhandledrejection', (event) => host.post({ type: 'problem', message: String(event.reason) }))

let kept = store.get()
store.subscribe(() => {
  const state = store.get()
  if (state.analysis === null || !keptChanged(kept, state)) return
  kept = state
  host.save(viewToSave(state))
})

const root = document.getElementById('root')
if (root !== null) {
  render(
    <PanelContext.Provider value={{ store, actions, worker: root.dataset['worker'] ?? null }}>
      <App />
    </PanelContext.Provider>,
    root,
  )
  host.post({ type: 'ready' })
}
