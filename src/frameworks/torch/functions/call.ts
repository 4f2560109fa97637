/** The arguments of one call of a torch function, as torch reads them. */
import { asInteger, asItems, asNumber } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import type { Bound } from '../../../python/native'
import type { Value } from '../../../python/values'
import type { Operand } from '../functional/arithmetic'
import { allAxes, axesOf, axisOf } from '../shapes/axes'
import { type Site, typeError } from '../site'
import { type DType, isTensor, type TensorValue } from '../tensor'
import { scalarOf } from '../tensor/elements'
import { dtypeOfValue } from './dtypes'

export class Call implements Site {
  constructor(
    readonly name: string,
    private readonly args: Bound,
    readonly interpreter: Interpreter,
  ) {}

  get span() {
    return this.args.span
  }

  value(parameter: string): Value {
    return this.args.value(parameter)
  }

  passed(parameter: string): boolean {
    return this.args.passed(parameter)
  }

  rest(parameter: string): readonly Value[] {
    return this.args.rest(parameter)
  }

  /** What a `**parameter` collected under this name. */
  keyword(parameter: string, name: string): Value | undefined {
    return this.args.keywords(parameter).get(name)
  }

  isNone(parameter: string): boolean {
    return this.value(parameter).kind === 'none'
  }

  private misfit(parameter: string, wanted: string): never {
    const type = this.interpreter.typeOf(this.value(parameter)).name
    return typeError(this, `${this.name}(): argument '${parameter}' must be ${wanted}, not ${type}`)
  }

  tensor(parameter: string): TensorValue {
    return asTensor(this.value(parameter)) ?? this.misfit(parameter, 'Tensor')
  }

  optionalTensor(parameter: string): TensorValue | null {
    return this.isNone(parameter) ? null : this.tensor(parameter)
  }

  /** A list or tuple of tensors. */
  tensors(parameter: string): readonly TensorValue[] {
    return (this.interpreter.items(this.value(parameter), this.span) ?? []).map(
      (item) => asTensor(item) ?? this.misfit(parameter, 'tuple of Tensors'),
    )
  }

  operand(parameter: string): Operand {
    return operandOf(this.value(parameter)) ?? this.misfit(parameter, 'Tensor')
  }

  number(parameter: string): number {
    return numberOf(this.value(parameter)) ?? this.misfit(parameter, 'Number')
  }

  optionalNumber(parameter: string): number | null {
    return this.isNone(parameter) ? null : this.number(parameter)
  }

  integer(parameter: string): number {
    return integerOf(this.value(parameter)) ?? this.misfit(parameter, 'int')
  }

  optionalInteger(parameter: string): number | null {
    return this.isNone(parameter) ? null : this.integer(parameter)
  }

  flag(parameter: string): boolean {
    const value = this.value(parameter)
    return this.interpreter.truth(value, this.span) ?? this.misfit(parameter, 'bool')
  }

  text(parameter: string): string | null {
    const value = this.value(parameter)
    return value.kind === 'str' ? value.value : null
  }

  /** An int, or a sequence of ints. */
  integers(parameter: string): readonly number[] {
    return integersOf(this.value(parameter)) ?? this.misfit(parameter, 'tuple of ints')
  }

  optionalIntegers(parameter: string): readonly number[] | null {
    return this.isNone(parameter) ? null : this.integers(parameter)
  }

  /** Sizes given one by one (`view(2, -1)`) or as one sequence (`view((2, -1))`). */
  sizes(parameter: string): readonly number[] {
    const items = this.rest(parameter)
    const [only] = items
    const whole = items.length === 1 && only !== undefined ? integersOf(only) : integersOf({ kind: 'tuple', items })
    return whole ?? typeError(this, `${this.name}(): argument '${parameter}' must be tuple of ints`)
  }

  /** An axis of a tensor. */
  axis(parameter: string, tensor: TensorValue): number {
    return axisOf(this, this.integer(parameter), tensor.payload.shape.length)
  }

  /** Axes of a tensor; all where None or empty. */
  axes(parameter: string, tensor: TensorValue): readonly number[] {
    const rank = tensor.payload.shape.length
    const dims = this.optionalIntegers(parameter)
    return dims === null || dims.length === 0 ? allAxes(rank) : axesOf(this, dims, rank)
  }

  /** A torch.dtype argument; null where None. */
  dtype(parameter: string): DType | null {
    return dtypeOfValue(this.value(parameter))
  }
}

export function asTensor(value: Value): TensorValue | null {
  return isTensor(value) ? value : null
}

export function operandOf(value: Value): Operand | null {
  if (value.kind === 'bool') return { kind: 'number', value: value.value ? 1 : 0, dtype: 'bool' }
  const number = asNumber(value)
  if (number !== undefined) return { kind: 'number', value: number, dtype: value.kind === 'int' ? 'int' : 'float' }
  return asTensor(value)
}

/** A Python number, or the known number of a tensor with one element. */
export function numberOf(value: Value): number | null {
  return asNumber(value) ?? (isTensor(value) ? scalarOf(value.payload) : null)
}

export function integerOf(value: Value): number | null {
  const plain = asInteger(value)
  if (plain !== undefined) return plain
  const number = isTensor(value) && value.payload.dtype !== 'float' ? scalarOf(value.payload) : null
  return number !== null && Number.isInteger(number) ? number : null
}

export function integersOf(value: Value): readonly number[] | null {
  const single = integerOf(value)
  if (single !== null) return [single]
  const items = asItems(value)
  if (items === undefined) return null
  const numbers = items.map(integerOf)
  return numbers.every((number) => number !== null) ? numbers : null
}
