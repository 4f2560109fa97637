/** Which classes are layers of Keras' own, and which of these compute by themselves what their parts stand for. */
import type { ClassValue, InstanceValue } from '../../../python/values'

const composites = new WeakSet<ClassValue>()
const parametric = new WeakSet<ClassValue>()

export function markComposite(cls: ClassValue): void {
  composites.add(cls)
}

export function isComposite({ cls }: InstanceValue): boolean {
  return cls.mro.some((each) => composites.has(each))
}

/** Marks a class of Keras' whose layers draw weights. */
export function markParametric(cls: ClassValue): void {
  parametric.add(cls)
}

/** The layer with weights that a class is, or derives from: `keras.layers.Dense`. */
export function parametricLayerOf(cls: ClassValue): string | null {
  return cls.mro.find((each) => parametric.has(each))?.qualifiedName ?? null
}
