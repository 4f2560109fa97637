/** Reading Keras: a Python file to its networks as graphs. */
import type { AnalysisOptions, Document } from '../../analysis'
import { createInterpreter } from '../../python'
import { recordRun } from '../torch/run'
import { installTensorAttributes } from '../torch/tensor/classes'
import { installTensors } from '../torch/tensor/install'
import { packageOf } from '../torch/package'
import type { ReadingHost } from '../torch'
import { surveyOf } from '../torch/source/survey'
import { readDefinitions } from '../torch/definitions'
import { mostMilliseconds, notesOf, tidy, watched } from '../pythonFile'
import type { Reading } from '../reading'
import { parseWith } from '../sizes'
import { Trace } from '../trace'
import { kerasConstructors } from './definitions'
import { discoverKeras } from './discover'
import { kerasState, layerName } from './layer/state'
import { inputPlan } from './model/input'
import { kerasModules } from './namespace'
import { shippedNetworks } from './namespace/shipped'
import { tensorMethods } from './ops/tensor-methods'

/** Reads a Python file that uses Keras. `initParser()` must have resolved. Never throws for what the file holds. */
export function readKeras(document: Document, options: AnalysisOptions, host: ReadingHost): Reading {
  const { sources, pending } = watched(host.sources)
  const parsed = parseWith(document, options.integers)
  const interpreter = createInterpreter({
    ...(sources === undefined ? {} : { sources }),
    ...(host.now === undefined ? {} : { now: host.now }),
    budget: { milliseconds: options.model === undefined ? mostMilliseconds.file : mostMilliseconds.model, ...host.budget },
    nativeModules: kerasModules,
    sourceOf: shippedNetworks,
    mainPackage: packageOf(document.file, sources),
  })
  installTensors(interpreter)
  installTensorAttributes(interpreter, 'keras', () => tensorMethods)
  inputPlan(interpreter).asked.push(...(options.input ?? []))
  const survey = surveyOf(parsed.module)
  // What the file computes with symbolic tensors is recorded as it goes: functional models are made of it.
  const names = { module: (layer: Parameters<typeof layerName>[1]) => layerName(interpreter, layer), parameter: () => null }
  return recordRun(interpreter, new Trace(), names, (run) => {
    kerasState(interpreter).building = run
    const module = interpreter.runParsed(parsed)
    const fileNotes = notesOf(document, interpreter.notes)
    const { models, remarks } = discoverKeras(interpreter, document, options, survey, parsed.comments, module)
    const definitions = readDefinitions(
      interpreter,
      document,
      survey,
      module,
      models.map(({ graph }) => graph),
      kerasConstructors,
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
  })
}
