/** x·W where W is a parameter: a linear map over the axes that it sums. */
import type { Site } from '../../torch/site'
import type { TensorValue } from '../../torch/tensor'
import { cast } from '../../torch/functional/cast'
import { emit } from '../../torch/tensor/emit'
import { count } from '../../torch/tensor/layout'
import { parameterStorage } from '../../torch/tensor/parameter'
import { permute, reshape } from '../../torch/tensor/views'
import { plainWeight } from '../../torch/tensor/weight'

interface Terms {
  readonly input: readonly string[]
  readonly kernel: readonly string[]
  readonly output: readonly string[]
}

/** Letters of each term; an ellipsis of the input stands for the axes that no letter names. */
export function termsOf(equation: string, inputRank: number): Terms | null {
  const match = /^([A-Za-z.]+),([A-Za-z]+)->([A-Za-z.]+)$/.exec(equation.replaceAll(' ', ''))
  if (match === null) return null
  const [, input = '', kernel = '', output = ''] = match
  const named = input.replaceAll('.', '').length
  const hidden = Array.from({ length: Math.max(0, inputRank - named) }, (_, index) => String(index))
  const letters = (term: string): readonly string[] => {
    const [before = '', after] = term.split('...')
    return after === undefined ? [...before] : [...before, ...hidden, ...after]
  }
  return { input: letters(input), kernel: letters(kernel), output: letters(output) }
}

export interface Sides {
  readonly summed: readonly string[]
  readonly added: readonly string[]
  readonly kept: readonly string[]
}

/** Which letters are summed, which the kernel adds, which of the input stay; null where a letter is in all three, or is lost. */
export function sidesOf({ input, kernel, output }: Terms): Sides | null {
  const summed = kernel.filter((letter) => input.includes(letter) && !output.includes(letter))
  const added = kernel.filter((letter) => !input.includes(letter) && output.includes(letter))
  const kept = input.filter((letter) => !summed.includes(letter))
  const isWhole = summed.length > 0 && summed.length + added.length === kernel.length && kept.length + added.length === output.length
  return isWhole && kept.every((letter) => output.includes(letter)) ? { summed, added, kept } : null
}

/**
 * `einsum(equation, input, weight)` as one linear map of [..., ∏summed] to [..., ∏added] when `weight` is a parameter that is used
 * as it is drawn; null where it is not that. The weight becomes [out, in] in the graph: its elements are drawn alike.
 */
export function contracted(at: Site, equation: string, given: TensorValue, weight: TensorValue): TensorValue | null {
  const record = parameterStorage(weight)?.parameter
  const terms = termsOf(equation, given.payload.shape.length)
  const sides = terms === null ? null : sidesOf(terms)
  if (record === null || record === undefined || terms === null || sides === null) return null
  if (record.role !== 'free' && record.role !== 'weight' && record.role !== 'embedding') return null
  if (terms.input.length !== given.payload.shape.length || terms.kernel.length !== weight.payload.shape.length) return null
  const input = cast(at, given, 'float')
  const size = (letter: string): number => {
    const axis = terms.input.indexOf(letter)
    return (axis >= 0 ? input.payload.shape[axis] : weight.payload.shape[terms.kernel.indexOf(letter)]) ?? 1
  }
  if (sides.summed.some((letter) => size(letter) !== weight.payload.shape[terms.kernel.indexOf(letter)])) return null
  const inFeatures = count(sides.summed.map(size))
  const outFeatures = count(sides.added.map(size))
  if (record.role === 'embedding' && (sides.added[0] !== terms.kernel[0] || sides.added.length !== 1)) return null
  if (record.role === 'free') {
    record.role = 'weight'
    record.shape = [outFeatures, inFeatures]
  }
  const id = plainWeight(at, weight, 'weight')
  if (id === null) return null
  const kept = sides.kept.map(size)
  const order = [...sides.kept, ...sides.summed].map((letter) => terms.input.indexOf(letter))
  const flat = reshape(at, permute(at, input, order), [...kept, inFeatures])
  const made = emit(at, {
    op: { kind: 'linear', weight: id, bias: null, inFeatures, outFeatures },
    inputs: [flat],
    output: { shape: [...kept, outFeatures], dtype: 'float' },
    hasParameters: true,
  })
  const spread = reshape(at, made, [...kept, ...sides.added.map(size)])
  const now = [...sides.kept, ...sides.added]
  return permute(
    at,
    spread,
    terms.output.map((letter) => now.indexOf(letter)),
  )
}
