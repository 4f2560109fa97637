/** Entry of the analysis thread: reads and predicts beside the extension host, so that a large file keeps nothing waiting. */
import { parentPort } from 'node:worker_threads'
import { initialize } from '../../analyze'
import type { SourceFile } from '../../python/host'
import { analyzeInRounds, type KnownModules } from '../analyst'
import { type FromThread, packer, type ToThread } from './threadMessages'

const port = parentPort
if (port === null) throw new Error('this file runs as a thread')

let known: KnownModules = new Map()
let questions = 0
const waiting = new Map<number, (file: SourceFile | null) => void>()
/** Analyses under way; one that is no longer in it was cancelled. */
const running = new Set<number>()
const send = (message: FromThread): void => port.postMessage(message)

async function analyze({ id, document, options }: Extract<ToThread, { readonly type: 'analyze' }>): Promise<void> {
  const pack = packer()
  running.add(id)
  try {
    await initialize(document.file)
    const analysis = await analyzeInRounds(
      document,
      options,
      (request) =>
        new Promise((resolve) => {
          const question = questions++
          waiting.set(question, resolve)
          send({ type: 'lookup', id, question, request })
        }),
      known,
      { part: (part) => send({ type: 'part', id, analysis: pack(part) }), isCancelled: () => !running.has(id) },
    )
    send({ type: 'done', id, analysis: analysis === null ? null : pack(analysis) })
  } catch (error) {
    send({ type: 'failed', id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  } finally {
    running.delete(id)
  }
}

port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'analyze':
      void analyze(message)
      return
    case 'cancel':
      running.delete(message.id)
      return
    case 'source':
      waiting.get(message.question)?.(message.file)
      waiting.delete(message.question)
      return
    case 'forget':
      known = new Map()
      return
    default:
      message satisfies never
  }
})
