/** Libraries that Flax programs use beside it: configurations, flags, and those that decide nothing about a model. */
import type { Interpreter } from '../../../python/host'
import { none, str, tuple } from '../../../python/make'
import { method, native, nativeClass, nativeModule } from '../../../python/native'
import type { BuiltinValue, ClassValue, InstanceValue, ModuleValue, Value } from '../../../python/values'
import { idleModule } from '../../namespace/idle'
import { submodulesOf } from '../../namespace/submodules'

type Factory = (interpreter: Interpreter) => ModuleValue

/** Dicts inside a configuration are configurations. */
function configured(interpreter: Interpreter, value: Value): Value {
  if (value.kind !== 'dict') return value
  return interpreter.call(configClass, [value])
}

function entries(self: Value): InstanceValue['attributes'] {
  return self.kind === 'instance' ? self.attributes : new Map()
}

const setEntry = (name: string): BuiltinValue =>
  method(`${name}(self, key, value)`, (args, interpreter) => {
    const key = args.string('key')
    if (key !== undefined) entries(args.value('self')).set(key, configured(interpreter, args.value('value')))
    return none
  })

const getEntry = (name: string): BuiltinValue =>
  method(`${name}(self, key)`, (args, interpreter) => {
    const key = args.string('key') ?? ''
    return entries(args.value('self')).get(key) ?? interpreter.raise(name === '__getitem__' ? 'KeyError' : 'AttributeError', key, args.span)
  })

/** `ml_collections.ConfigDict`: a dict whose keys are attributes. */
const configClass: ClassValue = nativeClass({
  name: 'ConfigDict',
  qualifiedName: 'ml_collections.ConfigDict',
  attributes: [
    [
      '__init__',
      method('__init__(self, initial_dictionary=None, **kwargs)', (args, interpreter) => {
        const given = args.value('initial_dictionary')
        const self = entries(args.value('self'))
        if (given.kind === 'dict')
          for (const [key, value] of given.entries.entries()) self.set(interpreter.str(key), configured(interpreter, value))
        if (given.kind === 'instance') for (const [key, value] of given.attributes) self.set(key, value)
        for (const [key, value] of args.keywords('kwargs')) self.set(key, configured(interpreter, value))
        return none
      }),
    ],
    ...['__setattr__', '__setitem__'].map((name) => [name, setEntry(name)] as const),
    ...['__getattr__', '__getitem__'].map((name) => [name, getEntry(name)] as const),
    [
      'get',
      method('get(self, key, default=None)', (args) => entries(args.value('self')).get(args.string('key') ?? '') ?? args.value('default')),
    ],
    ['keys', method('keys(self)', (args) => tuple([...entries(args.value('self')).keys()].map(str)))],
    ['values', method('values(self)', (args) => tuple([...entries(args.value('self')).values()]))],
    ['items', method('items(self)', (args) => tuple([...entries(args.value('self'))].map(([key, value]) => tuple([str(key), value]))))],
    [
      '__contains__',
      method('__contains__(self, key)', (args) => ({ kind: 'bool', value: entries(args.value('self')).has(args.string('key') ?? '') })),
    ],
    [
      '__iter__',
      method('__iter__(self)', (args, interpreter) =>
        interpreter.call(interpreter.getAttribute(tuple([...entries(args.value('self')).keys()].map(str)), '__iter__'), []),
      ),
    ],
    ...['lock', 'unlock', 'unlocked', 'copy_and_resolve_references', '__enter__'].map(
      (name) => [name, method(`${name}(self, *args)`, (args) => args.value('self'))] as const,
    ),
    ['__exit__', method('__exit__(self, *args)', () => none)],
    [
      'update',
      method('update(self, other=None, **kwargs)', (args, interpreter) => {
        const self = entries(args.value('self'))
        const other = args.value('other')
        if (other.kind === 'dict')
          for (const [key, value] of other.entries.entries()) self.set(interpreter.str(key), configured(interpreter, value))
        if (other.kind === 'instance') for (const [key, value] of other.attributes) self.set(key, value)
        for (const [key, value] of args.keywords('kwargs')) self.set(key, value)
        return none
      }),
    ],
  ],
})

function configModule(name: string): ModuleValue {
  const placeholder = native('placeholder(*args, **kwargs)', (args, interpreter) =>
    interpreter.unknown('this setting of the configuration is not given', args.span),
  )
  const own: readonly (readonly [string, Value])[] = [
    ['ConfigDict', configClass],
    ['FrozenConfigDict', configClass],
    ['placeholder', placeholder],
  ]
  return idleModule(name, [...own, ['config_dict', nativeModule('ml_collections.config_dict', own)]])
}

/** `absl.flags`: a flag is its default. */
function flagsModule(): ModuleValue {
  const values = new Map<string, Value>()
  const flagsClass = nativeClass({
    name: 'FlagValues',
    attributes: [
      [
        '__getattr__',
        method(
          '__getattr__(self, name)',
          (args, interpreter) =>
            values.get(args.string('name') ?? '') ?? interpreter.unknown(`the flag \`${args.string('name')}\` is not given`, args.span),
        ),
      ],
      ['__call__', method('__call__(self, *args, **kwargs)', () => none)],
    ],
  })
  const holder = nativeClass({ name: 'FlagHolder' })
  const idle = idleModule('absl.flags')
  const instance: InstanceValue = { kind: 'instance', cls: flagsClass, attributes: new Map(), payload: null, span: null }
  return nativeModule('absl.flags', [['FLAGS', instance]], (name) => {
    if (!name.startsWith('DEFINE_')) return idle.lookup?.(name)
    const second = name.startsWith('DEFINE_enum') ? 'enum_values=None, ' : ''
    return native(`${name}(name, default=None, ${second}help=None, *args, **kwargs)`, (args) => {
      const flag = args.string('name')
      if (flag !== undefined) values.set(flag, args.value('default'))
      return { kind: 'instance', cls: holder, attributes: new Map([['value', args.value('default')]]), payload: null, span: args.span }
    })
  })
}

/** Libraries that decide nothing about a model, with their parts. */
const idleLibraries: Readonly<Record<string, readonly string[]>> = {
  absl: ['app', 'logging', 'testing', 'flags'],
  optax: [],
  orbax: ['checkpoint', 'export'],
  clu: ['metrics', 'metric_writers', 'periodic_actions', 'parameter_overview', 'platform', 'deterministic_data', 'preprocess_spec'],
  grain: ['python'],
  jaxlib: ['xla_extension'],
  tensorflow: ['data', 'io', 'random', 'config', 'image', 'compat', 'summary', 'strings'],
  tensorflow_datasets: ['core', 'public_api'],
  tensorflow_text: [],
  tensorflow_probability: ['substrates', 'substrates.jax'],
  jraph: [],
  rlax: [],
  gin: [],
  wandb: [],
  rich: ['table', 'console'],
  treescope: [],
  gym: ['spaces', 'wrappers'],
  gymnasium: ['spaces', 'wrappers'],
}

const own: ReadonlyMap<string, Factory> = new Map<string, Factory>([
  ['absl.flags', () => flagsModule()],
  [
    'chex',
    (interpreter) => idleModule('chex', [['dataclass', interpreter.getAttribute(interpreter.importModule('flax.struct'), 'dataclass')]]),
  ],
  ['ml_collections', () => configModule('ml_collections')],
  ['ml_collections.config_dict', () => configModule('ml_collections.config_dict')],
  ['ml_collections.config_flags', () => idleModule('ml_collections.config_flags')],
])

/** A library whose parts are modules, and of which all else can be made and called to no effect. */
function idleLibrary(name: string, parts: readonly string[]): Factory {
  return (interpreter) => {
    const names = new Set(parts.filter((part) => !part.includes('.')))
    const submodule = submodulesOf(interpreter, name, names)
    const idle = idleModule(name)
    return nativeModule(name, [], (attribute) => (names.has(attribute) ? submodule(attribute) : idle.lookup?.(attribute)))
  }
}

export const companionModules: ReadonlyMap<string, Factory> = new Map<string, Factory>([
  ...Object.entries(idleLibraries).flatMap(([name, parts]): [string, Factory][] => [
    [name, idleLibrary(name, parts)],
    ...parts.map((part): [string, Factory] => [`${name}.${part}`, () => idleModule(`${name}.${part}`)]),
  ]),
  ...own,
])
