/** Members that every object has, and the global `Object`. */
import { ArrayValue, type FunctionValue, isArray, isObject, isPrimitive, isUnknown, native, ObjectValue, type Value } from '../values'
import { toText } from '../interpreter/text'

export function objectMember(name: string): Value {
  switch (name) {
    case 'hasOwnProperty':
      return native(name, ([key], { self }) => isObject(self) && isPrimitive(key) && self.properties.has(String(key)))
    case 'toString':
      return native(name, (_, { self }) => toText(self))
    default:
      return undefined
  }
}

function entriesOf(value: Value): readonly (readonly [string, Value])[] {
  if (isObject(value)) return [...value.properties].map(([name, property]) => [name, property.value] as const)
  return isArray(value) ? value.items.map((item, index) => [String(index), item] as const) : []
}

function assign([target, ...sources]: readonly Value[]): Value {
  const unknown = sources.find(isUnknown)
  if (unknown !== undefined) return unknown
  if (isObject(target))
    for (const source of sources) if (isObject(source)) for (const [name, own] of source.properties) target.properties.set(name, own)
  return target
}

function fromEntries([entries]: readonly Value[]): Value {
  const made = new ObjectValue(null, null)
  const pairs =
    typeof entries === 'object' && entries?.kind === 'map'
      ? [...entries.entries]
      : isArray(entries)
        ? entries.items.map((item) => (isArray(item) ? item.items : []))
        : []
  for (const [key, value] of pairs) if (isPrimitive(key)) made.properties.set(String(key), { value, span: null })
  return isUnknown(entries) ? entries : made
}

export function objectClass(): FunctionValue {
  const made = native('Object', ([value]) => (value === undefined ? new ObjectValue(null, null) : value))
  const of = (name: string, body: (entries: readonly (readonly [string, Value])[]) => Value[]): void => {
    made.properties.set(name, {
      value: native(name, ([value]) => (isUnknown(value) ? value : new ArrayValue(body(entriesOf(value))))),
      span: null,
    })
  }
  of('keys', (entries) => entries.map(([name]) => name))
  of('values', (entries) => entries.map(([, value]) => value))
  of('entries', (entries) => entries.map(([name, value]) => new ArrayValue([name, value])))
  const statics: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
    assign,
    fromEntries,
    freeze: ([value]) => value,
    seal: ([value]) => value,
    defineProperty: ([value]) => value,
    create: () => new ObjectValue(null, null),
  }
  for (const [name, body] of Object.entries(statics)) made.properties.set(name, { value: native(name, body), span: null })
  return made
}
