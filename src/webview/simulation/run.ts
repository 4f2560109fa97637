import type { ModelAnalysis } from '../../analysis'
import { strings } from '../strings'
import type { Panel } from '../view/context'
import type { SimulationReply, SimulationRequest } from './worker'

/**
 * Starts a simulation of the code as written in a worker of its own. The worker's text is fetched and started from a blob:
 * a webview may not start one from its resources' origin.
 */
export function startSimulation({ store, actions, worker: address }: Panel, model: ModelAnalysis, draws: number): void {
  if (address === null || store.get().measuring.kind === 'running') return
  const version = store.get().analysis?.version ?? 0
  const fail = (message: string): void => actions.set({ measuring: { kind: 'failed', message, detail: null, action: null } })
  const progress = (done: number): void =>
    actions.set({ measuring: { kind: 'running', what: 'simulate', done, total: draws, message: strings.simulating(done, draws) } })
  const abort = new AbortController()
  let worker: Worker | null = null
  actions.setSimulation(() => {
    abort.abort()
    worker?.terminate()
  })
  progress(0)
  fetch(address, { signal: abort.signal })
    .then(async (response) => {
      if (!response.ok) throw new Error(strings.noWorker)
      const url = URL.createObjectURL(new Blob([await response.text()], { type: 'text/javascript' }))
      worker = new Worker(url)
      worker.onerror = (event) => fail(event.message)
      worker.onmessage = ({ data }: MessageEvent<SimulationReply>) => {
        URL.revokeObjectURL(url)
        switch (data.kind) {
          case 'progress':
            return progress(data.done)
          case 'error':
            return fail(data.message)
          case 'result':
            worker?.terminate()
            return actions.set({
              measuring: { kind: 'idle' },
              overlay: {
                source: 'simulated',
                measurement: { model: model.name, version, seeds: draws, environment: strings.simulate, calls: data.calls },
              },
            })
          default:
            return data satisfies never
        }
      }
      const request: SimulationRequest = { graph: model.graph, draws }
      worker.postMessage(request)
    })
    .catch((error: unknown) => {
      if (!abort.signal.aborted) fail(error instanceof Error ? error.message : String(error))
    })
}
