import { isPrimitive, isUnknown, type Value } from '../values'

/** Whether a value counts as true; null where it is not known. */
export function truthOf(value: Value): boolean | null {
  if (isUnknown(value)) return null
  return isPrimitive(value) ? Boolean(value) : true
}
