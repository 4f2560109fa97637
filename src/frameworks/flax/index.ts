/** Reading Flax: a Python file to its networks as graphs. */
import type { AnalysisOptions, Document } from '../../analysis'
import { openPythonFile } from '../openPythonFile'
import type { Reading } from '../reading'
import type { ReadingHost } from '../torch'
import { installTensorAttributes } from '../torch/tensor/classes'
import { installTensors } from '../torch/tensor/install'
import { arrayAttributes } from './arrays/methods'
import { flaxConstructors } from './definitions'
import { discoverFlax } from './discover'
import { flaxModules } from './namespace'

/** Reads a Python file that uses Flax. `initParser()` must have resolved. Never throws for what the file holds. */
export function readFlax(document: Document, options: AnalysisOptions, host: ReadingHost): Reading {
  const file = openPythonFile(document, options, host, { nativeModules: flaxModules })
  const { interpreter, survey, comments } = file
  installTensors(interpreter)
  installTensorAttributes(interpreter, 'flax', () => arrayAttributes)
  return file.read((module) => discoverFlax(interpreter, document, options, survey, comments, module), flaxConstructors)
}
