/** What Keras knows of a layer beside its attributes. */
import type { Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import type { ModelRun } from '../../torch/run'
import { autoName } from './auto-name'

export interface LayerState {
  /** Given, or made of the class's name when it is first asked for. */
  name: string | null
  built: boolean
  /** Constructor arguments that the call gives, by parameter. */
  readonly written: Set<string>
  /** Shape of the input that the constructor names, with the batch: `input_shape=`, `input_dim=`, `batch_input_shape=`. */
  inputShape: readonly (number | null)[] | null
  /** What it gave and took when it was last called while the file was read. */
  input: Value | null
  output: Value | null
  /** Calls the layers of the Sequential that it is part of on a symbolic tensor, once. */
  callHolder: (() => void) | null
}

interface KerasState {
  readonly layers: WeakMap<InstanceValue, LayerState>
  /** The run that records what the file computes symbolically while it is read. */
  building: ModelRun | null
  /** Whether calls are in train mode, innermost last. */
  readonly training: boolean[]
  readonly names: Map<string, number>
}

export function kerasState(interpreter: Interpreter): KerasState {
  return interpreter.state<KerasState>('keras', () => ({ layers: new WeakMap(), building: null, training: [true], names: new Map() }))
}

export function layerState(interpreter: Interpreter, layer: InstanceValue): LayerState {
  const { layers } = kerasState(interpreter)
  const known = layers.get(layer)
  if (known !== undefined) return known
  const made: LayerState = { name: null, built: false, written: new Set(), inputShape: null, input: null, output: null, callHolder: null }
  layers.set(layer, made)
  return made
}

/** The layer's name: as given, else `dense`, `dense_1`, … in the order of construction. */
export function layerName(interpreter: Interpreter, layer: InstanceValue): string {
  const state = layerState(interpreter, layer)
  state.name ??= autoName(kerasState(interpreter).names, layer.cls.name)
  return state.name
}

export function inTraining(interpreter: Interpreter): boolean {
  return kerasState(interpreter).training.at(-1) ?? true
}
