import type { ModelAnalysis } from '../../analysis'
import type { Initializer, Span } from '../../graph'
import type { CallNode, Expression, IfNode, Statement } from '../../python'
import { callAt } from './calls'
import type { Change } from './changes'
import { findClass, findMethod, statementAt } from './place'
import { isShared } from './shared'
import type { FixTarget } from './torch'

/** A chain of `if isinstance(m, …)` that draws modules by their type. */
export interface Ladder {
  readonly first: IfNode
  readonly last: IfNode
  /** Name of the module that the tests ask about. */
  readonly subject: string
}

/**
 * The ladder that one of the model's draws stands in, when it visits all modules (`self.apply(fn)`, `for m in self.modules()`) and
 * after it nothing is built, nor drawn of what changes; null where there is none, or other models are drawn by it too.
 */
export function findLadder(model: ModelAnalysis, changes: readonly Change[], document: FixTarget): Ladder | null {
  const { module } = document
  const seen = new Set<string>()
  for (const { initializer, overwritten } of model.graph.parameters) {
    for (const draw of [initializer, ...overwritten]) {
      const { span, origin, callers } = draw
      if (origin !== 'written' || span === null || span.file !== module.file) continue
      const key = [span, ...(callers ?? [])].map(({ start }) => start).join()
      if (seen.has(key)) continue
      seen.add(key)
      const path = statementAt(module.body, span.start)
      const first = path.find((statement): statement is IfNode => statement.kind === 'if' && subjectOf(statement.test) !== null)
      const subject = first === undefined ? null : subjectOf(first.test)
      if (first === undefined || subject === null || !visitsAll(model, draw, path, subject, changes, document)) continue
      const last = lastBranch(first, subject)
      if (last !== null && !isShared(draw, model, document)) return { first, last, subject }
    }
  }
  return null
}

/** Whether a draw is written inside the ladder. */
export function isInside({ first }: Ladder, { span }: Initializer): boolean {
  return span !== null && covers(first, span)
}

/** `m` of `isinstance(m, nn.Linear)`, also where more is asked. */
function subjectOf(test: Expression): string | null {
  if (test.kind === 'boolean') return subjectOf(test.left) ?? subjectOf(test.right)
  if (test.kind !== 'call' || test.callee.kind !== 'name' || test.callee.name !== 'isinstance') return null
  const subject = test.arguments[0]?.value
  return subject?.kind === 'name' ? subject.name : null
}

/** The last `elif`; null when an `else` follows or a branch asks something else. */
function lastBranch(branch: IfNode, subject: string): IfNode | null {
  if (subjectOf(branch.test) !== subject) return null
  const [next] = branch.orElse
  if (next === undefined) return branch
  return branch.orElse.length === 1 && next.kind === 'if' ? lastBranch(next, subject) : null
}

function visitsAll(
  { rootClass }: ModelAnalysis,
  { callers }: Initializer,
  path: readonly Statement[],
  subject: string,
  changes: readonly Change[],
  { module, text }: FixTarget,
): boolean {
  const cls = rootClass === null ? null : findClass(module, rootClass.span)
  const body = cls === null ? module.body : (findMethod(cls, '__init__')?.function.body ?? [])
  const loop = path.find((statement) => statement.kind === 'for' && statement.target.kind === 'name' && statement.target.name === subject)
  const isLoop = loop?.kind === 'for'
  if (isLoop && !(loop.iterable.kind === 'call' && isOnRoot(loop.iterable, 'modules', cls !== null))) return false
  const runs = isLoop
    ? [loop.span, ...(callers ?? [])]
    : (callers ?? []).filter((site) => {
        const call = callAt(module, site)
        return call !== null && isOnRoot(call, 'apply', cls !== null)
      })
  const at = Math.max(-1, ...runs.map((run) => body.findIndex((statement) => covers(statement, run))))
  const after = body.slice(at + 1)
  const touched = changes.flatMap(({ parameter, layer }) => [parameter.definition, parameter.initializer.span, layer?.definition ?? null])
  return (
    at >= 0 && !after.some((statement) => isBuilding(statement, text) || touched.some((span) => span !== null && covers(statement, span)))
  )
}

/** `self.apply(…)` in the model's class, `net.apply(…)` of a model that no class makes. */
function isOnRoot({ callee }: CallNode, method: string, isClass: boolean): boolean {
  if (callee.kind !== 'attribute' || callee.name !== method || callee.object.kind !== 'name') return false
  return (callee.object.name === 'self') === isClass
}

function covers({ span }: Statement, inner: Span): boolean {
  return span.file === inner.file && span.start <= inner.start && inner.end <= span.end
}

/** A module that is assigned after the ladder has run is passed over by it. */
function isBuilding({ kind, span }: Statement, text: string): boolean {
  return kind === 'assign' && /\b[A-Z]\w*\(|\bnn\./.test(text.slice(span.start, span.end))
}
