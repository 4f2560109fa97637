/** `keras.Model`: subclassed or made of symbolic tensors. */
import { asInteger, asItems } from '../../../python/guards'
import type { CallArguments, Interpreter } from '../../../python/host'
import { list, none } from '../../../python/make'
import { type Bound, getter, method, native, nativeClass } from '../../../python/native'
import type { BuiltinValue, ClassValue, InstanceValue, PropertyValue, Value } from '../../../python/values'
import { instanceMethod } from '../../instanceMethod'
import { isModule, register } from '../../torch/module/registry'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { tracedTensor } from '../../torch/tensor/make'
import { applyCommon, layerClass, selfLayer } from '../layer/base'
import { layerName, layerState, kerasState } from '../layer/state'
import { sublayers } from '../layer/sublayers'
import { models } from './captured'
import { completed } from './input'
import { layersOf, looseEnds, replay } from './replay'

/** Tensors in a value, in order; a dict's by its keys' order. */
export function tensorsIn(value: Value): readonly TensorValue[] {
  if (isTensor(value)) return [value]
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.flatMap(tensorsIn)
  return value.kind === 'dict' ? [...value.entries.values()].flatMap(tensorsIn) : []
}

function unknownIn(value: Value): Value | undefined {
  if (value.kind === 'unknown') return value
  const items = value.kind === 'dict' ? [...value.entries.values()] : (asItems(value) ?? [])
  return items.map(unknownIn).find((found) => found !== undefined)
}

/** Makes `model` one of symbolic tensors. */
function capture(interpreter: Interpreter, model: InstanceValue, inputs: Value, outputs: Value): void {
  const ids = tensorsIn(inputs).flatMap(({ payload: { source } }) => (source.kind === 'traced' ? [source.id] : []))
  if (ids.length === 0) return
  const captured = { inputs: ids, outputs }
  models(interpreter).captured.set(model, captured)
  layerState(interpreter, model).built = true
  for (const layer of layersOf(interpreter, captured)) register(model, '_modules', layerName(interpreter, layer), layer)
}

function initialize(args: Bound, interpreter: Interpreter): Value {
  const model = selfLayer(args, interpreter)
  const positional = args.rest('args')
  const keywords = args.keywords('kwargs')
  applyCommon(interpreter, model, keywords)
  const inputs = keywords.get('inputs') ?? keywords.get('input') ?? positional[0]
  const outputs = keywords.get('outputs') ?? keywords.get('output') ?? positional[1]
  if (inputs === undefined || outputs === undefined) return none
  const unknown = unknownIn(inputs) ?? unknownIn(outputs)
  if (unknown !== undefined) model.attributes.set('_unknown', unknown)
  // As far as it is known, it can still be shown.
  if (unknown === undefined) capture(interpreter, model, inputs, outputs)
  else if (unknownIn(inputs) === undefined) capture(interpreter, model, inputs, looseEnds(interpreter, tensorsIn(inputs)))
  return none
}

/** What a program feeds to a model tells its input. */
export function tell(interpreter: Interpreter, model: InstanceValue, values: readonly Value[]): void {
  const shapes = values.flatMap((value, index) => {
    const shape = interpreter.findAttribute(value, 'shape')
    const sizes = shape === undefined ? undefined : asItems(shape)
    if (sizes === undefined) return []
    const known = sizes.map((size) => asInteger(size))
    if (known.some((size) => size === undefined) || known.length === 0) return []
    const dtype = isTensor(value) ? value.payload.dtype : 'float'
    const complete = completed(interpreter, [null, ...known.slice(1).map((size) => size ?? null)])
    return [{ name: index === 0 ? 'inputs' : `inputs_${index}`, shape: complete, dtype } as const]
  })
  if (shapes.length > 0 && shapes.length === values.length) models(interpreter).told.set(model, shapes)
}

function fed(args: CallArguments): readonly Value[] {
  const first = args.positional[0] ?? args.keyword.get('x') ?? none
  return first.kind === 'list' || first.kind === 'tuple' ? first.items : [first]
}

/** A method that only tells the input. */
function feeding(name: string, result: (interpreter: Interpreter) => Value): BuiltinValue {
  return instanceMethod(name, (self, args, interpreter) => {
    tell(interpreter, self, fed(args))
    return result(interpreter)
  })
}

const silent = ['compile', 'summary', 'save', 'save_weights', 'reset_states', 'reset_metrics', 'export']

const trained = (name: string) => (interpreter: Interpreter) =>
  interpreter.unknown(`what \`${name}\` gives is known only when the program runs`)

function buildShape(args: Bound): readonly (readonly (number | null)[])[] {
  const value = args.value('input_shape')
  const sizes = (each: Value): (number | null)[] => (asItems(each) ?? []).map((item) => asInteger(item) ?? null)
  const items = asItems(value) ?? []
  return items.every((item) => item.kind === 'list' || item.kind === 'tuple') ? items.map(sizes) : [sizes(value)]
}

const methods: readonly BuiltinValue[] = [
  method('__init__(self, *args, **kwargs)', initialize),
  method('build(self, input_shape=None, **kwargs)', (args, interpreter) => {
    const model = selfLayer(args, interpreter)
    const shapes = buildShape(args).filter((shape) => shape.length > 0)
    // Inside a call the shapes are those of the call; from outside they tell the input.
    if (shapes.length > 0 && kerasState(interpreter).training.length === 1) {
      models(interpreter).told.set(
        model,
        shapes.map((shape, index) => ({
          name: index === 0 ? 'inputs' : `inputs_${index}`,
          shape: completed(interpreter, shape),
          dtype: 'float',
        })),
      )
    }
    return none
  }),
  method('call(self, inputs, training=None, mask=None, **kwargs)', (args, interpreter) => {
    const model = selfLayer(args, interpreter)
    const unknown = model.attributes.get('_unknown')
    const captured = models(interpreter).captured.get(model)
    if (captured === undefined)
      return (
        unknown ??
        interpreter.raise('NotImplementedError', `Model ${model.cls.name} does not have a \`call()\` method implemented.`, args.span)
      )
    const result = replay({ interpreter, span: args.span }, captured, tensorsIn(args.value('inputs')))
    return unknown ?? result
  }),
  method('get_layer(self, name=None, index=None)', (args, interpreter) => {
    const layers = sublayers(selfLayer(args, interpreter))
    const name = args.string('name')
    const index = args.number('index')
    const found = name === undefined ? layers.at(index ?? 0) : layers.find((layer) => layerName(interpreter, layer) === name)
    return found ?? interpreter.unknown('there is no such layer', args.span)
  }),
  ...silent.map((name) => native(`${name}(*args, **kwargs)`, () => none)).map((fn): BuiltinValue => ({ ...fn, bindsSelf: true })),
  method('load_weights(self, *args, **kwargs)', (args, interpreter) => {
    interpreter.note({
      kind: 'assumption',
      message: 'weights that are loaded are not followed: the model is taken as it is initialized',
      span: args.span,
    })
    return none
  }),
  feeding('fit', trained('fit')),
  feeding('predict', trained('predict')),
  feeding('evaluate', trained('evaluate')),
  feeding('train_on_batch', trained('train_on_batch')),
  feeding('predict_on_batch', trained('predict_on_batch')),
]

const properties: readonly (readonly [string, PropertyValue])[] = [
  ['layers', getter('layers', (self) => (isModule(self) ? list([...sublayers(self)]) : none))],
  ['inputs', getter('inputs', (self, interpreter) => list([...ends(self, interpreter, 'input')]))],
  ['outputs', getter('outputs', (self, interpreter) => list([...ends(self, interpreter, 'output')]))],
  ['input', getter('input', (self, interpreter) => single(ends(self, interpreter, 'input'), interpreter))],
  ['output', getter('output', (self, interpreter) => single(ends(self, interpreter, 'output'), interpreter))],
]

/** The symbolic tensors that a model starts from or ends in. */
export function ends(self: Value, interpreter: Interpreter, which: 'input' | 'output'): readonly TensorValue[] {
  if (!isModule(self)) return []
  const captured = models(interpreter).captured.get(self)
  const { building } = kerasState(interpreter)
  if (captured === undefined || building === null) return []
  if (which === 'output') return tensorsIn(captured.outputs)
  return captured.inputs.map((id) => tracedTensor({ interpreter, span: null }, building.trace, id))
}

function single(tensors: readonly TensorValue[], interpreter: Interpreter): Value {
  const [only] = tensors
  if (only === undefined) return interpreter.unknown('the model has no symbolic tensors')
  return tensors.length === 1 ? only : list([...tensors])
}

export function modelClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('keras.Model', () =>
    nativeClass({
      name: 'Model',
      qualifiedName: 'keras.Model',
      bases: [layerClass(interpreter)],
      attributes: [...methods.map((each) => [each.name, each] as const), ...properties],
    }),
  )
}

export function isModel(interpreter: Interpreter, value: Value): value is InstanceValue {
  return isModule(value) && value.cls.mro.includes(modelClass(interpreter))
}
