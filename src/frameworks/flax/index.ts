/** Reading Flax: a Python file to its networks as graphs. */
import type { AnalysisOptions, Document } from '../../analysis'
import { createInterpreter } from '../../python'
import { parseWith } from '../sizes'
import { mostMilliseconds, notesOf, tidy, watched } from '../pythonFile'
import type { Reading } from '../reading'
import type { ReadingHost } from '../torch'
import { readDefinitions } from '../torch/definitions'
import { packageOf } from '../torch/package'
import { surveyOf } from '../torch/source/survey'
import { installTensorAttributes } from '../torch/tensor/classes'
import { installTensors } from '../torch/tensor/install'
import { arrayAttributes } from './arrays/methods'
import { flaxConstructors } from './definitions'
import { discoverFlax } from './discover'
import { flaxModules } from './namespace'

/** Reads a Python file that uses Flax. `initParser()` must have resolved. Never throws for what the file holds. */
export function readFlax(document: Document, options: AnalysisOptions, host: ReadingHost): Reading {
  const { sources, pending } = watched(host.sources)
  const parsed = parseWith(document, options.integers)
  const interpreter = createInterpreter({
    ...(sources === undefined ? {} : { sources }),
    ...(host.now === undefined ? {} : { now: host.now }),
    budget: { milliseconds: options.model === undefined ? mostMilliseconds.file : mostMilliseconds.model, ...host.budget },
    nativeModules: flaxModules,
    mainPackage: packageOf(document.file, sources),
  })
  installTensors(interpreter)
  installTensorAttributes(interpreter, 'flax', () => arrayAttributes)
  const survey = surveyOf(parsed.module)
  const module = interpreter.runParsed(parsed)
  const fileNotes = notesOf(document, interpreter.notes)
  const { models, remarks } = discoverFlax(interpreter, document, options, survey, parsed.comments, module)
  const definitions = readDefinitions(
    interpreter,
    document,
    survey,
    module,
    models.map(({ graph }) => graph),
    flaxConstructors,
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
