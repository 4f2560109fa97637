/** `# init-lens: hidden=512, input=(8, 3, 32, 32)`: what a comment sets. */
import type { InputSpec, Remark } from '../../../analysis'
import { asIntegers, asNumber } from '../../../python/guards'
import { type Comment, PythonError, type PythonInterpreter } from '../../../python'
import type { ModuleValue, Value } from '../../../python/values'

export interface Directive {
  readonly sizes: Readonly<Record<string, number>>
  readonly input: readonly InputSpec[] | null
  readonly model: Value | null
  readonly problems: readonly Remark[]
}

const pattern = /^#\s*init-lens:\s*(.+)$/

/** A tuple of sizes, or a tuple of such tuples. */
function shapesOf(value: Value): readonly (readonly number[])[] | null {
  const one = asIntegers(value)
  if (one !== undefined) return [one]
  if (value.kind !== 'tuple' && value.kind !== 'list') return null
  const many = value.items.map((item) => asIntegers(item))
  const known = many.filter((shape) => shape !== undefined)
  return known.length === many.length ? known : null
}

export function readDirectives(interpreter: PythonInterpreter, module: ModuleValue, comments: readonly Comment[]): Directive {
  const sizes: Record<string, number> = {}
  const problems: Remark[] = []
  let input: readonly InputSpec[] | null = null
  let model: Value | null = null
  for (const { text, span } of comments) {
    const settings = pattern.exec(text)?.[1]
    if (settings === undefined) continue
    const problem = (message: string): void => {
      problems.push({ message: `this init-lens comment is not understood: ${message}`, span })
    }
    let read: Value
    try {
      read = interpreter.evaluateIn(`dict(${settings})`, module)
    } catch (error) {
      if (!(error instanceof PythonError)) throw error
      problem(error.message)
      continue
    }
    if (read.kind !== 'dict') {
      problem(read.kind === 'unknown' ? read.reason : 'it must read like the arguments of a call')
      continue
    }
    for (const [key, value] of read.entries.entries()) {
      const name = interpreter.str(key)
      const number = asNumber(value)
      if (name === 'input') {
        const shapes = shapesOf(value)
        if (shapes === null) problem('input must be a tuple of sizes, like (8, 3, 32, 32)')
        else input = shapes.map((shape) => ({ shape, distribution: { kind: 'normal', mean: 0, std: 1 } }))
      } else if (name === 'model') model = value
      else if (number !== undefined) sizes[name] = number
      else problem(`${name} must be a number`)
    }
  }
  return { sizes, input, model, problems }
}
