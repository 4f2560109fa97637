/** What `Sequential` and `ModuleList` share: children under the names "0", "1", …, reached by position. */
import type { Interpreter } from '../../../python/host'
import { asInteger } from '../../../python/guards'
import { unknownBaseOf } from '../../../python/interpreter/special'
import { bool, int, none, str } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { BuiltinValue, InstanceValue, SliceValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { isModule, register, registryOf } from '../module/registry'
import { generatorOf } from '../module/walks'

/** All children in order, None and Unknown among them. */
export function itemsOf(module: InstanceValue): readonly Value[] {
  return [...(registryOf(module, '_modules')?.entries.values() ?? [])]
}

function keysOf(module: InstanceValue): readonly Value[] {
  return [...(registryOf(module, '_modules')?.entries.keys() ?? [])]
}

/** Puts `items` under "0", "1", … in place of what was there. */
export function renumber(module: InstanceValue, items: readonly Value[]): void {
  const entries = registryOf(module, '_modules')?.entries
  if (entries === undefined) return
  entries.clear()
  for (const [index, item] of items.entries()) entries.set(str(String(index)), item)
}

/** A module, or None or Unknown in its place; TypeError as torch words it otherwise. */
export function addModule(interpreter: Interpreter, module: InstanceValue, name: string, value: Value, args: Bound): void {
  const mayBeModule = value.kind === 'instance' && unknownBaseOf(value.cls) !== undefined
  if (!isModule(value) && !mayBeModule && value.kind !== 'none' && value.kind !== 'unknown') {
    interpreter.raise('TypeError', `${interpreter.typeOf(value).name} is not a Module subclass`, args.span)
  }
  if (registryOf(module, '_modules') === undefined) {
    interpreter.raise('AttributeError', 'cannot assign module before Module.__init__() call', args.span)
  }
  register(module, '_modules', name, value)
}

/** Position of a Python index among `length` items; raises IndexError outside. */
export function position(interpreter: Interpreter, index: number, length: number, args: Bound): number {
  if (index < -length || index >= length) interpreter.raise('IndexError', `index ${index} is out of range`, args.span)
  return index < 0 ? index + length : index
}

/** Positions that a slice takes of `length`, as `range(*slice.indices(length))`. */
export function positions(slice: SliceValue, length: number): readonly number[] {
  const step = asInteger(slice.step) ?? 1
  if (step === 0) return []
  const clamp = (value: Value, ifNone: number): number => {
    const given = asInteger(value)
    if (given === undefined) return ifNone
    const from = given < 0 ? given + length : given
    return step > 0 ? Math.min(Math.max(from, 0), length) : Math.min(Math.max(from, -1), length - 1)
  }
  const start = clamp(slice.start, step > 0 ? 0 : length - 1)
  const stop = clamp(slice.stop, step > 0 ? length : -1)
  const taken: number[] = []
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) taken.push(at)
  return taken
}

/** A slice of a Sequential keeps the names, one of a ModuleList starts at "0". */
function getItem(args: Bound, interpreter: Interpreter, keepsNames: boolean): Value {
  const module = selfModule(args, interpreter)
  const items = itemsOf(module)
  const index = args.value('index')
  if (index.kind === 'slice') {
    const keys = keysOf(module)
    const made = interpreter.call(module.cls, [], undefined, args.span)
    if (made.kind !== 'instance') return made
    const entries = registryOf(made, '_modules')?.entries
    positions(index, items.length).forEach((at, number) => {
      const key = keepsNames ? keys[at] : str(String(number))
      const item = items[at]
      if (key !== undefined && item !== undefined) entries?.set(key, item)
    })
    return made
  }
  const at = asInteger(index)
  if (at === undefined) return interpreter.unknown('the index into a container of modules is not known', args.span)
  return items[position(interpreter, at, items.length, args)] ?? none
}

function setItem(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const index = asInteger(args.value('index'))
  if (index === undefined) return none
  const keys = keysOf(module)
  const key = keys[position(interpreter, index, keys.length, args)]
  if (key !== undefined) registryOf(module, '_modules')?.entries.set(key, args.value('module'))
  return none
}

function removeAt(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const items = itemsOf(module)
  const index = args.value('index')
  const at = asInteger(index)
  const taken =
    index.kind === 'slice' ? positions(index, items.length) : at === undefined ? [] : [position(interpreter, at, items.length, args)]
  const gone = new Set(taken)
  const removed = taken[0] === undefined ? none : items[taken[0]]
  renumber(
    module,
    items.filter((_, each) => !gone.has(each)),
  )
  return removed ?? none
}

/** Appends each item of an iterable; what cannot be listed costs only itself. */
export function extendWith(interpreter: Interpreter, module: InstanceValue, values: Value, args: Bound): void {
  const items = isModule(values) ? itemsOf(values) : interpreter.items(values, args.span)
  if (items === null) {
    interpreter.note({ kind: 'unread', message: 'modules are added from something that cannot be listed', span: args.span })
    return
  }
  let length = itemsOf(module).length
  for (const item of items) {
    addModule(interpreter, module, String(length), item, args)
    length += 1
  }
}

/** `a + b`: a new container of the class with the items of both. */
function concatenated(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const made = interpreter.call(module.cls, [], undefined, args.span)
  if (!isModule(made)) return made
  extendWith(interpreter, made, module, args)
  extendWith(interpreter, made, args.value('other'), args)
  return made
}

export const listMethods = (keepsNames: boolean): readonly BuiltinValue[] => [
  method('__getitem__(self, index)', (args, interpreter) => getItem(args, interpreter, keepsNames)),
  method('__setitem__(self, index, module)', setItem),
  method('__delitem__(self, index)', (args, interpreter) => {
    removeAt(args, interpreter)
    return none
  }),
  method('pop(self, index=-1)', removeAt),
  method('__len__(self)', (args, interpreter) => int(itemsOf(selfModule(args, interpreter)).length)),
  method('__bool__(self)', (args, interpreter) => bool(itemsOf(selfModule(args, interpreter)).length > 0)),
  method('__iter__(self)', (args, interpreter) => generatorOf(itemsOf(selfModule(args, interpreter)))),
  method('__contains__(self, module)', (args, interpreter) => bool(itemsOf(selfModule(args, interpreter)).includes(args.value('module')))),
  method('append(self, module)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    addModule(interpreter, module, String(itemsOf(module).length), args.value('module'), args)
    return module
  }),
  method('insert(self, index, module)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    const items = [...itemsOf(module)]
    const index = asInteger(args.value('index'))
    if (index !== undefined) items.splice(index < 0 ? items.length + index : index, 0, args.value('module'))
    renumber(module, items)
    return module
  }),
  method('extend(self, modules)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    extendWith(interpreter, module, args.value('modules'), args)
    return module
  }),
  method('__iadd__(self, modules)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    extendWith(interpreter, module, args.value('modules'), args)
    return module
  }),
  method('__add__(self, other)', concatenated),
]
