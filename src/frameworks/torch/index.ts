/** Reading PyTorch: a Python file to its networks as graphs. */
import type { AnalysisOptions, Document } from '../../analysis'
import type { InterpreterOptions, SourceReader } from '../../python/host'
import { createInterpreter, type PythonInterpreter } from '../../python'
import type { Reading } from '../reading'
import { mostMilliseconds, notesOf, tidy, watched } from '../pythonFile'
import { parseWith } from '../sizes'
import { companionModules } from './companions'
import { readDefinitions } from './definitions'
import { discoverModels } from './discover'
import { assumedBase } from './discover/assumed-base'
import { assumedArguments, sizesIn } from './discover/assumed-arguments'
import { torchModules } from './modules'
import { progressOf } from './module/instances'
import { isModuleClass } from './module/registry'
import { packageOf } from './package'
import { surveyOf } from './source/survey'

export interface ReadingHost {
  /** Source of other files. */
  readonly sources?: SourceReader
  /** Milliseconds, monotonic. */
  readonly now?: () => number
  readonly budget?: InterpreterOptions['budget']
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
    earns: (cls) => cls.span !== null && isModuleClass(cls),
    mainPackage: packageOf(document.file, sources),
  })
  const module = interpreter.runParsed(parsed)
  const survey = surveyOf(parsed.module)
  const fileNotes = notesOf(document, interpreter.notes)
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
