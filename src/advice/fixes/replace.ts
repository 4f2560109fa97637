import type { ModelAnalysis, TextEdit } from '../../analysis'
import type { Parameter } from '../../graph'
import type { CallNode, Expression } from '../../python'
import { callAt } from './calls'
import type { Change, Draw } from './changes'
import { isShared } from './shared'
import type { FixTarget } from './torch'
import { write } from './write'

/** What rewriting the file's own initializer calls takes care of, and what is left to be added. */
export interface Replacement {
  readonly edits: readonly TextEdit[]
  readonly rest: readonly Change[]
}

/**
 * Rewrites calls such as `nn.init.xavier_uniform_(m.weight)` where they stand. A call is rewritten only when every parameter
 * that it draws is to change, all to the same call, and no other model is drawn by it; or (`mostly`) to what most of them want, with the others left over.
 * @param all how every parameter is drawn in the end.
 */
export function replaceCalls(
  changes: readonly Change[],
  all: readonly Draw[],
  model: ModelAnalysis,
  document: FixTarget,
  init: string,
  mostly: boolean,
): Replacement {
  const { module, text } = document
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
  const left: Change[] = []
  for (const [start, group] of bySpan) {
    const alike = largestAlike(group)
    const [first] = alike
    const drawn = model.graph.parameters.filter(
      ({ initializer }) => initializer.span?.file === module.file && initializer.span.start === start,
    )
    if (first === undefined || first.template.includes('\n') || isShared(first.parameter.initializer, model, document)) continue
    const kept = keptOf(drawn, group, all)
    // What stays as it is may be drawn by the same words, as where both fans are equal.
    const others = kept?.filter(({ template }) => template !== first.template)
    if (
      others === undefined ||
      others.length >= alike.length ||
      (!mostly && alike.length + (kept?.length ?? 0) - others.length < drawn.length)
    )
      continue
    const call = callAt(module, first.parameter.initializer.span)
    const target = call === null ? null : drawnExpression(call)
    if (call === null || target === null) continue
    edits.push({
      file: module.file,
      start: call.span.start,
      end: call.span.end,
      newText: write(first.template, text.slice(target.span.start, target.span.end), initOf(call, text, init)),
    })
    for (const change of alike) done.add(change)
    left.push(...others)
  }
  return { edits, rest: [...changes.filter((change) => !done.has(change)), ...left] }
}

/** What a call draws that is not to change, to be drawn again after it; null where no one call does that. */
function keptOf(drawn: readonly Parameter[], group: readonly Change[], all: readonly Draw[]): readonly Change[] | null {
  const kept: Change[] = []
  for (const parameter of drawn) {
    if (group.some((change) => change.parameter.id === parameter.id)) continue
    const draw = all.find((one) => one.parameter.id === parameter.id)
    if (draw === undefined || draw.template === null) return null
    kept.push({ ...draw, template: draw.template })
  }
  return kept
}

/** Those of a group that want the call that most want. */
function largestAlike(group: readonly Change[]): readonly Change[] {
  const byTemplate = new Map<string, Change[]>()
  for (const change of group) byTemplate.set(change.template, [...(byTemplate.get(change.template) ?? []), change])
  return [...byTemplate.values()].reduce((best, alike) => (alike.length > best.length ? alike : best), [])
}

/**
 * The parameter's expression in an initializer call: `m.weight` of `init.normal_(m.weight)` and of `m.weight.data.normal_()`; null for
 * other methods, whose arguments are numbers (`x.mul_(std)`).
 */
function drawnExpression(call: CallNode): Expression | null {
  const { callee } = call
  const [first] = call.arguments
  if (callee.kind === 'attribute' && !isInitModule(callee.object)) {
    const { object } = callee
    const isWeight = object.kind === 'attribute' && (object.name === 'data' || /weight|bias|kernel/.test(object.name))
    if (!isWeight || !draws.has(callee.name)) return null
    return object.name === 'data' ? object.object : object
  }
  if (callee.kind === 'name' && !drawing.test(callee.name)) return null
  if (first === undefined || (first.kind !== 'positional' && first.name !== 'tensor')) return null
  return first.value.kind === 'attribute' && first.value.name === 'data' ? first.value.object : first.value
}

/** torch.nn.init as this call names it: `init` of `init.normal_(w)`; else as the file does. */
function initOf({ callee }: CallNode, text: string, init: string): string {
  if (callee.kind !== 'attribute' || !isInitModule(callee.object)) return init
  return text.slice(callee.object.span.start, callee.object.span.end)
}

/** `init`, `nn.init`, `weight_init`. */
function isInitModule(object: Expression): boolean {
  return object.kind === 'name' ? object.name.includes('init') : object.kind === 'attribute' && object.name === 'init'
}

/** Functions of torch.nn.init, with the names that they had before; `init(m.weight)` calls whatever it was given. */
const drawing = /^(?:(?:kaiming|xavier|trunc)_)?(?:normal|uniform)_?$|^(?:constant|ones|zeros|eye|dirac|orthogonal|sparse)_?$/

/** Methods that draw a whole tensor anew; others (`mul_`) go on from what it holds. */
const draws: ReadonlySet<string> = new Set(['normal_', 'uniform_', 'zero_', 'fill_', 'copy_', 'exponential_', 'cauchy_', 'log_normal_'])
