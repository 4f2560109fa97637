/** What a Keras model is fed: what the file tells, else the usual inputs of its first layer. */
import type { InputSpec } from '../../../analysis'
import type { Interpreter } from '../../../python/host'
import { lookUp } from '../../../python/mro'
import type { InstanceValue } from '../../../python/values'
import { kerasState, layerState } from '../layer/state'
import { namedLayers } from '../layer/sublayers'
import { models } from '../model/captured'
import { assumedBatch } from '../model/input'
import type { NamedInput } from '../../discover/attempt'
import type { Passing } from './trace'

function specOf(shape: readonly number[]): InputSpec {
  return { shape, distribution: { kind: 'normal', mean: 0, std: 1 } }
}

/** The inputs that the file names; null where it does not. */
export function knownInputs(interpreter: Interpreter, model: InstanceValue): readonly NamedInput[] | null {
  const { captured, told } = models(interpreter)
  const { building } = kerasState(interpreter)
  const own = captured.get(model)
  if (own !== undefined && building !== null) {
    return own.inputs.map((id, index): NamedInput => {
      const { op } = building.trace.producer(id)
      return { name: op.kind === 'input' ? op.name : `input_${index}`, spec: specOf(building.trace.tensor(id).shape) }
    })
  }
  const fed = told.get(model)
  if (fed !== undefined) return fed.map(({ name, shape }) => ({ name, spec: specOf(shape) }))
  const shaped = layerState(interpreter, model).inputShape
  return shaped === null ? null : [{ name: 'inputs', spec: specOf(shaped.map((size, axis) => size ?? (axis === 0 ? assumedBatch : 32))) }]
}

/** Names of the parameters of `call` that must be given. */
export function callParameters(model: InstanceValue): readonly string[] {
  const call = lookUp(model.cls, 'call')
  if (call?.kind !== 'function') return ['inputs']
  return call.node.parameters
    .slice(1)
    .filter(
      ({ kind, defaultValue, name }) =>
        kind !== 'star' && kind !== 'doubleStar' && defaultValue === null && name !== 'training' && name !== 'mask',
    )
    .map(({ name }) => name)
}

/** How the model's `call` takes several inputs. */
export function passingOf(interpreter: Interpreter, model: InstanceValue): Passing {
  return models(interpreter).captured.has(model) || callParameters(model).length < 2 ? 'together' : 'separately'
}

const images = [[32, 32, 3], [28, 28, 1], [224, 224, 3], [64, 64, 3], [96, 96, 3], [128, 128, 3], [256, 256, 3], [28, 28], [784]]
const usual: readonly (readonly [RegExp, readonly (readonly number[])[]])[] = [
  [/^(Conv2D|DepthwiseConv2D|SeparableConv2D|MaxPooling2D|AveragePooling2D|ZeroPadding2D|Rescaling|RandomFlip)$/, images],
  [
    /^(Conv1D|SeparableConv1D|DepthwiseConv1D)$/,
    [
      [128, 16],
      [128, 1],
      [32, 64],
    ],
  ],
  [
    /^Conv3D$/,
    [
      [16, 32, 32, 1],
      [16, 32, 32, 3],
    ],
  ],
  [/^(Embedding)$/, [[32], [64], []]],
  [/^(LSTM|GRU|SimpleRNN|Bidirectional|TimeDistributed)$/, [[32, 64], [32]]],
  [/^(MultiHeadAttention|LayerNormalization)$/, [[32, 64], [64]]],
  [
    /^Flatten$/,
    [
      [28, 28],
      [32, 32, 3],
    ],
  ],
  [/^(Conv2DTranspose)$/, [[7, 7, 64]]],
  [/^(Dense|BatchNormalization)$/, [[784], [32, 64], [32, 32, 3]]],
]

/** Inputs to try, by the layers that the model holds in their order, the likeliest first. */
export function usualInputs(interpreter: Interpreter, model: InstanceValue): readonly (readonly NamedInput[])[] {
  const names = callParameters(model)
  const count = Math.max(1, names.length)
  const found = new Map<string, readonly NamedInput[]>()
  for (const [, layer] of namedLayers(interpreter, model)) {
    for (const cls of layer.cls.mro) {
      for (const [pattern, shapes] of usual) {
        if (!cls.qualifiedName.startsWith('keras.') || !pattern.test(cls.name)) continue
        for (const shape of shapes) {
          const whole = [assumedBatch, ...shape]
          if (!found.has(whole.join()))
            found.set(
              whole.join(),
              Array.from({ length: count }, (_, index) => ({ name: names[index] ?? 'inputs', spec: specOf(whole) })),
            )
        }
      }
    }
  }
  return [...found.values()]
}
