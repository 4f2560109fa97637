import type { TextEdit } from '../../analysis'
import type { Parameter } from '../../graph'
import type { CallNode, Expression, ModuleNode } from '../../python'
import { callAt } from './calls'
import type { Change } from './changes'
import { write } from './lines'

/** What rewriting the file's own initializer calls takes care of, and what is left to be added. */
export interface Replacement {
  readonly edits: readonly TextEdit[]
  readonly rest: readonly Change[]
}

/**
 * Rewrites calls such as `nn.init.xavier_uniform_(m.weight)` where they stand. A call is rewritten only when every parameter
 * that it draws is to change, and all to the same call.
 */
export function replaceCalls(
  changes: readonly Change[],
  parameters: readonly Parameter[],
  module: ModuleNode,
  text: string,
  init: string,
): Replacement {
  const bySpan = new Map<number, Change[]>()
  for (const change of changes) {
    const { span, origin } = change.parameter.initializer
    if (origin !== 'written' || span === null || span.file !== module.file) continue
    const group = bySpan.get(span.start)
    if (group === undefined) bySpan.set(span.start, [change])
    else group.push(change)
  }
  const edits: TextEdit[] = []
  const done = new Set<Change>()
  for (const [start, group] of bySpan) {
    const [first] = group
    const drawn = parameters.filter(({ initializer }) => initializer.span?.file === module.file && initializer.span.start === start)
    if (first === undefined || drawn.length !== group.length || first.template.includes('\n')) continue
    if (group.some(({ template }) => template !== first.template)) continue
    const call = callAt(module, first.parameter.initializer.span)
    const target = call === null ? null : drawnExpression(call)
    if (call === null || target === null) continue
    edits.push({
      file: module.file,
      start: call.span.start,
      end: call.span.end,
      newText: write(first.template, text.slice(target.span.start, target.span.end), initOf(call, text, init)),
    })
    for (const change of group) done.add(change)
  }
  return { edits, rest: changes.filter((change) => !done.has(change)) }
}

/** The parameter's expression in an initializer call: `m.weight` of `init.normal_(m.weight)` and of `m.weight.data.normal_()`. */
function drawnExpression(call: CallNode): Expression | null {
  const { callee } = call
  const [first] = call.arguments
  const isMethod =
    callee.kind === 'attribute' &&
    callee.object.kind === 'attribute' &&
    (callee.object.name === 'data' || /weight|bias|kernel/.test(callee.object.name))
  if (isMethod && callee.kind === 'attribute' && callee.object.kind === 'attribute')
    return callee.object.name === 'data' ? callee.object.object : callee.object
  if (first === undefined || (first.kind !== 'positional' && first.name !== 'tensor')) return null
  return first.value.kind === 'attribute' && first.value.name === 'data' ? first.value.object : first.value
}

/** torch.nn.init as this call names it: `init` of `init.normal_(w)`; else as the file does. */
function initOf(call: CallNode, text: string, init: string): string {
  const { callee } = call
  if (callee.kind !== 'attribute') return init
  const { object } = callee
  const isInit = object.kind === 'name' ? object.name.includes('init') : object.kind === 'attribute' && object.name === 'init'
  return isInit ? text.slice(object.span.start, object.span.end) : init
}
