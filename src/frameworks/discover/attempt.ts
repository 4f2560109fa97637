/** One run of a model: what it is fed, and why it stopped where it did. */
import type { InputSpec, Remark } from '../../analysis'
import type { Graph, Span } from '../../graph'
import { BudgetError, PythonError } from '../../python'
import type { Note } from '../../python/host'
import type { Value } from '../../python/values'
import type { Site } from '../torch/site'
import type { TensorValue } from '../torch/tensor'
import { tracedTensor } from '../torch/tensor/make'
import type { Trace } from '../trace'

export interface NamedInput {
  readonly name: string
  readonly spec: InputSpec
}

export interface Attempt {
  readonly graph: Graph
  readonly inputs: readonly NamedInput[]
  /** Why it stopped before the end, or what was lost; null when outputs came. */
  readonly stopped: Remark | null
  readonly notes: readonly Note[]
}

/** An input of the graph. */
export function inputTensor(at: Site, trace: Trace, { name, spec: { shape, distribution } }: NamedInput): TensorValue {
  const dtype = distribution.kind === 'tokens' ? ('int' as const) : ('float' as const)
  const [id] = trace.emit({ kind: 'input', name, distribution }, [], [{ shape, dtype }], null)
  if (id === undefined) throw new RangeError('an input without a tensor')
  return tracedTensor(at, trace, id)
}

/** What is not known of a result; null where it is known. */
export function lossIn(value: Value): Remark | null {
  if (value.kind === 'unknown') return { message: value.reason, span: value.span }
  const held = value.kind === 'dict' ? value.entries.values() : value.kind === 'tuple' || value.kind === 'list' ? value.items : []
  for (const item of held) {
    const found = lossIn(item)
    if (found !== null) return found
  }
  return null
}

/** Why a run ended early. Throws what is no fault of the program's. */
export function failureOf(error: unknown, site: Span | null): Remark {
  if (error instanceof PythonError) return { message: error.message, span: error.span ?? site }
  if (error instanceof BudgetError) return { message: `the model is not followed to its end: ${error.message}`, span: error.span ?? site }
  if (error instanceof RangeError) return { message: 'the model is not followed to its end: it is nested too deeply', span: site }
  throw error
}
