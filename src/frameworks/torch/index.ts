/** Reading PyTorch: a Python file to its networks as graphs. */
import type { AnalysisOptions, Document, Remark } from '../../analysis'
import type { InterpreterOptions, SourceReader } from '../../python/host'
import { createInterpreter, type PythonInterpreter } from '../../python'
import type { Reading } from '../reading'
import { parseWith } from '../sizes'
import { companionModules } from './companions'
import { readDefinitions } from './definitions'
import { discoverModels } from './discover'
import { assumedBase } from './discover/assumed-base'
import { assumedArguments, sizesIn } from './discover/assumed-arguments'
import { torchModules } from './modules'
import { progressOf } from './module/instances'
import { packageOf } from './package'
import { surveyOf } from './source/survey'

export interface ReadingHost {
  /** Source of other files. */
  readonly sources?: SourceReader
  /** Milliseconds, monotonic. */
  readonly now?: () => number
  readonly budget?: InterpreterOptions['budget']
}

/** Steps end what does not end; time guards against slow steps, and leaves room for machines that are busy. */
const mostMilliseconds = { file: 1200, model: 4000 } as const

/** Counts requests that the host has not answered yet. */
function watched(sources: SourceReader | undefined): { readonly sources: SourceReader | undefined; readonly pending: () => boolean } {
  if (sources === undefined) return { sources, pending: () => false }
  let waiting = false
  const resolve: SourceReader['resolve'] = (request) => {
    const file = sources.resolve(request)
    waiting ||= file === undefined
    return file
  }
  return { sources: { resolve }, pending: () => waiting }
}

/** Remarks without repetition, those of this file first in the order of its lines. */
function tidy(document: Document, remarks: readonly Remark[]): readonly Remark[] {
  const seen = new Map<string, Remark>()
  for (const remark of remarks) seen.set(`${remark.message}|${remark.span?.file}|${remark.span?.start}`, remark)
  const own = (remark: Remark): number => (remark.span?.file === document.file ? remark.span.start : Number.POSITIVE_INFINITY)
  return [...seen.values()].sort((a, b) => (own(a) === own(b) ? 0 : own(a) - own(b)))
}

/** Reads a Python file that uses PyTorch. `initParser()` must have resolved. Never throws for what the file holds. */
export function readTorch(document: Document, options: AnalysisOptions, host: ReadingHost): Reading {
  const { sources, pending } = watched(host.sources)
  const parsed = parseWith(document, options.integers)
  const assumed = assumedArguments(() => interpreter, { ...sizesIn(parsed.comments), ...options.sizes })
  const isInstalled = (name: string): boolean =>
    sources !== undefined && sources.resolve({ module: name, level: 0, fromFile: document.file }) !== null
  const interpreter: PythonInterpreter = createInterpreter({
    ...(sources === undefined ? {} : { sources }),
    ...(host.now === undefined ? {} : { now: host.now }),
    budget: { milliseconds: options.model === undefined ? mostMilliseconds.file : mostMilliseconds.model, ...host.budget },
    nativeModules: new Map([...torchModules, ...companionModules(isInstalled)]),
    fillUnknown: assumed.fill,
    assumeBase: assumedBase(() => interpreter),
    progress: () => progressOf(interpreter),
    mainPackage: packageOf(document.file, sources),
  })
  const module = interpreter.runParsed(parsed)
  const survey = surveyOf(parsed.module)
  const fileNotes = interpreter.notes
    // What is not read of other files shows where a model depends on it.
    .filter(({ kind, span }) => kind === 'unread' && (span === null || span.file === document.file))
    .map(({ message, span }): Remark => ({ message, span }))
  const { models, remarks } = discoverModels(interpreter, document, options, survey, parsed.comments, module, assumed.assumptionsOf)
  const definitions = readDefinitions(
    interpreter,
    document,
    survey,
    module,
    models.map(({ graph }) => graph),
  )
  const unread = tidy(document, [...fileNotes, ...remarks])
  const isEmpty = models.length === 0 && definitions.length === 0
  return {
    models,
    definitions,
    unread,
    message: isEmpty ? (unread[0]?.message ?? 'No layers were found in this file.') : null,
    pending: pending(),
  }
}
