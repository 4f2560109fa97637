/** `object`, the root of all classes. */
import type { ClassValue } from '../values'

const mro: ClassValue[] = []
export const objectClass: ClassValue = {
  kind: 'class',
  name: 'object',
  qualifiedName: 'object',
  bases: [],
  mro,
  attributes: new Map(),
  span: null,
  unknownBase: null,
}
mro.push(objectClass)
