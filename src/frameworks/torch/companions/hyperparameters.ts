/** `save_hyperparameters` and the `hparams` that it fills, as lightning has them. */
import { dictClass } from '../../../python/builtins'
import { Entries } from '../../../python/dict'
import { asItems, asString, underlying } from '../../../python/guards'
import type { Frame, Interpreter } from '../../../python/host'
import { none, str } from '../../../python/make'
import { type Bound, method, named, nativeClass } from '../../../python/native'
import type { ClassValue, DictValue, InstanceValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'

/** A dict whose items are attributes as well. */
function attributeDict(interpreter: Interpreter): ClassValue {
  return interpreter.state('lightning.AttributeDict', () =>
    nativeClass({
      name: 'AttributeDict',
      bases: [dictClass],
      attributes: named(
        method('__getattr__(self, key)', (args, host) => {
          const self = underlying(args.value('self'))
          const found = self.kind === 'dict' ? self.entries.get(args.value('key')) : undefined
          return found ?? host.raise('AttributeError', `Missing attribute "${args.string('key') ?? ''}"`, args.span)
        }),
        method('__setattr__(self, key, value)', (args) => {
          const self = underlying(args.value('self'))
          if (self.kind === 'dict') self.entries.set(args.value('key'), args.value('value'))
          return none
        }),
      ),
    }),
  )
}

function kept(module: InstanceValue, interpreter: Interpreter): DictValue {
  const cls = attributeDict(interpreter)
  const found = module.attributes.get('hparams')
  if (found?.kind === 'dict' && found.cls === cls) return found
  const made: DictValue = { kind: 'dict', entries: new Entries(), cls }
  module.attributes.set('hparams', made)
  return made
}

/** What a constructor was given, and what its defaults filled in: by name, what `**kwargs` took among it, without self and `*args`. */
function givenTo({ fn, variables }: Frame): readonly (readonly [string, Value])[] {
  const [, ...parameters] = fn?.node.parameters ?? []
  return parameters.flatMap(({ kind, name }): readonly (readonly [string, Value])[] => {
    const value = variables?.get(name)
    if (value === undefined || kind === 'star') return []
    if (kind !== 'doubleStar') return [[name, value]]
    return value.kind === 'dict' ? Array.from(value.entries.entries(), ([key, each]) => [asString(key) ?? '', each] as const) : []
  })
}

const texts = (value: Value): readonly string[] => {
  const text = asString(value)
  return text === undefined ? (asItems(value) ?? []).flatMap((item) => asString(item) ?? []) : [text]
}

/**
 * Keeps the arguments of the constructors that it is called in, a class's own and those of the classes below it, all but the ignored
 * or only the named ones, or what it is handed, beside what was kept before.
 */
export function saveHyperparameters(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const { entries } = kept(module, interpreter)
  const handed = args.rest('args').find((value) => asString(value) === undefined)
  if (handed !== undefined) {
    const plain = underlying(handed)
    if (plain.kind === 'unknown') module.attributes.set('hparams', plain)
    else if (plain.kind === 'dict') for (const [key, value] of plain.entries.entries()) entries.set(key, value)
    else if (plain.kind === 'instance') for (const [key, value] of plain.attributes) entries.set(str(key), value)
    return none
  }
  const names = new Set(args.rest('args').flatMap(texts))
  const ignored = new Set(texts(args.value('ignore')))
  for (const frame of [...interpreter.frames].reverse()) {
    if (frame.self !== module || frame.fn?.name !== '__init__') continue
    for (const [name, value] of givenTo(frame))
      if (!ignored.has(name) && (names.size === 0 || names.has(name))) entries.set(str(name), value)
  }
  return none
}
