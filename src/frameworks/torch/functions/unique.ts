/** `torch.unique` and `torch.unique_consecutive` of numbers that are known; how many others are different only shows when the model runs. */
import { tuple } from '../../../python/make'
import type { Value } from '../../../python/values'
import { numbersOf } from '../tensor/elements'
import { knownTensor } from '../tensor/make'
import type { Call } from './call'
import type { TorchFunction } from './declare'

interface Groups {
  readonly values: readonly number[]
  readonly counts: readonly number[]
  /** For every number of the input, which value it is. */
  readonly inverse: readonly number[]
}

function consecutive(numbers: readonly number[]): Groups {
  const values: number[] = []
  const counts: number[] = []
  const inverse = numbers.map((number) => {
    const last = values.length - 1
    if (last >= 0 && values[last] === number) counts[last] = (counts[last] ?? 0) + 1
    else {
      values.push(number)
      counts.push(1)
    }
    return values.length - 1
  })
  return { values, counts, inverse }
}

function sorted(numbers: readonly number[]): Groups {
  const { values, counts } = consecutive([...numbers].sort((a, b) => a - b))
  const places = new Map(values.map((value, index) => [value, index]))
  return { values, counts, inverse: numbers.map((number) => places.get(number) ?? 0) }
}

function body(call: Call, group: (numbers: readonly number[]) => Groups): Value {
  const input = call.tensor('input')
  const numbers = call.value('dim').kind === 'none' ? numbersOf(input) : null
  if (numbers === null) return call.interpreter.unknown(`how many elements ${call.name} gives is not known`, call.span)
  const { values, counts, inverse } = group(numbers)
  const known = (of: readonly number[], shape: readonly number[], dtype: typeof input.payload.dtype): Value =>
    knownTensor(call, shape, dtype, (index) => of[index] ?? Number.NaN)
  const given: Value[] = [known(values, [values.length], input.payload.dtype)]
  if (call.flag('return_inverse')) given.push(known(inverse, input.payload.shape, 'int'))
  if (call.flag('return_counts')) given.push(known(counts, [counts.length], 'int'))
  return given.length === 1 && given[0] !== undefined ? given[0] : tuple(given)
}

export const uniqueFunctions: readonly TorchFunction[] = [
  {
    names: ['unique'],
    parameters: 'input, sorted=True, return_inverse=False, return_counts=False, dim=None',
    places: ['torch', 'method'],
    body: (call) => body(call, sorted),
  },
  {
    names: ['unique_consecutive'],
    parameters: 'input, return_inverse=False, return_counts=False, dim=None',
    places: ['torch', 'method'],
    body: (call) => body(call, consecutive),
  },
]
