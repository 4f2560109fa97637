import { isPrimitive, type Value } from '../values'

/** `String(value)`. */
export function toText(value: Value): string {
  if (isPrimitive(value)) return String(value)
  switch (value.kind) {
    case 'array':
      return value.items.map((item) => (item === null || item === undefined ? '' : toText(item))).join(',')
    case 'function':
      return `function ${value.name}() {}`
    case 'host':
      return value.type
    case 'object':
    case 'map':
    case 'set':
    case 'promise':
    case 'unknown':
      return '[object Object]'
    default:
      return value satisfies never
  }
}
