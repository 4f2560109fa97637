/** sum, mean, max and the like, of arrays along axes. */
import type { Interpreter } from '../../host'
import type { Bound } from '../../native'
import type { Value } from '../../values'
import { exactSum } from '../math'
import { type ArrayPayload, type ArrayType, reduce } from './array'
import { result } from './convert'

interface Reduction {
  readonly name: string
  run(array: ArrayPayload, axes: readonly number[] | null, keep: boolean, args: Bound, interpreter: Interpreter): Value
}

function mean(values: readonly number[]): number {
  return exactSum(values) / values.length
}

function variance(values: readonly number[]): number {
  const center = mean(values)
  return mean(values.map((value) => (value - center) ** 2))
}

type Fold = readonly [name: string, type: (of: ArrayType) => ArrayType, fold: (values: readonly number[]) => number]

const same = (of: ArrayType): ArrayType => of
const counted = (of: ArrayType): ArrayType => (of === 'float' ? 'float' : 'int')
const real = (): ArrayType => 'float'
const whole = (): ArrayType => 'int'
const truth = (): ArrayType => 'bool'

const folds: readonly Fold[] = [
  ['sum', counted, exactSum],
  ['prod', counted, (values) => values.reduce((product, value) => product * value, 1)],
  ['mean', real, mean],
  ['var', real, variance],
  ['std', real, (values) => Math.sqrt(variance(values))],
  ['max', same, (values) => Math.max(...values)],
  ['min', same, (values) => Math.min(...values)],
  ['argmax', whole, (values) => values.indexOf(Math.max(...values))],
  ['argmin', whole, (values) => values.indexOf(Math.min(...values))],
  ['any', truth, (values) => Number(values.some((value) => value !== 0))],
  ['all', truth, (values) => Number(values.every((value) => value !== 0))],
]

export const reductions: readonly Reduction[] = folds.map(([name, type, fold]) => ({
  name,
  run(array, axes, keep, args, interpreter) {
    const positive = axes?.map((axis) => (axis < 0 ? axis + array.shape.length : axis)) ?? null
    if (positive?.some((axis) => axis < 0 || axis >= array.shape.length) === true) {
      return interpreter.raise(
        'ValueError',
        `axis ${axes?.join(', ')} is out of bounds for array of dimension ${array.shape.length}`,
        args.span,
      )
    }
    if (array.values?.length === 0 && (name === 'max' || name === 'min')) {
      return interpreter.raise('ValueError', `zero-size array to reduction operation ${name} which has no identity`, args.span)
    }
    return result(reduce(array, positive, keep, type(array.type), fold), interpreter, args)
  },
}))
