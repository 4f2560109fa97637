import type { DType } from '../tensor'

const order: readonly DType[] = ['bool', 'int', 'float']

/** The type that arithmetic between these gives. */
export function promoted(...types: readonly DType[]): DType {
  return order[Math.max(...types.map((type) => order.indexOf(type)))] ?? 'float'
}
