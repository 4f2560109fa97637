import { Worker } from 'node:worker_threads'
import type { Analysis } from '../../analysis'
import type { Analyst, Lookup, Progress } from '../analyst'
import { type FromThread, type SentAnalysis, type ToThread, unpacker } from './threadMessages'

interface Job {
  readonly lookup: Lookup
  readonly progress: Progress | undefined
  readonly unpack: (analysis: SentAnalysis) => Analysis
  resolve(analysis: Analysis | null): void
  reject(error: Error): void
}

/** Analyzes in a thread that runs `script` (dist/extension.thread.js). One that ends by itself is started again with the next analysis. */
export function threadAnalyst(script: string): Analyst {
  let worker: Worker | null = null
  let jobs = new Map<number, Job>()
  let lastId = 0

  const start = (): Worker => {
    const started = new Worker(script)
    const post = (message: ToThread): void => started.postMessage(message)
    started.on('message', (message: FromThread) => receive(message, jobs, post))
    const end = (error: Error): void => {
      if (worker !== started) return
      worker = null
      const lost = jobs
      jobs = new Map()
      for (const job of lost.values()) job.reject(error)
    }
    started.on('error', end)
    started.on('exit', (code) => end(new Error(`the analysis thread ended with code ${code}`)))
    return started
  }

  return {
    analyze: (document, options, lookup, progress) =>
      new Promise((resolve, reject) => {
        worker ??= start()
        const id = ++lastId
        const cancelling = progress?.token.onCancellationRequested(() => {
          const message: ToThread = { type: 'cancel', id }
          if (jobs.has(id)) worker?.postMessage(message)
        })
        const settled =
          <T>(settle: (result: T) => void) =>
          (result: T): void => {
            cancelling?.dispose()
            settle(result)
          }
        jobs.set(id, { lookup, progress, unpack: unpacker(), resolve: settled(resolve), reject: settled(reject) })
        const message: ToThread = { type: 'analyze', id, document, options }
        worker.postMessage(message)
      }),
    forget: () => {
      const message: ToThread = { type: 'forget' }
      worker?.postMessage(message)
    },
    dispose: () => {
      const running = worker
      worker = null
      void running?.terminate()
    },
  }
}

function receive(message: FromThread, jobs: Map<number, Job>, post: (message: ToThread) => void): void {
  const job = jobs.get(message.id)
  if (job === undefined) return
  switch (message.type) {
    case 'lookup': {
      const answer = (file: Awaited<ReturnType<Lookup>>): void => post({ type: 'source', question: message.question, file })
      job.lookup(message.request).then(answer, () => answer(null))
      return
    }
    case 'part':
      job.progress?.onPart(job.unpack(message.analysis))
      return
    case 'done':
      jobs.delete(message.id)
      job.resolve(message.analysis === null ? null : job.unpack(message.analysis))
      return
    case 'failed':
      jobs.delete(message.id)
      job.reject(new Error(message.error))
      return
    default:
      message satisfies never
  }
}
