/** Values for constructor parameters that the file gives none: named, listed as assumptions, settable. */
import type { Assumption } from '../../../analysis'
import type { PythonInterpreter } from '../../../python'
import { float, int } from '../../../python/make'
import type { FunctionValue, Value } from '../../../python/values'
import { configFor, isConfig, openConfig } from './configs'
import { assumedEnvironment, isEnvironment } from './environments'
import { annotationText, assumption, placeholder, type Sizes } from './placeholder'

export interface Placeholders {
  readonly assumptions: readonly Assumption[]
  /** Arguments by name for the parameters that must be given. */
  readonly keyword: ReadonlyMap<string, Value>
}

/**
 * Arguments for the parameters of `fn` (a constructor, a builder) that have no default. `skip` leading parameters are given already.
 * One that cannot be guessed is Unknown, and so is what depends on it.
 */
export function placeholdersFor(interpreter: PythonInterpreter, fn: FunctionValue, skip: number, sizes: Sizes): Placeholders {
  const assumptions: Assumption[] = []
  const keyword = new Map<string, Value>()
  for (const node of fn.node.parameters.slice(skip)) {
    if (node.kind === 'star' || node.kind === 'doubleStar' || node.kind === 'positionalOnly') continue
    const annotation = annotationText(node.annotation)
    if (node.defaultValue !== null) {
      const set = sizes[node.name]
      if (set !== undefined) keyword.set(node.name, Number.isInteger(set) ? int(set) : float(set))
      continue
    }
    const config = configFor(interpreter, fn, node, sizes, assumptions)
    if (config !== null) {
      keyword.set(node.name, config)
      continue
    }
    if (isConfig(node)) {
      keyword.set(node.name, openConfig(interpreter, node.name, sizes, assumptions, node))
      continue
    }
    if (isEnvironment(node)) {
      keyword.set(node.name, assumedEnvironment(interpreter, assumptions, node))
      continue
    }
    const value = placeholder(interpreter, node.name, annotation, sizes)
    if (value === null) {
      keyword.set(node.name, interpreter.unknown(`\`${node.name}\` is not given in this file`, node.span))
      continue
    }
    keyword.set(node.name, value)
    if (sizes[node.name] === undefined) assumptions.push(assumption(interpreter, node.name, node.name, value, node))
  }
  return { assumptions, keyword }
}
