/** `tf`, as far as it makes models. */
import type { Span } from '../../graph'
import {
  ArrayValue,
  FunctionValue,
  HostValue,
  type Invocation,
  isArray,
  isFunction,
  isObject,
  isUnknown,
  native,
  objectOf,
  Unknown,
  type Value,
} from '../../javascript'
import type { Scope } from '../spec/scope'
import { initializerClasses, layerClasses } from './factories'
import { operationsOf } from './operations'
import { OpTensor } from './tensors'
import { baseClass, type Configured, InitializerValue, LayerValue, ModelValue, partOf, type State, TensorValue } from './values'

/** Packages that hold `tf`, whole or in part. */
export const packages = /^(?:@tensorflow\/tfjs(?:-(?:node|node-gpu|core|layers|react-native))?(?:\/.*)?)$/

const nowhere: Span = { file: '', start: 0, end: 0, line: 1, column: 0 }

function configured(className: string, { args, argSpans, span }: Invocation): Configured {
  const [config] = args
  return { className, config: isObject(config) ? config : null, span: span ?? nowhere, argument: argSpans[0] ?? null }
}

/** Throws nothing: what is given is read when a model runs. */
function layerFunction(state: State, name: string, className: string): FunctionValue {
  return native(name, (args, invocation) => {
    const [config] = args
    if (isUnknown(config)) return new Unknown(`the settings of ${name} are not known: ${config.reason}`, invocation.span)
    return new LayerValue(state, configured(className, invocation))
  })
}

function sequential(state: State): FunctionValue {
  return native('sequential', ([config], { span }) => {
    const named = isObject(config) ? config.value('name') : undefined
    const isNamed = typeof named === 'string'
    const model = new ModelValue(state, isNamed ? named : state.names.uid('sequential_'), isNamed, span ?? nowhere, null)
    const layers = isObject(config) ? config.value('layers') : undefined
    if (isArray(layers)) {
      for (const layer of layers.items) {
        const part = partOf(layer)
        if (part !== null) model.layers.push(part)
        else model.broken ??= isUnknown(layer) ? layer : new Unknown('one of its layers is not known', span)
      }
    } else if (isUnknown(layers)) model.broken = layers
    return model
  })
}

function tensorsIn(value: Value): readonly TensorValue[] | null {
  const items = isArray(value) ? value.items : [value]
  const tensors = items.filter((item): item is TensorValue => item instanceof TensorValue)
  return tensors.length === items.length && items.length > 0 ? tensors : null
}

function functional(state: State): FunctionValue {
  return native('model', ([config], { span }) => {
    if (!isObject(config)) return new Unknown('tf.model is given nothing that is known', span)
    const inputs = tensorsIn(config.value('inputs'))
    const outputs = tensorsIn(config.value('outputs'))
    if (inputs === null || outputs === null) {
      const which = inputs === null ? 'inputs' : 'outputs'
      const given = config.value(which)
      const missing = isArray(given) ? given.items.find(isUnknown) : given
      const message = `the model’s ${which} are not known${isUnknown(missing) ? `: ${missing.reason}` : ''}`
      state.failures.push({ message, span })
      return new Unknown(message, isUnknown(missing) ? missing.span : span)
    }
    const named = config.value('name')
    const isNamed = typeof named === 'string'
    return new ModelValue(state, isNamed ? named : state.names.uid('model'), isNamed, span ?? nowhere, { inputs, outputs })
  })
}

function input(state: State): FunctionValue {
  return native('input', ([config], { span }) => {
    if (!isObject(config)) return new Unknown('tf.input is given nothing that is known', span)
    const batch = config.value('batchShape')
    const shape = isArray(batch) ? new ArrayValue(batch.items.slice(1), batch.span) : config.value('shape')
    const named = config.value('name')
    const name = typeof named === 'string' ? named : state.names.uid('input')
    return state.tensor({ kind: 'input', name, shape, span: span ?? nowhere })
  })
}

/** `class Own extends tf.layers.Layer`: the instance keeps a layer of its own class. */
function layerBase(state: State): FunctionValue {
  const make = (invocation: Invocation): Value => new LayerValue(state, configured(baseClass, invocation))
  return new FunctionValue('Layer', make, make)
}

/** Members that are not read give functions that give nothing known. */
class Namespace extends HostValue {
  constructor(
    readonly type: string,
    private readonly members: ReadonlyMap<string, Value>,
    /** What is said of a member that it does not have. */
    private readonly lacks = (name: string): string => `${type}.${name} is not followed`,
  ) {
    super()
  }

  get(name: string): Value {
    const known = this.members.get(name) ?? (name === 'default' ? this : undefined)
    return known ?? native(name, (_, { span }) => new Unknown(this.lacks(name), span))
  }
}

/** The layer that computes with some of these. */
function scopeIn(args: readonly Value[]): Scope | null {
  for (const arg of args) {
    if (arg instanceof OpTensor) return arg.scope
    const inner = isArray(arg) ? scopeIn(arg.items) : null
    if (inner !== null) return inner
  }
  return null
}

const lacking =
  (type: string, example: string) =>
  (name: string): string =>
    `${type} has no ${name} (TensorFlow.js 4.22): write one that it has, like ${type}.${example}`

export function tensorflow(state: State): HostValue {
  const layers = new Map<string, Value>([...layerClasses].map(([name, className]) => [name, layerFunction(state, name, className)]))
  layers.set('Layer', layerBase(state))
  layers.set('input', input(state))
  const initializers = new Map<string, Value>(
    [...initializerClasses].map(([name, className]) => [
      name,
      native(name, (_, invocation) => new InitializerValue(configured(className, invocation))),
    ]),
  )
  const runs = native('tidy', (args, { span }) => {
    const fn = args.find(isFunction)
    return fn === undefined ? undefined : fn.invoke({ self: undefined, args: [], argSpans: [], span })
  })
  const nothing = native('nothing', () => undefined)
  return new Namespace(
    'tf',
    new Map<string, Value>([
      ['layers', new Namespace('tf.layers', layers, lacking('tf.layers', 'dense({units: 64})'))],
      ['initializers', new Namespace('tf.initializers', initializers, lacking('tf.initializers', 'heNormal()'))],
      ['sequential', sequential(state)],
      ['model', functional(state)],
      ['input', input(state)],
      ['Input', input(state)],
      ...operationsOf((args) => scopeIn(args) ?? state.computing.at(-1) ?? null).map(
        ([name, run]) => [name, native(name, (args, { span }) => run(args, span))] as const,
      ),
      ['scalar', native('scalar', ([value]) => value)],
      ['tidy', runs],
      ['ready', nothing],
      ['setBackend', nothing],
      ['dispose', nothing],
      ['nextFrame', nothing],
      ['serialization', objectOf({ registerClass: nothing })],
    ]),
  )
}
