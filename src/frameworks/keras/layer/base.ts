/** `keras.layers.Layer`: one class for each interpreter, since programs may add attributes to it. */
import { asInteger, asItems, asString } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { bool, dict, int, list, none, str } from '../../../python/make'
import { lookUp } from '../../../python/mro'
import { type Bound, getter, method, native, nativeClass } from '../../../python/native'
import type { BuiltinValue, ClassValue, InstanceValue, PropertyValue, Value } from '../../../python/values'
import { instanceMethod } from '../../instanceMethod'
import { beginModule } from '../../torch/module/instances'
import { setAttribute as setModuleAttribute } from '../../torch/module/attributes'
import { moduleClass } from '../../torch/module/module-class'
import { entriesOf, isModule, registered } from '../../torch/module/registry'
import { unknownData } from '../../torch/tensor/make'
import { callLayer } from './call'
import { checkPolicy } from './dtype-policy'
import { sublayers } from './sublayers'
import { layerName, layerState } from './state'
import { addWeight } from './weights'

export function selfLayer(args: Bound, interpreter: Interpreter): InstanceValue {
  const self = args.value('self')
  if (isModule(self)) return self
  return interpreter.raise('TypeError', `a layer is expected, not ${interpreter.typeOf(self).name}`, args.span)
}

function sizesOrNone(value: Value): (number | null)[] | null {
  const items = asItems(value)
  if (items === undefined) return null
  return items.map((item) => asInteger(item) ?? null)
}

/** Takes what every layer's constructor takes: the name, and the shape of the input in Keras 2's way. */
export function applyCommon(interpreter: Interpreter, layer: InstanceValue, keywords: ReadonlyMap<string, Value>): void {
  const state = layerState(interpreter, layer)
  const name = keywords.get('name')
  if (name !== undefined) state.name = asString(name) ?? state.name
  const whole = keywords.get('batch_input_shape') ?? keywords.get('batch_shape')
  const shape = keywords.get('input_shape')
  const dim = keywords.get('input_dim')
  const length = keywords.get('input_length')
  if (whole !== undefined) state.inputShape = sizesOrNone(whole)
  else if (shape !== undefined) state.inputShape = [null, ...(sizesOrNone(shape) ?? [])]
  else if (dim !== undefined)
    state.inputShape = [null, ...(length === undefined ? [] : [asInteger(length) ?? null]), asInteger(dim) ?? null]
  checkPolicy(interpreter, keywords.get('dtype'), layer.span)
  // Keras numbers its names in the order of construction.
  layerName(interpreter, layer)
  if (!layer.attributes.has('trainable')) layer.attributes.set('trainable', keywords.get('trainable') ?? bool(true))
}

const newLayer: BuiltinValue = native('Layer(cls, *args, **kwargs)', (args, interpreter) => {
  const cls = args.value('cls')
  if (cls.kind !== 'class') return none
  const made = interpreter.instantiate(cls, args.span)
  beginModule(interpreter, made)
  return made
})

/** The weights of a layer and of the layers that it holds. */
export function weightsBelow(layer: InstanceValue, found: Set<Value> = new Set(), depth = 0): Set<Value> {
  for (const [, value] of entriesOf(layer, '_parameters')) found.add(value)
  if (depth < 50) for (const child of sublayers(layer)) weightsBelow(child, found, depth + 1)
  return found
}

const weightLists = ['weights', 'variables', 'trainable_weights', 'trainable_variables', 'non_trainable_weights', 'non_trainable_variables']

const properties: readonly (readonly [string, PropertyValue])[] = [
  ['name', getter('name', (self, interpreter) => (isModule(self) ? str(layerName(interpreter, self)) : none))],
  [
    'built',
    {
      ...getter('built', (self, interpreter) => bool(isModule(self) && layerState(interpreter, self).built)),
      // A program sets it at the end of its `build`, which Keras knows by itself.
      setter: method('built(self, value)', () => none),
    },
  ],
  ...weightLists.map((each) => [each, getter(each, (self) => (isModule(self) ? list([...weightsBelow(self)]) : none))] as const),
  ['losses', getter('losses', () => list())],
  ['dtype', getter('dtype', () => str('float32'))],
  ['variable_dtype', getter('variable_dtype', () => str('float32'))],
  ['compute_dtype', getter('compute_dtype', () => str('float32'))],
  ['output', getter('output', (self, interpreter) => symbolic(self, interpreter, 'output'))],
  ['input', getter('input', (self, interpreter) => symbolic(self, interpreter, 'input'))],
  ['output_shape', getter('output_shape', (self, interpreter) => interpreter.getAttribute(symbolic(self, interpreter, 'output'), 'shape'))],
  ['input_shape', getter('input_shape', (self, interpreter) => interpreter.getAttribute(symbolic(self, interpreter, 'input'), 'shape'))],
]

function symbolic(self: Value, interpreter: Interpreter, which: 'input' | 'output'): Value {
  const state = isModule(self) ? layerState(interpreter, self) : null
  if (state?.[which] === null) state.callHolder?.()
  const found = state?.[which] ?? null
  return found ?? interpreter.unknown(`the layer has no ${which} yet`)
}

function weightShape(args: Bound): readonly number[] | null {
  const shape = args.value('shape')
  if (shape.kind === 'none') return []
  return args.integers('shape') ?? null
}

const methods: readonly BuiltinValue[] = [
  method('__init__(self, activity_regularizer=None, trainable=True, dtype=None, autocast=True, **kwargs)', (args, interpreter) => {
    applyCommon(interpreter, selfLayer(args, interpreter), args.keywords('kwargs'))
    return none
  }),
  instanceMethod('__call__', (self, args, interpreter) => callLayer(interpreter, self, args)),
  method('__setattr__(self, name, value)', (args, interpreter) => {
    const layer = selfLayer(args, interpreter)
    const name = args.string('name') ?? ''
    const property = lookUp(layer.cls, name)
    // PyTorch keeps a module where it stands, whatever property has its name; Keras asks the property.
    if (property?.kind !== 'property' || property.setter === null) return setModuleAttribute(args, interpreter)
    interpreter.setAttributeDirectly(layer, name, args.value('value'))
    return none
  }),
  method('build(self, *args, **kwargs)', (args, interpreter) => {
    layerState(interpreter, selfLayer(args, interpreter)).built = true
    return none
  }),
  method('call(self, *args, **kwargs)', (args, interpreter) => {
    const { name } = selfLayer(args, interpreter).cls
    return interpreter.raise('NotImplementedError', `Layer ${name} does not have a \`call()\` method implemented.`, args.span)
  }),
  method(
    'add_weight(self, shape=None, initializer=None, dtype=None, trainable=True, autocast=True, regularizer=None, constraint=None, aggregation=None, overwrite_with_gradient=False, name=None, **kwargs)',
    (args, interpreter) => {
      const layer = selfLayer(args, interpreter)
      // Keras 2 took the name first.
      const first = args.value('shape')
      const isOld = first.kind === 'str'
      const name = isOld ? first.value : (args.string('name') ?? 'variable')
      const sizes = isOld ? sizesOrNone(args.value('initializer')) : weightShape(args)
      const shape = sizes?.filter((size) => size !== null)
      if (sizes === null || shape === undefined || shape.length < sizes.length)
        return args.firstUnknown() ?? interpreter.unknown('the shape of a weight is not known', args.span)
      const initializer = isOld ? none : args.value('initializer')
      return addWeight(interpreter, layer, {
        name,
        shape,
        role: shape.length < 2 ? 'bias' : 'free',
        argument: initializer.kind === 'none' ? '' : null,
        initializer,
        trainable: args.boolean('trainable') ?? true,
      })
    },
  ),
  method('add_loss(self, *args, **kwargs)', () => none),
  method('add_metric(self, *args, **kwargs)', () => none),
  method('_flatten_layers(self, include_self=True, recursive=True)', (args, interpreter) => {
    const layer = selfLayer(args, interpreter)
    const below = (each: InstanceValue, depth: number): readonly InstanceValue[] =>
      sublayers(each).flatMap((child) => [child, ...(depth < 50 && args.boolean('recursive') !== false ? below(child, depth + 1) : [])])
    return list([...(args.boolean('include_self') === false ? [] : [layer]), ...below(layer, 0)])
  }),
  method('get_config(self)', () => dict()),
  method('count_params(self)', (args, interpreter) => int(parameterCount(interpreter, selfLayer(args, interpreter)))),
  method('get_weights(self)', (args, interpreter) => list([...weightsBelow(selfLayer(args, interpreter))])),
  method('set_weights(self, weights)', (args, interpreter) => {
    interpreter.note({ kind: 'assumption', message: 'weights set from outside are not followed', span: args.span })
    return none
  }),
  method('compute_mask(self, inputs, mask=None)', () => none),
  method('compute_output_shape(self, input_shape)', (args, interpreter) => {
    const layer = selfLayer(args, interpreter)
    const [batch, ...rest] = sizesOrNone(args.value('input_shape')) ?? []
    const inner = rest.filter((size) => size !== null)
    if (batch === undefined || inner.length < rest.length) return interpreter.unknown('the shape is not known', args.span)
    const sizes = [batch ?? 1, ...inner]
    const result = callLayer(interpreter, layer, {
      positional: [unknownData({ interpreter, span: args.span }, sizes, 'float', 'only its shape is asked for')],
      keyword: new Map(),
      span: args.span,
    })
    return interpreter.getAttribute(result, 'shape', args.span)
  }),
]

function parameterCount(interpreter: Interpreter, layer: InstanceValue): number {
  let total = 0
  for (const each of weightsBelow(layer)) {
    const sizes = asItems(interpreter.getAttribute(each, 'shape')) ?? []
    total += sizes.reduce((product, size) => product * (asInteger(size) ?? 1), 1)
  }
  return total
}

export function layerClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('keras.Layer', () =>
    nativeClass({
      name: 'Layer',
      qualifiedName: 'keras.layers.Layer',
      bases: [moduleClass(interpreter)],
      attributes: [
        ['__new__', { kind: 'staticMethod', fn: newLayer }],
        ['supports_masking', bool(false)],
        ['dtype_policy', str('float32')],
        ...methods.map((each) => [each.name, each] as const),
        ...properties,
      ],
    }),
  )
}

/** A weight or attribute by name, wherever it is kept. */
export function held(layer: InstanceValue, name: string): Value | undefined {
  return layer.attributes.get(name) ?? registered(layer, name)
}
