/** `flax.linen.Module`: one class for each interpreter. A class below it is a dataclass whose methods run in a scope. */
import { asItems, asString } from '../../../python/guards'
import type { CallArguments, Interpreter } from '../../../python/host'
import { none, str } from '../../../python/make'
import { getter, method, nativeClass } from '../../../python/native'
import type { BuiltinValue, ClassValue, InstanceValue, Value } from '../../../python/values'
import { declareModuleClass, initializeRegistries, isModule } from '../../torch/module/registry'
import { moduleHistory } from '../../torch/module/instances'
import { wrappedMethod } from '../wrapped'
import { callMethod, setUp } from './call'
import { linenMethods } from './methods'
import { linenState, moduleState, scopeOf } from './state'

const unwrapped: ReadonlySet<string> = new Set([
  '__init__',
  '__post_init__',
  '__repr__',
  '__eq__',
  '__hash__',
  '__setattr__',
  '__getattr__',
  'setup',
  '__new__',
  '__init_subclass__',
  '__class_getitem__',
])

/** Remembers a module that is made, and names it where the module that makes it is in a compact method. */
function begin(interpreter: Interpreter, module: InstanceValue, name: Value | undefined, parent: Value | undefined): void {
  const { modules, stack, run } = linenState(interpreter)
  const { frames } = interpreter
  const top = stack.at(-1)
  const isFree = parent?.kind === 'none'
  const above = parent !== undefined && isModule(parent) ? parent : isFree ? null : (top?.module ?? null)
  let own = name === undefined ? null : (asString(name) ?? null)
  if (own === null && above !== null && run !== null && top?.phase === 'method') {
    const { counts } = scopeOf(interpreter, run, above)
    const number = counts.get(module.cls.name) ?? 0
    counts.set(module.cls.name, number + 1)
    own = `${module.cls.name}_${number}`
  }
  modules.set(module, { parent: above, name: own, holder: null })
  initializeRegistries(module)
  const { made } = moduleHistory(interpreter)
  const isPart = above !== null || frames.some(({ self }) => self !== null && self !== module && isModule(self))
  if (made.length < 200_000) made.push({ module, isPart, callSpans: isPart ? [] : frames.map(({ callSpan }) => callSpan) })
}

/** Modules in what is assigned are parts: named by the attribute, `layers_0` in a list, `layers_encoder` in a dict. */
function adopt(interpreter: Interpreter, holder: InstanceValue, name: string, value: Value, depth = 0): void {
  if (depth > 4) return
  if (isModule(value)) {
    const state = moduleState(interpreter, value)
    if (value !== holder && state.holder === null) state.holder = { module: holder, name }
    return
  }
  const items = asItems(value)
  if (items !== undefined) for (const [index, item] of items.entries()) adopt(interpreter, holder, `${name}_${index}`, item, depth + 1)
  else if (value.kind === 'dict')
    for (const [key, item] of value.entries.entries()) adopt(interpreter, holder, `${name}_${interpreter.str(key)}`, item, depth + 1)
}

/** The constructor, with `name` and `parent`, which every module takes. */
function constructing(inner: Value): BuiltinValue {
  return {
    kind: 'builtin',
    name: '__init__',
    bindsSelf: true,
    call(args, interpreter) {
      const [self] = args.positional
      if (self === undefined || !isModule(self)) return none
      const keyword = new Map(args.keyword)
      const [name, parent] = [keyword.get('name'), keyword.get('parent')]
      keyword.delete('name')
      keyword.delete('parent')
      begin(interpreter, self, name, parent)
      return interpreter.callWith(inner, { ...args, keyword })
    },
  }
}

/** Makes a class below `Module` a dataclass, and its methods run in the module's scope. */
function prepare(cls: ClassValue, interpreter: Interpreter, args: CallArguments): void {
  const dataclass = interpreter.getAttribute(interpreter.importModule('dataclasses'), 'dataclass')
  const own = cls.attributes.get('__init__')
  const annotations = cls.attributes.get('__annotations__')
  if (annotations?.kind === 'dict') for (const name of ['name', 'parent']) annotations.entries.delete(str(name))
  interpreter.call(
    dataclass,
    [cls],
    new Map([
      ['eq', { kind: 'bool', value: false } as const],
      ['repr', { kind: 'bool', value: false } as const],
      ['kw_only', args.keyword.get('kw_only') ?? ({ kind: 'bool', value: false } as const)],
    ]),
    args.span,
  )
  const made = cls.attributes.get('__init__')
  if (made !== undefined) cls.attributes.set('__init__', own === undefined ? constructing(made) : own)
  for (const [name, value] of [...cls.attributes])
    if (value.kind === 'function' && !unwrapped.has(name) && value.attributes.get('nowrap') === undefined)
      cls.attributes.set(
        name,
        wrappedMethod(value, (inner, self, given) => callMethod(inner, self, value, given)),
      )
}

const initSubclass: BuiltinValue = {
  kind: 'builtin',
  name: '__init_subclass__',
  bindsSelf: true,
  call(args, interpreter) {
    const [cls] = args.positional
    if (cls?.kind === 'class') prepare(cls, interpreter, args)
    return none
  },
}

const attributes: readonly BuiltinValue[] = [
  method('__setattr__(self, name, value)', (args, interpreter) => {
    const self = args.value('self')
    const name = args.string('name')
    if (!isModule(self) || name === undefined) return none
    interpreter.setAttributeDirectly(self, name, args.value('value'))
    adopt(interpreter, self, name, args.value('value'))
    return none
  }),
  method('__getattr__(self, name)', (args, interpreter) => {
    const self = args.value('self')
    const name = args.string('name') ?? ''
    if (!isModule(self)) return none
    const { run, stack } = linenState(interpreter)
    if (run !== null && !run.setUp.has(self) && !stack.some((each) => each.module === self && each.phase === 'setup')) {
      setUp(interpreter, self)
      const found = self.attributes.get(name)
      if (found !== undefined) return found
    }
    return interpreter.raise('AttributeError', `"${self.cls.name}" object has no attribute "${name}"`, args.span)
  }),
]

/** `linen.Module`. */
export function linenModuleClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('flax.linen.Module', () => {
    const made = nativeClass({
      name: 'Module',
      qualifiedName: 'flax.linen.Module',
      attributes: [
        ['__init_subclass__', { kind: 'classMethod', fn: initSubclass }],
        ...[...attributes, ...linenMethods].map((each) => [each.name, each] as const),
        ['name', getter('name', (self, inner) => (isModule(self) ? nameOf(inner, self) : none))],
        ['parent', getter('parent', (self, inner) => (isModule(self) ? (moduleState(inner, self).parent ?? none) : none))],
      ],
    })
    declareModuleClass(made)
    made.attributes.set('__init__', constructing(method('__init__(self)', () => none)))
    return made
  })
}

function nameOf(interpreter: Interpreter, module: InstanceValue): Value {
  const { name, holder } = moduleState(interpreter, module)
  const own = name ?? holder?.name
  return own === undefined ? none : str(own)
}

/** For classes of Flax's own. */
export { constructing as constructingLayer }
