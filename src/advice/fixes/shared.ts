import type { ModelAnalysis } from '../../analysis'
import type { Initializer, Span } from '../../graph'
import type { FunctionNode, ModuleNode } from '../../python'
import { statementAt } from './place'
import type { FixTarget } from './torch'

/**
 * Whether the code of a draw is used for more than this model: one of the file's functions on the way to it is named where nothing of the
 * model is drawn, as an `init_weights` that a generator and a discriminator share. What is written there is written for all of them.
 */
export function isShared({ span, callers }: Initializer, model: ModelAnalysis, { module, text }: FixTarget): boolean {
  const functions = new Set<FunctionNode>()
  // From the draw outwards, up to the code that makes the model: a class's own, or a function that builds it.
  for (const site of [span, ...[...(callers ?? [])].reverse()]) {
    const around = functionAround(module, site)
    if (around === null || builds(around, model, text)) break
    functions.add(around)
  }
  if (functions.size === 0) return false
  const own = model.graph.parameters.flatMap((each) => [each.initializer, ...each.overwritten].flatMap(({ callers }) => callers ?? []))
  const calls = own.filter(({ file }) => file === module.file)
  return [...functions].some((one) => mentions(one, text).some((at) => !calls.some(({ start, end }) => start <= at && at < end)))
}

/** The function at the file's own level that a place lies in. */
function functionAround(module: ModuleNode, site: Span | null): FunctionNode | null {
  if (site === null || site.file !== module.file) return null
  const [outermost] = statementAt(module.body, site.start)
  return outermost?.kind === 'functionDefinition' ? outermost.function : null
}

function builds({ span }: FunctionNode, { rootClass }: ModelAnalysis, text: string): boolean {
  return rootClass !== null && new RegExp(`\\b${rootClass.name}\\(`).test(text.slice(span.start, span.end))
}

/** Offsets where a function is named outside of itself, comments left out. */
function mentions({ name, span }: FunctionNode, text: string): readonly number[] {
  return [...text.matchAll(new RegExp(`^[^#\\n]*?\\b${name}\\b`, 'gm'))].flatMap(({ 0: line, index }) => {
    const at = index + line.length - name.length
    return at >= span.start && at < span.end ? [] : [at]
  })
}
