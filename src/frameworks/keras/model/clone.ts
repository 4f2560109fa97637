/** `keras.models.clone_model`: a model of the same structure, whose weights are drawn anew. */
import type { Span } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import { list, str } from '../../../python/make'
import { lookUp } from '../../../python/mro'
import { native } from '../../../python/native'
import type { InstanceValue, Value } from '../../../python/values'
import { childrenOf, isModule } from '../../torch/module/registry'
import { currentRun } from '../../torch/run'
import type { TensorValue } from '../../torch/tensor'
import { callLayer } from '../layer/call'
import { type Copies, copiedLayer } from '../layer/copy'
import { kerasState, layerName } from '../layer/state'
import { sublayers } from '../layer/sublayers'
import { models } from './captured'
import { isModel, modelClass, tensorsIn } from './class'
import { inputPlan, symbolicInput } from './input'
import { layersOf, replay } from './replay'
import { sequentialClass } from './sequential'

/** Layers nest this deep at most: deeper is a cycle or hostile. */
const deepest = 50

class Cloning {
  readonly copies: Copies = new Map()

  constructor(
    private readonly interpreter: Interpreter,
    private readonly span: Span | null,
    /** The program's own way to copy a layer. */
    private readonly own: Value,
    private readonly isRecursive: boolean,
  ) {}

  /** `inputs`: tensors that the clone begins with; null for inputs of its own. */
  model(model: InstanceValue, inputs: readonly TensorValue[] | null): Value {
    const made = this.isSequential(model) ? this.sequential(model, inputs) : this.functional(model, inputs)
    if (isModule(made)) {
      this.copies.set(model, made)
      const unknown = model.attributes.get('_unknown')
      if (unknown !== undefined) made.attributes.set('_unknown', unknown)
    }
    return made
  }

  private isSequential(layer: InstanceValue): boolean {
    const { interpreter } = this
    return layer.cls.mro.includes(sequentialClass(interpreter))
  }

  /** Whether a layer is a model that says by itself which layers it calls. */
  isListed(layer: InstanceValue): boolean {
    const { interpreter } = this
    if (!isModel(interpreter, layer) || lookUp(layer.cls, 'call')?.kind !== 'builtin') return false
    return this.isSequential(layer) || models(interpreter).captured.has(layer)
  }

  private named(model: InstanceValue): Map<string, Value> {
    return new Map([['name', str(layerName(this.interpreter, model))]])
  }

  private sequential(model: InstanceValue, inputs: readonly TensorValue[] | null): Value {
    const { interpreter, span } = this
    const layers = childrenOf(model).map(([, layer]) => this.layer(layer))
    const missing = layers.find((layer) => !isModule(layer))
    if (missing !== undefined) return this.refused(missing)
    const made = interpreter.call(sequentialClass(interpreter), [list([...(inputs ?? []), ...layers])], this.named(model), span)
    const { told, captured } = models(interpreter)
    const own = told.get(model)
    if (!isModule(made)) return made
    if (inputs === null) {
      if (own !== undefined) told.set(made, own)
      return made
    }
    let x: Value = inputs[0] ?? list()
    for (const [, layer] of childrenOf(made)) x = callLayer(interpreter, layer, { positional: [x], keyword: new Map(), span })
    const ids = inputs.flatMap(({ payload: { source } }) => (source.kind === 'traced' ? [source.id] : []))
    if (ids.length === 1) captured.set(made, { inputs: ids, outputs: x })
    return made
  }

  private functional(model: InstanceValue, inputs: readonly TensorValue[] | null): Value {
    const { interpreter, span } = this
    const captured = models(interpreter).captured.get(model)
    if (captured === undefined || lookUp(model.cls, 'call')?.kind !== 'builtin')
      return interpreter.unknown(`a clone of ${model.cls.name} is not followed`, span)
    for (const layer of layersOf(interpreter, captured)) {
      const made = this.layer(layer)
      if (!isModule(made)) return this.refused(made)
    }
    const given = inputs ?? this.inputsOf(captured.inputs)
    const of = (layer: InstanceValue): InstanceValue => {
      const made = this.copies.get(layer)
      return made !== undefined && isModule(made) ? made : layer
    }
    const outputs = replay({ interpreter, span }, captured, given, of)
    const ends = new Map([...this.named(model), ['inputs', list([...given])] as const, ['outputs', outputs] as const])
    return interpreter.call(modelClass(interpreter), [], ends, span)
  }

  /** Inputs like those that a model has. */
  private inputsOf(ids: readonly number[]): readonly TensorValue[] {
    const { interpreter, span } = this
    const { building } = kerasState(interpreter)
    if (building === null) return []
    const { nodes } = building.trace.finish([])
    return ids.flatMap((id) => {
      const { shape, dtype, producer } = building.trace.tensor(id)
      const op = nodes[producer ?? -1]?.op
      const [made] = tensorsIn(symbolicInput(interpreter, shape, dtype, op?.kind === 'input' ? op.name : `input_${id}`, span))
      const assumption = inputPlan(interpreter).assumptions.get(id)
      if (made?.payload.source.kind === 'traced' && assumption !== undefined)
        inputPlan(interpreter).assumptions.set(made.payload.source.id, assumption)
      return made === undefined ? [] : [made]
    })
  }

  private layer(layer: InstanceValue): Value {
    const { interpreter, span, own } = this
    const known = this.copies.get(layer)
    if (known !== undefined) return known
    if (own.kind === 'none' || (this.isRecursive && this.isListed(layer))) return this.copied(layer)
    const made = interpreter.call(own, [layer], undefined, span)
    this.copies.set(layer, made)
    return made
  }

  /** A layer or model as it is made of its configuration. */
  copied(layer: InstanceValue): Value {
    const { interpreter, span } = this
    if (this.isListed(layer)) {
      const own = this.isRecursive ? this : new Cloning(interpreter, span, { kind: 'none' }, true)
      const made = own.model(layer, null)
      this.copies.set(layer, made)
      return made
    }
    const refused = this.below(layer, 0)
    return refused ?? copiedLayer(interpreter, layer, this.copies)
  }

  /** Clones the models that a layer holds: what they compute lies outside of them. Gives back what is no clone. */
  private below(layer: InstanceValue, depth: number): Value | null {
    if (depth > deepest) return null
    for (const child of sublayers(layer)) {
      if (this.copies.has(child)) continue
      const made = this.isListed(child) ? this.copied(child) : this.below(child, depth + 1)
      if (made !== null && !isModule(made)) return made
    }
    return null
  }

  private refused(made: Value): Value {
    return made.kind === 'unknown' ? made : this.interpreter.unknown('what clone_function gives is no layer', this.span)
  }
}

/**
 * A Sequential's or functional model's layers made anew; a model of a class of the program's own is made as it was. Unknown where the
 * program calls the layers by a function of its own.
 */
export const cloneModel = native(
  'clone_model(model, input_tensors=None, clone_function=None, call_function=None, recursive=False, **kwargs)',
  (args, interpreter) => {
    const model = args.value('model')
    if (!isModel(interpreter, model))
      return model.kind === 'unknown' ? model : interpreter.raise('ValueError', 'clone_model expects a model', args.span)
    if (args.passed('call_function') && args.value('call_function').kind !== 'none')
      return interpreter.unknown('clone_model with call_function is not followed', args.span)
    if (currentRun(interpreter) !== kerasState(interpreter).building)
      return interpreter.unknown('a model is cloned only while a file is read', args.span)
    const cloning = new Cloning(interpreter, args.span, args.value('clone_function'), args.boolean('recursive') === true)
    const inputs = args.value('input_tensors')
    if (inputs.kind === 'unknown') return inputs
    return cloning.isListed(model) ? cloning.model(model, inputs.kind === 'none' ? null : tensorsIn(inputs)) : cloning.copied(model)
  },
)
