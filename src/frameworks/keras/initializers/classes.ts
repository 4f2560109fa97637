/** `keras.initializers` as classes, and what a layer's `…_initializer=` draws. */
import type { Fans, Initializer, Span } from '../../../graph'
import { asNumber, asString } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { int, none, stringDict, tuple } from '../../../python/make'
import { type Bound, method, native, nativeClass, nativeModule } from '../../../python/native'
import { parseSignature } from '../../../python/signature'
import type { ClassValue, DictValue, ModuleValue, Value } from '../../../python/values'
import { isTensor } from '../../torch/tensor'
import { initializerOf } from '../../torch/tensor/distribution'
import { drawnTensor } from '../../torch/tensor/make'
import { type Configuration, initializerEntries, type InitializerEntry, namesOf } from './entries'
import { kerasFans } from './fans'

const byName: ReadonlyMap<string, InitializerEntry> = new Map(
  initializerEntries.flatMap((entry) => namesOf(entry).map((name) => [name, entry] as const)),
)

interface Classes {
  readonly base: ClassValue
  readonly byEntry: ReadonlyMap<InitializerEntry, ClassValue>
}

function configurationOf(attributes: ReadonlyMap<string, Value>): Configuration {
  return {
    number: (name) => asNumber(attributes.get(name) ?? none) ?? null,
    text: (name) => asString(attributes.get(name) ?? none)?.toLowerCase() ?? null,
  }
}

function classOf(entry: InitializerEntry, base: ClassValue): ClassValue {
  const text = `${entry.name}.__init__(self${entry.parameters === '' ? '' : `, ${entry.parameters}`}, **kwargs)`
  const names = parseSignature(text).parameters.flatMap(({ name, kind }, index) => (index > 0 && kind !== 'keywords' ? [name] : []))
  return nativeClass({
    name: entry.name,
    qualifiedName: `keras.initializers.${entry.name}`,
    bases: [base],
    attributes: [
      [
        '__init__',
        method(text, (args) => {
          const self = args.value('self')
          if (self.kind === 'instance') for (const name of names) self.attributes.set(name, args.value(name))
          return none
        }),
      ],
      [
        '__call__',
        method('__call__(self, shape, dtype=None, **kwargs)', (args, interpreter) => {
          const shape = args.integers('shape')
          if (shape === undefined) return args.firstUnknown() ?? interpreter.unknown('the shape to draw is not known', args.span)
          const drawn = initializerFor(interpreter, args.value('self'), shape, { origin: 'written', span: args.span })
          return drawnTensor({ interpreter, span: args.span }, shape, drawn.distribution, drawn.label)
        }),
      ],
    ],
  })
}

/** `get_config()`: the arguments that the constructor was given. */
function configurationAsDict(args: Bound): Value {
  const self = args.value('self')
  return stringDict(self.kind === 'instance' ? self.attributes : [])
}

function madeFromDict(args: Bound, interpreter: Interpreter): Value {
  const config = args.value('config')
  const entries = config.kind === 'dict' ? [...config.entries.entries()] : []
  return interpreter.call(args.value('cls'), [], new Map(entries.map(([key, item]) => [asString(key) ?? '', item])), args.span)
}

export function initializerClasses(interpreter: Interpreter): Classes {
  return interpreter.state<Classes>('keras.initializers', () => {
    const base = nativeClass({
      name: 'Initializer',
      qualifiedName: 'keras.initializers.Initializer',
      attributes: [
        ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
        ['clone', method('clone(self)', (args) => args.value('self'))],
        ['get_config', method('get_config(self)', configurationAsDict)],
        ['from_config', { kind: 'classMethod', fn: native('from_config(cls, config)', madeFromDict) }],
      ],
    })
    return { base, byEntry: new Map(initializerEntries.map((entry) => [entry, classOf(entry, base)])) }
  })
}

export interface Asked {
  readonly origin: Initializer['origin']
  readonly span: Span | null
  /** Set where the layer counts fans of its own. */
  readonly fans?: Fans
}

/** What an initializer argument draws for a weight of this shape: a string, a class, an object, a function, None. */
export function initializerFor(interpreter: Interpreter, value: Value, shape: readonly number[], asked: Asked): Initializer {
  const { origin, span } = asked
  const fans = asked.fans ?? kerasFans(shape)
  const unknown = (reason: string): Initializer => ({ distribution: { kind: 'unknown', reason }, label: 'not known', origin, span })
  if (value.kind === 'unknown') return unknown(value.reason)
  if (value.kind === 'none')
    return initializerFor(interpreter, { kind: 'str', value: shape.length < 2 ? 'zeros' : 'glorot_uniform' }, shape, asked)
  if (value.kind === 'str') {
    const entry = byName.get(value.value)
    if (entry === undefined) {
      const reason = `\`${value.value}\` is no initializer of Keras: write he_normal, glorot_uniform, orthogonal, zeros, or one of keras.initializers`
      interpreter.note({ kind: 'unread', message: reason, span })
      return unknown(reason)
    }
    const defaults = parseSignature(`f(${entry.parameters})`).parameters.map(({ name, initial }) => [name, initial ?? none] as const)
    const drawn = entry.draw(configurationOf(new Map(defaults)), shape, fans)
    return drawn === null ? unknown(`what \`${value.value}\` draws is not known`) : { ...drawn, origin, span }
  }
  const { byEntry } = initializerClasses(interpreter)
  if (value.kind === 'dict') {
    const configured = fromConfiguration(interpreter, value, span)
    return configured === null
      ? unknown('the configuration is not of an initializer of Keras')
      : initializerFor(interpreter, configured, shape, asked)
  }
  if (value.kind === 'class') {
    const made = interpreter.call(value, [], undefined, span)
    return made.kind === 'class' ? unknown(`\`${value.name}\` is no initializer`) : initializerFor(interpreter, made, shape, asked)
  }
  if (value.kind === 'instance') {
    const found = [...byEntry].find(([, cls]) => value.cls === cls)
    if (found !== undefined) {
      const drawn = found[0].draw(configurationOf(value.attributes), shape, fans)
      return drawn === null ? unknown(`an argument of \`${value.cls.name}\` is not known`) : { ...drawn, origin, span }
    }
  }
  const drawn = interpreter.call(value, [tuple(shape.map((size) => int(size)))], undefined, span)
  if (isTensor(drawn) && drawn.payload.source.kind === 'data') return { ...initializerOf(drawn.payload.source.storage), origin, span }
  return unknown(drawn.kind === 'unknown' ? drawn.reason : 'what the initializer draws is not known')
}

/** `{'class_name': 'VarianceScaling', 'config': {'scale': 2.0}}` as an object; null where that is none of Keras' own. */
function fromConfiguration(interpreter: Interpreter, value: DictValue, span: Span | null): Value | null {
  const entries = new Map([...value.entries.entries()].map(([key, item]) => [asString(key), item] as const))
  const entry = byName.get(asString(entries.get('class_name') ?? none) ?? '')
  const cls = entry === undefined ? undefined : initializerClasses(interpreter).byEntry.get(entry)
  const config = entries.get('config')
  if (cls === undefined) return null
  const keywords = config?.kind === 'dict' ? [...config.entries.entries()].map(([key, item]) => [asString(key) ?? '', item] as const) : []
  return interpreter.call(cls, [], new Map(keywords), span)
}

/** `keras.initializers`: classes, the names in lower case, and `get`. */
export function initializersModule(interpreter: Interpreter): ModuleValue {
  const { base, byEntry } = initializerClasses(interpreter)
  const classes = [...byEntry].flatMap(([entry, cls]) => namesOf(entry).map((name): [string, Value] => [name, cls]))
  const get = native('get(identifier)', (args, inner) => {
    const asked = args.value('identifier')
    const entry = asked.kind === 'str' ? byName.get(asked.value) : undefined
    const cls = entry === undefined ? undefined : byEntry.get(entry)
    if (cls !== undefined) return inner.call(cls, [], undefined, args.span)
    if (asked.kind === 'dict') return fromConfiguration(inner, asked, args.span) ?? inner.unknown('no initializer of Keras', args.span)
    return asked.kind === 'class' ? inner.call(asked, [], undefined, args.span) : asked
  })
  return nativeModule('keras.initializers', [...classes, ['Initializer', base], ['get', get]])
}
