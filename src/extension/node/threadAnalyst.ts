import { Worker } from 'node:worker_threads'
import type { Analysis } from '../../analysis'
import type { Analyst, Lookup } from '../analyst'
import type { FromThread, ToThread } from './threadMessages'

interface Job {
  readonly lookup: Lookup
  resolve(analysis: Analysis): void
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
    analyze: (document, options, lookup) =>
      new Promise((resolve, reject) => {
        worker ??= start()
        const id = ++lastId
        jobs.set(id, { lookup, resolve, reject })
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
    case 'done':
      jobs.delete(message.id)
      job.resolve(message.analysis)
      return
    case 'failed':
      jobs.delete(message.id)
      job.reject(new Error(message.error))
      return
    default:
      message satisfies never
  }
}
