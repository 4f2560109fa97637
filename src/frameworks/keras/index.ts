/** Reading Keras: a Python file to its networks as graphs. */
import type { AnalysisOptions, Document } from '../../analysis'
import { openPythonFile } from '../openPythonFile'
import type { Reading } from '../reading'
import type { ReadingHost } from '../torch'
import { recordRun } from '../torch/run'
import { installTensorAttributes } from '../torch/tensor/classes'
import { installTensors } from '../torch/tensor/install'
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
  const file = openPythonFile(document, options, host, { nativeModules: kerasModules, sourceOf: shippedNetworks })
  const { interpreter, survey, comments } = file
  installTensors(interpreter)
  installTensorAttributes(interpreter, 'keras', () => tensorMethods)
  inputPlan(interpreter).asked.push(...(options.input ?? []))
  // What the file computes with symbolic tensors is recorded as it goes: functional models are made of it.
  const names = { module: (layer: Parameters<typeof layerName>[1]) => layerName(interpreter, layer), parameter: () => null }
  return recordRun(interpreter, new Trace(), names, (run) => {
    kerasState(interpreter).building = run
    return file.read((module) => discoverKeras(interpreter, document, options, survey, comments, module), kerasConstructors)
  })
}
