/** The arguments of one call of a jnp function: whatever numpy takes for an array is a tensor here. */
import { asItems, asNumber } from '../../../python/guards'
import { arrayOf } from '../../../python/library'
import type { Value } from '../../../python/values'
import type { Operand } from '../../torch/functional/arithmetic'
import { stack } from '../../torch/functional/join'
import { Call, operandOf } from '../../torch/functions/call'
import { dtypeOfValue } from '../../torch/functions/dtypes'
import { tensorFromArray } from '../../torch/functions/numpy'
import { type Site, typeError } from '../../torch/site'
import { type DType, isTensor, type TensorValue } from '../../torch/tensor'
import { cast } from '../../torch/functional/cast'
import { constantTensor } from '../../torch/tensor/make'

/** Nested lists are looked into this deep. */
const deepest = 8

/** What numpy would make an array of: tensors, arrays, numbers, and lists of them; null for anything else. */
export function toTensor(at: Site, value: Value, depth = 0): TensorValue | null {
  if (isTensor(value)) return value
  const array = arrayOf(value)
  if (array !== undefined) return tensorFromArray(at, array)
  const number = asNumber(value)
  if (number !== undefined)
    return constantTensor(at, [], value.kind === 'int' ? 'int' : value.kind === 'bool' ? 'bool' : 'float', number, String(number))
  const items = asItems(value)
  if (items === undefined || items.length === 0 || depth > deepest) return null
  at.interpreter.step(items.length)
  const parts = items.map((item) => toTensor(at, item, depth + 1))
  return parts.every((part) => part !== null) ? joined(at, parts) : null
}

const rank: Readonly<Record<DType, number>> = { bool: 0, int: 1, float: 2 }

function joined(at: Site, parts: readonly TensorValue[]): TensorValue {
  const widest = parts.reduce<DType>((most, { payload }) => (rank[payload.dtype] > rank[most] ? payload.dtype : most), 'bool')
  return stack(
    at,
    parts.map((part) => cast(at, part, widest)),
    0,
  )
}

/** jnp takes its types as objects, Python's types and names. */
export function dtypeNamed(value: Value): DType | null {
  if (value.kind !== 'str') return dtypeOfValue(value)
  if (/^(bfloat|float|complex)/.test(value.value)) return 'float'
  return /^u?int/.test(value.value) ? 'int' : value.value === 'bool' ? 'bool' : null
}

export class ArrayCall extends Call {
  override tensor(parameter: string): TensorValue {
    const value = this.value(parameter)
    return (
      toTensor(this, value) ??
      typeError(this, `${this.name}(): '${parameter}' must be an array, not ${this.interpreter.typeOf(value).name}`)
    )
  }

  override tensors(parameter: string): readonly TensorValue[] {
    const value = this.value(parameter)
    if (isTensor(value)) return super.tensors(parameter)
    return (this.interpreter.items(value, this.span) ?? []).map(
      (item) => toTensor(this, item) ?? typeError(this, `${this.name}(): '${parameter}' must be arrays`),
    )
  }

  override operand(parameter: string): Operand {
    return operandOf(this.value(parameter)) ?? this.tensor(parameter)
  }

  override dtype(parameter: string): DType | null {
    return dtypeNamed(this.value(parameter))
  }
}
