/** A model that the program made, as a plan of its layers. */
import type { Assumption } from '../../analysis'
import type { Span } from '../../graph'
import { ArrayValue, isArray, isUnknown, type ObjectValue, type Value } from '../../javascript'
import { camelCase } from '../spec/names'
import { plannedLayer } from '../spec/plannedLayer'
import { type Execution, mostExecutions, type Plan, type PlannedInput, type PlannedLayer, planOfLayers, type TensorKey } from '../spec/plan'
import { SpecError } from '../spec/place'
import { customKind, type OwnLayers } from './custom'
import { callPlace, configPlace, valuePlace } from './place'
import { cellsOf } from './cells'
import { ancestors, type Configured, LayerValue, ModelValue, type Part, partOf, type TensorValue } from './values'

/** A size that the program leaves open. */
const openSize = { image: 32, sequence: 16 } as const
const deepest = 20
const wrappers: ReadonlySet<string> = new Set(['Bidirectional', 'TimeDistributed'])

/** Where a nested model stands. */
interface Around {
  readonly prefix: string
  readonly path: readonly string[]
  /** What the model is fed; null for the outermost one. */
  readonly fed: readonly TensorKey[] | null
}

const outermost: Around = { prefix: '', path: [], fed: null }

/** The plan of a model. Throws a SpecError where a layer, or the input's shape, is not known. */
export function planOfModel(model: ModelValue, reading: OwnLayers, given: readonly Assumption[]): Plan {
  const reader = new ModelReader(reading)
  const outputs = reader.model(model, outermost)
  return planOfLayers(reader, 'tensorflowjs', { name: model.name, outputs, span: model.span }, given)
}

/** The plan of what leads to one tensor. */
export function planOfTensor(tensor: TensorValue, reading: OwnLayers): Plan {
  const reader = new ModelReader(reading)
  const outputs = reader.tensors([tensor], new Map(), outermost)
  const span = tensor.source.kind === 'input' ? tensor.source.span : tensor.source.layer.span
  return planOfLayers(reader, 'tensorflowjs', { name: 'tensor', outputs, span })
}

class ModelReader {
  readonly inputs: PlannedInput[] = []
  readonly executions: Execution[] = []
  readonly assumptions: Assumption[] = []
  channelsLast: boolean | null = null
  private readonly planned = new Map<string, readonly PlannedLayer[]>()

  constructor(private readonly reading: OwnLayers) {}

  model(model: ModelValue, around: Around): readonly TensorKey[] {
    if (around.path.length > deepest) throw new SpecError(`Models stand in one another at most ${deepest} deep.`, model.span)
    if (model.broken !== null) throw new SpecError(`${model.name}: ${model.broken.reason}.`, model.broken.span ?? model.span)
    if (model.ends === null) return [this.sequential(model, around)]
    const bound = new Map<TensorValue, TensorKey>()
    model.ends.inputs.forEach((tensor, index) => {
      const fed = around.fed?.[index]
      if (fed !== undefined) bound.set(tensor, fed)
    })
    return this.tensors(model.ends.outputs, bound, around)
  }

  /** Runs what leads to some tensors, but for those that are bound already. */
  tensors(wanted: readonly TensorValue[], bound: Map<TensorValue, TensorKey>, around: Around): readonly TensorKey[] {
    // Outputs of one call come one after the other; the call itself runs once.
    const ran = new Map<string, readonly TensorKey[]>()
    for (const tensor of ancestors(wanted)) {
      if (bound.has(tensor)) continue
      const { source } = tensor
      if (source.kind === 'input') {
        bound.set(tensor, this.addInput(source.name, source.shape, source.span))
        continue
      }
      const call = `${source.layer.name} ${tensor.order - source.output}`
      const inputs = source.inputs.map((each) => bound.get(each) ?? '')
      const outputs = ran.get(call) ?? this.part(source.layer as Part, inputs, around)
      ran.set(call, outputs)
      bound.set(tensor, outputs[source.output] ?? outputs[0] ?? '')
    }
    return wanted.map((tensor) => bound.get(tensor) ?? '')
  }

  private sequential(model: ModelValue, around: Around): TensorKey {
    let current = around.fed?.[0] ?? null
    for (const part of model.layers) {
      current ??= this.inputOf(part)
      if (part instanceof LayerValue && part.made.className === 'InputLayer') continue
      const [output] = this.part(part, current === null ? [] : [current], around)
      current = output ?? current
    }
    if (current === null) throw new SpecError('The model has no layers.', model.span)
    return current
  }

  /** The input of a stack that starts with this layer; null where a model that starts with its own input comes first. */
  private inputOf(part: Part): TensorKey | null {
    if (part instanceof ModelValue) return null
    const { config } = part.made
    const batch = config?.value('batchInputShape')
    const shape = batch !== undefined && batch !== null ? withoutBatch(batch) : (config?.value('inputShape') ?? config?.value('inputDim'))
    const isEmbedding = part.made.className === 'Embedding'
    const length = config?.value('inputLength')
    if (isEmbedding && batch === undefined && config?.value('inputShape') === undefined)
      return this.addInput('input', length ?? null, part.span, 1)
    return this.addInput(`${part.name}_input`, shape, part.span)
  }

  private addInput(name: string, shape: Value, span: Span, rank: number | null = null): TensorKey {
    const place = valuePlace(shape, span)
    const items = place.items ?? (typeof place.scalar === 'number' ? [place] : rank === 1 ? [valuePlace(null, span)] : null)
    if (items === null)
      return place.fail(
        isUnknown(shape)
          ? `The input’s shape is not known: ${shape.reason}.`
          : 'The input’s shape is not written: give the first layer inputShape, like inputShape: [28, 28, 1].',
      )
    const sizes = items.map((item) => {
      const { scalar } = item
      if (typeof scalar === 'number' && Number.isInteger(scalar) && scalar >= 1 && scalar <= 2 ** 24) return scalar
      if (scalar !== null) return item.fail(`A size of the input’s shape must be a whole number or null; here it is ${item.shown}.`)
      const assumed = items.length >= 3 ? openSize.image : openSize.sequence
      this.assumptions.push({ message: `${name}: ${assumed} for a size that is left open`, span, setting: null })
      return assumed
    })
    const key = `input ${this.inputs.length}`
    this.inputs.push({ key, name, sizes, distribution: null, span })
    return key
  }

  private part(part: Part, inputs: readonly TensorKey[], around: Around): readonly TensorKey[] {
    const name = `${around.prefix}${part.name}`
    if (part instanceof ModelValue)
      return this.model(part, { prefix: `${name}.`, path: [...around.path, name], fed: inputs.length === 0 ? null : inputs })
    if (this.executions.length >= mostExecutions) throw new SpecError(`The model has more than ${mostExecutions} layers.`, part.span)
    const layers = this.planned.get(name) ?? this.layersOf(part, name, around)
    this.planned.set(name, layers)
    let given = inputs
    for (const layer of layers) {
      const output = `tensor ${this.executions.length}`
      const states = Array.from({ length: part.outputs - 1 }, (_, index) => `${output} state ${index}`)
      this.executions.push({ layer, inputs: given, residual: null, output, states })
      given = [output, ...states]
    }
    return given
  }

  /** One layer, but for an RNN of several cells, which is a layer for each. */
  private layersOf(part: LayerValue, name: string, around: Around): readonly PlannedLayer[] {
    const cells = cellsOf(part.made)
    if (cells === null) return [this.layer(part.made, part.instance, name, around)]
    return cells.map((made, index) => {
      const isLast = index === cells.length - 1
      return this.layer(made, null, isLast ? name : `${name}.${index}`, around)
    })
  }

  private layer(made: Configured, instance: ObjectValue | null, name: string, around: Around): PlannedLayer {
    const config = configPlace(made)
    const format = config.get('dataFormat')?.scalar
    if (format === 'channelsFirst' || format === 'channelsLast') {
      if (this.channelsLast !== null && this.channelsLast !== (format === 'channelsLast'))
        config.get('dataFormat')?.fail('Layers with channelsFirst and with channelsLast in one model are not read.')
      this.channelsLast = format === 'channelsLast'
    }
    const inner = partOf(made.config?.value('layer'))
    // A wrapped layer's weights are initialized where the layer itself is made.
    const wrapped = wrappers.has(made.className) && inner instanceof LayerValue ? inner.made : null
    const planned = plannedLayer({
      entry: callPlace(wrapped ?? made),
      config,
      type: instance?.cls?.name ?? made.className,
      name,
      path: around.path,
      spelling: camelCase,
    })
    return planned.kind !== null && instance === null
      ? planned
      : { ...planned, kind: customKind(planned.type, instance, this.reading), activation: null }
  }
}

function withoutBatch(shape: Value): Value {
  return isArray(shape) ? new ArrayValue(shape.items.slice(1), shape.span) : shape
}
