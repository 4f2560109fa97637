import { nativeClass } from '../../native'
import type { ClassValue } from '../../values'

/** `numpy.ndarray`; its attributes are filled in by ndarray.ts. */
export const ndarrayClass: ClassValue = nativeClass({ name: 'ndarray', qualifiedName: 'numpy.ndarray' })
