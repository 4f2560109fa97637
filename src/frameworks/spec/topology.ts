/** Keras' `model.to_json()` and TensorFlow.js' `model.json`: Sequential and functional models, nested and shared. */
import type { Assumption } from '../../analysis'
import { layerName } from './names'
import type { Place } from './place'
import { type Execution, mostExecutions, type Plan, type PlannedInput, planOfLayers, type TensorKey } from './plan'
import { plannedLayer, textAt } from './plannedLayer'

/** A size that the topology leaves open. */
const openSize = { image: 32, sequence: 16 } as const

/** As Keras names them in what it saves; TensorFlow.js says `tensor_flow.js`. */
const kerasBackends: ReadonlySet<string> = new Set(['tensorflow', 'jax', 'torch', 'numpy', 'theano', 'openvino'])

/** Whether a document holds a topology, by what it holds. */
export function isTopology(root: Place): boolean {
  return (
    root.get('modelTopology') !== null ||
    root.get('model_config') !== null ||
    (root.get('class_name') !== null && root.get('config') !== null)
  )
}

/** Throws a SpecError where the topology is none that Keras or TensorFlow.js writes. */
export function planOfTopology(root: Place): Plan {
  const topology = root.get('modelTopology') ?? root
  if (topology.get('node') !== null)
    root.fail('This is a graph model, which holds operations and no layers: save it as a layers model instead.')
  const model = topology.get('model_config') ?? topology
  const isJavaScript = root.get('modelTopology') !== null
  const said = (name: string): string => String((topology.get(name) ?? root.get(name))?.scalar ?? '')
  const backend = said('keras_backend') || said('backend')
  const isPythons = /^\d/.test(said('keras_version')) || kerasBackends.has(backend)
  // A model that Python saved keeps the meaning that Keras gave its initializers, and is built anew by Keras.
  const origin = isJavaScript && !isPythons ? 'tensorflowjs' : 'keras'
  const reader = new TopologyReader()
  const { outputs, name } = reader.root(model)
  return planOfLayers(reader, origin, { name, outputs, span: model.span })
}

interface Read {
  readonly name: string
  readonly outputs: readonly TensorKey[]
}

/** Where a nested model stands. */
interface Around {
  readonly prefix: string
  readonly path: readonly string[]
  /** Tells apart the tensors of a model that is called twice. */
  readonly turn: string
  /** What the model is fed; null for the outermost one. */
  readonly fed: readonly TensorKey[] | null
}

const deepest = 20

class TopologyReader {
  readonly inputs: PlannedInput[] = []
  readonly executions: Execution[] = []
  readonly assumptions: Assumption[] = []
  channelsLast: boolean | null = null

  root(model: Place): Read {
    return this.model(model, { prefix: '', path: [], turn: '', fed: null })
  }

  private model(model: Place, around: Around): Read {
    if (around.path.length > deepest) model.fail(`Models stand in one another at most ${deepest} deep.`)
    const type = textAt(model, 'class_name')
    const config = model.get('config') ?? model.fail('config is missing beside class_name.')
    if (!isModel(type)) return (model.get('class_name') ?? model).fail(`${type} is not a model: Sequential, Functional and Model are read.`)
    const layers =
      (config.get('layers') ?? config).items ?? config.fail('layers is missing: it must be a list of layers with class_name and config.')
    const name = String(config.get('name')?.scalar ?? type)
    const isFunctional = config.get('output_layers') !== null
    return { name, outputs: isFunctional ? this.functional(config, layers, around) : [this.sequential(model, config, layers, around)] }
  }

  private sequential(model: Place, config: Place, layers: readonly Place[], around: Around): TensorKey {
    let current = around.fed?.[0] ?? null
    layers.forEach((entry, index) => {
      const type = textAt(entry, 'class_name')
      if (type === 'InputLayer') {
        current ??= this.input(entry)
        return
      }
      current ??= this.inputFor(entry, model, config)
      current = this.call(entry, type, index, [current], around, 0)
    })
    return current ?? model.fail('The model has no layers.')
  }

  /** The input of a Sequential that starts with the layer itself. */
  private inputFor(entry: Place, model: Place, config: Place): TensorKey {
    const own = entry.get('config')
    const shape =
      own?.get('batch_input_shape') ??
      own?.get('batch_shape') ??
      model.get('build_input_shape') ??
      config.get('build_input_shape') ??
      entry.get('build_config')?.get('input_shape') ??
      null
    return this.addInput('input', shape?.items === null ? null : shape, entry)
  }

  private input(entry: Place): TensorKey {
    const config = entry.get('config') ?? entry.fail('config is missing beside class_name.')
    const name = String((config.get('name') ?? entry.get('name'))?.scalar ?? 'input')
    return this.addInput(name, config.get('batch_shape') ?? config.get('batch_input_shape') ?? config.get('batchInputShape'), entry)
  }

  private addInput(name: string, shape: Place | null, entry: Place): TensorKey {
    const items =
      shape?.items ?? entry.fail('The input’s shape is not written: give the first layer batch_input_shape, or the model an InputLayer.')
    const sizes = items.slice(1).map((item) => {
      if (typeof item.scalar === 'number' && Number.isInteger(item.scalar) && item.scalar >= 1 && item.scalar <= 2 ** 24) return item.scalar
      if (item.scalar !== null) return item.fail(`An input’s size must be a whole number or null; here it is ${item.shown}.`)
      const assumed = items.length >= 4 ? openSize.image : openSize.sequence
      this.assumptions.push({ message: `${name}: ${assumed} for a size that is left open`, span: item.span, setting: null })
      return assumed
    })
    const key = `input ${name}`
    this.inputs.push({ key, name, sizes, distribution: null, span: entry.span })
    return key
  }

  private functional(config: Place, layers: readonly Place[], around: Around): readonly TensorKey[] {
    const keyOf = ({ layer, node }: TensorReference): TensorKey => `${around.prefix}${layer}${around.turn}:${node}`
    const ready = new Set<TensorKey>()
    const made = new Map<TensorKey, TensorKey>()
    const bind = (key: TensorKey, value: TensorKey): void => {
      ready.add(key)
      made.set(key, value)
    }
    const inputNames = referencesIn(config.get('input_layers')).map(({ layer }) => layer)
    let waiting: { readonly entry: Place; readonly name: string; readonly node: number; readonly from: readonly TensorReference[] }[] = []
    for (const entry of layers) {
      const name = String((entry.get('name') ?? entry.get('config')?.get('name'))?.scalar ?? '')
      const given = around.fed?.[inputNames.indexOf(name)]
      if (textAt(entry, 'class_name') === 'InputLayer') bind(keyOf({ layer: name, node: 0 }), given ?? this.input(entry))
      else
        (entry.get('inbound_nodes')?.items ?? []).forEach((place, node) => {
          waiting.push({ entry, name, node, from: referencesIn(place) })
        })
    }
    while (waiting.length > 0) {
      const left: typeof waiting = []
      for (const call of waiting) {
        if (call.from.some((reference) => !ready.has(keyOf(reference)))) {
          left.push(call)
          continue
        }
        const inputs = call.from.map((reference) => made.get(keyOf(reference)) as TensorKey)
        bind(
          keyOf({ layer: call.name, node: call.node }),
          this.call(call.entry, textAt(call.entry, 'class_name'), call.node, inputs, around, call.node),
        )
      }
      const [stuck] = left
      if (stuck !== undefined && left.length === waiting.length)
        stuck.entry.fail(
          `${stuck.name} reads ${stuck.from.find((reference) => !ready.has(keyOf(reference)))?.layer}, which no layer makes.`,
        )
      waiting = left
    }
    const outputs = config.get('output_layers')
    return referencesIn(outputs).map(
      (reference) => made.get(keyOf(reference)) ?? outputs?.fail(`${reference.layer} is an output, and no layer makes it.`) ?? '',
    )
  }

  private call(entry: Place, type: string, index: number, inputs: readonly TensorKey[], around: Around, node: number): TensorKey {
    const config = entry.get('config') ?? entry.fail('config is missing beside class_name.')
    const name = `${around.prefix}${String((config.get('name') ?? entry.get('name'))?.scalar ?? `${layerName(type)}_${index}`)}`
    if (isModel(type)) {
      const inner = { prefix: `${name}.`, path: [...around.path, name], turn: `${around.turn}/${node}`, fed: inputs }
      return this.model(entry, inner).outputs[0] ?? entry.fail(`${name} has no output.`)
    }
    const format = config.get('data_format')?.scalar
    if (format === 'channels_first' || format === 'channels_last') this.layout(format === 'channels_last', config)
    if (this.executions.length >= mostExecutions) entry.fail(`The model has more than ${mostExecutions} layers.`)
    const output = `tensor ${this.executions.length}`
    this.executions.push({ layer: plannedLayer({ entry, config, type, name, path: around.path }), inputs, residual: null, output })
    return output
  }

  private layout(isLast: boolean, config: Place): void {
    if (this.channelsLast !== null && this.channelsLast !== isLast)
      config.get('data_format')?.fail('Layers with channels_first and with channels_last in one model are not read.')
    this.channelsLast = isLast
  }
}

function isModel(type: string): boolean {
  return type === 'Sequential' || type === 'Functional' || type === 'Model'
}

interface TensorReference {
  readonly layer: string
  readonly node: number
}

/** `[name, node, tensor]` and Keras 3's `keras_history`, wherever they stand in a call's arguments. */
function referencesIn(place: Place | null, depth = 0): readonly TensorReference[] {
  if (place === null || depth > 12) return []
  const history = place.get('class_name')?.scalar === '__keras_tensor__' ? (place.get('config')?.get('keras_history') ?? null) : null
  if (history !== null) return referencesIn(history, depth + 1)
  const { items, entries } = place
  const [first, second, third] = items ?? []
  if (items !== null && typeof first?.scalar === 'string' && typeof second?.scalar === 'number') {
    if (typeof third?.scalar === 'number' && third.scalar > 0) place.fail('A layer’s second output is not read.')
    return [{ layer: first.scalar, node: second.scalar }, ...referencesIn(items[3] ?? null, depth + 1)]
  }
  return (items ?? entries?.map(([, value]) => value) ?? []).flatMap((item) => referencesIn(item, depth + 1))
}
