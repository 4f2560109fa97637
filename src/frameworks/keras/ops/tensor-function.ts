/** How a function on tensors is declared, and what several of them need. */
import { asNumber } from '../../../python/guards'
import type { Bound } from '../../../python/native'
import type { Value } from '../../../python/values'
import type { Operand } from '../../torch/functional/arithmetic'
import { operandOf } from '../../torch/functions/call'
import type { Site } from '../../torch/site'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { constantTensor } from '../../torch/tensor/make'

export interface TensorFunction {
  readonly names: readonly string[]
  readonly parameters: string
  /** null: the arguments are not understood. */
  readonly body: (at: Site, args: Bound) => Value | null
}

export function tensor(at: Site, value: Value): TensorValue | null {
  if (isTensor(value)) return value
  const number = asNumber(value)
  if (number !== undefined) return constantTensor(at, [], value.kind === 'int' ? 'int' : 'float', number, String(number))
  return null
}

export const binary = (names: readonly string[], two: (at: Site, a: Operand, b: Operand) => Value): TensorFunction => ({
  names,
  parameters: 'x1, x2',
  body: (at, args) => {
    const [a, b] = [operandOf(args.value('x1')), operandOf(args.value('x2'))]
    if (a === null || b === null) return null
    if (a.kind === 'number' && b.kind === 'number') return two(at, constantTensor(at, [], a.dtype, a.value, String(a.value)), b)
    return two(at, a, b)
  },
})

export const unary = (
  names: readonly string[],
  parameters: string,
  body: (at: Site, x: TensorValue, args: Bound) => Value | null,
): TensorFunction => ({
  names,
  parameters: `x${parameters === '' ? '' : `, ${parameters}`}`,
  body: (at, args) => {
    const x = tensor(at, args.value('x'))
    return x === null ? null : body(at, x, args)
  },
})

export function tensorsOf(at: Site, value: Value): readonly TensorValue[] | null {
  const items = at.interpreter.items(value, at.span)
  const found = items?.map((item) => tensor(at, item))
  return found?.every((each) => each !== null) ? found : null
}
