import type { Graph } from '../../graph'
import type { MeasuredCall } from '../../protocol'
import { type Draw, simulateOnce, summarizeDraws } from './simulate'

/** What the panel sends to the worker, once. */
export interface SimulationRequest {
  readonly graph: Graph
  readonly draws: number
}

export type SimulationReply =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'result'; readonly calls: readonly MeasuredCall[] }
  | { readonly kind: 'error'; readonly message: string }

/** The global scope of a worker, as far as this one needs it. */
interface WorkerScope {
  postMessage(message: SimulationReply): void
  onmessage: ((event: MessageEvent<SimulationRequest>) => void) | null
}
declare const self: WorkerScope

self.onmessage = ({ data: { graph, draws } }) => {
  try {
    const done: Draw[] = []
    for (let draw = 0; draw < draws; draw++) {
      done.push(simulateOnce(graph, draw + 1))
      self.postMessage({ kind: 'progress', done: draw + 1 })
    }
    self.postMessage({ kind: 'result', calls: summarizeDraws(graph, done) })
  } catch (error) {
    self.postMessage({ kind: 'error', message: error instanceof Error ? error.message : String(error) })
  }
}
