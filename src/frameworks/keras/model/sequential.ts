/** `keras.Sequential`. */
import type { Interpreter } from '../../../python/host'
import { list, none } from '../../../python/make'
import { getter, method, nativeClass } from '../../../python/native'
import type { ClassValue, InstanceValue, Value } from '../../../python/values'
import { childrenOf, isModule, register, registryOf } from '../../torch/module/registry'
import { isTensor } from '../../torch/tensor'
import { applyCommon, selfLayer } from '../layer/base'
import { callLayer } from '../layer/call'
import { kerasState, layerName, layerState } from '../layer/state'
import { models, type ToldInput } from './captured'
import { ends, modelClass } from './class'
import { completed, symbolicInput } from './input'

function layersOf(model: InstanceValue): readonly InstanceValue[] {
  return childrenOf(model).map(([, layer]) => layer)
}

/** Whether a layer only names the input. */
function isInputLayer(layer: InstanceValue): boolean {
  return layer.cls.qualifiedName === 'keras.layers.InputLayer'
}

/** The one input of a model that is put into another; null where it is not known. */
function inputOf(interpreter: Interpreter, model: InstanceValue): Omit<ToldInput, 'name'> | null {
  const { captured, told } = models(interpreter)
  const { building } = kerasState(interpreter)
  const [id, ...others] = captured.get(model)?.inputs ?? []
  const [first, ...rest] = told.get(model) ?? []
  const only = id !== undefined && building !== null ? building.trace.tensor(id) : first
  return only === undefined || others.length > 0 || rest.length > 0 ? null : { shape: only.shape, dtype: only.dtype }
}

function add(interpreter: Interpreter, model: InstanceValue, given: Value): void {
  if (given.kind === 'unknown') {
    model.attributes.set('_unknown', given)
    return
  }
  // `keras.Input(…)` in the list names the shape of the input.
  if (isTensor(given)) {
    const { shape, dtype } = given.payload
    models(interpreter).told.set(model, [{ name: 'inputs', shape, dtype }])
    return
  }
  if (!isModule(given)) {
    const what = interpreter.typeOf(given).qualifiedName
    model.attributes.set('_unknown', interpreter.unknown(`${what} in a Sequential is not followed`, model.span))
    return
  }
  const { inputShape } = layerState(interpreter, given)
  if (layersOf(model).length === 0 && !models(interpreter).told.has(model)) {
    const told = inputShape === null ? inputOf(interpreter, given) : { shape: completed(interpreter, inputShape), dtype: 'float' as const }
    if (told !== null) models(interpreter).told.set(model, [{ name: 'inputs', ...told }])
  }
  if (isInputLayer(given)) return
  const own = layerName(interpreter, given)
  const taken = new Set(childrenOf(model).map(([name]) => name))
  let name = own
  for (let twin = 1; taken.has(name); twin++) name = `${own}#${twin}`
  register(model, '_modules', name, given)
  layerState(interpreter, given).callHolder = () => symbolic(interpreter, model)
  models(interpreter).captured.delete(model)
}

/** The symbolic tensors of a model of which the input is told: made when they are asked for. */
function symbolic(interpreter: Interpreter, model: InstanceValue): void {
  const [told] = models(interpreter).told.get(model) ?? []
  if (told === undefined || models(interpreter).captured.has(model)) return
  const input = symbolicInput(interpreter, told.shape, told.dtype, told.name, model.span)
  if (!isTensor(input) || input.payload.source.kind !== 'traced') return
  let x: Value = input
  for (const layer of layersOf(model)) x = callLayer(interpreter, layer, { positional: [x], keyword: new Map(), span: model.span })
  if (isTensor(x)) models(interpreter).captured.set(model, { inputs: [input.payload.source.id], outputs: x })
}

function end(which: 'input' | 'output', many: boolean) {
  return (self: Value, interpreter: Interpreter): Value => {
    if (!isModule(self)) return none
    symbolic(interpreter, self)
    const tensors = ends(self, interpreter, which)
    if (many) return list([...tensors])
    return tensors[0] ?? interpreter.unknown('the input of the model is not known yet')
  }
}

export function sequentialClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('keras.Sequential', () =>
    nativeClass({
      name: 'Sequential',
      qualifiedName: 'keras.Sequential',
      bases: [modelClass(interpreter)],
      attributes: [
        [
          '__init__',
          method('__init__(self, layers=None, trainable=True, name=None, **kwargs)', (args, inner) => {
            const model = selfLayer(args, inner)
            const keywords = new Map(args.keywords('kwargs'))
            if (args.passed('name')) keywords.set('name', args.value('name'))
            applyCommon(inner, model, keywords)
            const given = args.value('layers')
            if (given.kind === 'unknown') model.attributes.set('_unknown', given)
            else if (given.kind !== 'none') for (const each of inner.items(given, args.span) ?? []) add(inner, model, each)
            return none
          }),
        ],
        [
          'add',
          method('add(self, layer, rebuild=True)', (args, inner) => {
            add(inner, selfLayer(args, inner), args.value('layer'))
            return none
          }),
        ],
        [
          'pop',
          method('pop(self, rebuild=True)', (args, inner) => {
            const model = selfLayer(args, inner)
            const last = childrenOf(model).at(-1)
            if (last !== undefined) registryOf(model, '_modules')?.entries.delete({ kind: 'str', value: last[0] })
            models(inner).captured.delete(model)
            return last?.[1] ?? none
          }),
        ],
        [
          'call',
          method('call(self, inputs, training=None, mask=None, **kwargs)', (args, inner) => {
            const model = selfLayer(args, inner)
            const unknown = model.attributes.get('_unknown')
            if (unknown !== undefined) return unknown
            let x = args.value('inputs')
            for (const layer of layersOf(model)) x = callLayer(inner, layer, { positional: [x], keyword: new Map(), span: args.span })
            return x
          }),
        ],
        ['layers', getter('layers', (self) => (isModule(self) ? list([...layersOf(self)]) : none))],
        ['input', getter('input', end('input', false))],
        ['output', getter('output', end('output', false))],
        ['inputs', getter('inputs', end('input', true))],
        ['outputs', getter('outputs', end('output', true))],
      ],
    }),
  )
}
