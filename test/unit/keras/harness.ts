/** A Keras program, run by the reader. */
import { kerasModules } from '../../../src/frameworks/keras/namespace'
import { kerasState, layerName } from '../../../src/frameworks/keras/layer/state'
import { recordRun } from '../../../src/frameworks/torch/run'
import { installTensors } from '../../../src/frameworks/torch/tensor/install'
import { Trace } from '../../../src/frameworks/trace'
import { createInterpreter, type PythonInterpreter } from '../../../src/python'
import type { ModuleValue } from '../../../src/python/values'

/** Runs `text` as the reader would and gives its namespace to `body`. */
export function inKeras<T>(text: string, body: (interpreter: PythonInterpreter, module: ModuleValue) => T): T {
  const interpreter = createInterpreter({ nativeModules: kerasModules, now: () => 0 })
  installTensors(interpreter)
  const names = { module: (layer: Parameters<typeof layerName>[1]) => layerName(interpreter, layer), parameter: () => null }
  return recordRun(interpreter, new Trace(), names, (run) => {
    kerasState(interpreter).building = run
    return body(interpreter, interpreter.runModule('program.py', text))
  })
}
