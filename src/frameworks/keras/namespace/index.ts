/** The Python modules that a Keras program finds, by dotted name. */
import type { Interpreter } from '../../../python/host'
import { libraryModules } from '../../../python/library'
import type { ModuleValue } from '../../../python/values'
import { kerasModule, kerasSubmodules } from './keras'
import { layersModule } from './layers'
import { tensorflowModule, tensorflowSubmodules } from './tensorflow'

type Factory = (interpreter: Interpreter) => ModuleValue

/** Names that Keras goes by. */
const roots = ['keras', 'tensorflow.keras', 'tf_keras', 'tensorflow.python.keras', 'keras.api', 'keras.src'] as const

export const kerasModules: ReadonlyMap<string, Factory> = new Map<string, Factory>([
  ...libraryModules,
  ...roots.flatMap((root): [string, Factory][] => [
    [root, kerasModule(root)],
    ...[...kerasSubmodules].map(([name, make]): [string, Factory] => [`${root}.${name}`, make]),
  ]),
  // Keras' own files import the base class from where it is defined.
  ['keras.src.layers.layer', layersModule],
  ['tensorflow', tensorflowModule],
  ['tensorflow.python', tensorflowModule],
  ...[...tensorflowSubmodules].map(([name, make]): [string, Factory] => [`tensorflow.${name}`, make]),
])
