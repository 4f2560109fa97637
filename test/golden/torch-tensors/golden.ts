/** Golden cases: a program, `==>`, then each expression with what torch says of it on the next line. Cases end with `---`. */
import { splitCases } from '../golden'
import shapes from './shapes.txt'
import values from './values.txt'

export interface TorchCase {
  readonly file: string
  readonly index: number
  readonly source: string
  /** `# x=2x3, t=2x5:int` on the first line: tensors that the program is fed. */
  readonly inputs: readonly TorchInput[]
  readonly expected: readonly { readonly expression: string; readonly answer: string }[]
}

export interface TorchInput {
  readonly name: string
  readonly shape: readonly number[]
  readonly isInteger: boolean
}

function inputsOf(source: string): TorchInput[] {
  const [first = ''] = source.split('\n')
  if (!first.startsWith('# ')) return []
  return first
    .slice(2)
    .split(', ')
    .map((part) => {
      const [name = '', description = ''] = part.split('=')
      const [sizes = '', type] = description.split(':')
      return { name, shape: sizes.split('x').map(Number), isInteger: type === 'int' }
    })
}

export function readCases(file: string, text: string): TorchCase[] {
  return splitCases(text).map(({ source, result }, index) => {
    const lines = (result ?? '').trimEnd().split('\n')
    const expected = Array.from({ length: lines.length / 2 }, (_, which) => ({
      expression: lines[2 * which] ?? '',
      answer: (lines[2 * which + 1] ?? '').trim(),
    }))
    return { file, index, source, inputs: inputsOf(source), expected }
  })
}

export const cases: readonly TorchCase[] = [...readCases('values', values), ...readCases('shapes', shapes)]
