import type { ModelAnalysis, TextEdit } from '../../analysis'
import type { ModuleNode } from '../../python'
import type { ArgumentWording } from '../wording/arguments'
import { callAt } from './calls'
import type { Change } from './changes'
import { setArgument } from './keywords'
import { merged } from './merged'
import { lineBreakOf } from './place'
import type { FixResult, FixTarget } from './torch'

/** The schemes that are the same words for layers of every size. */
const plain: ReadonlyMap<string, string> = new Map([
  ['he', 'he'],
  ['xavier', 'glorot'],
  ['lecun', 'lecun'],
])

/** The span that draws a weight of the program's own, where an initializer may stand instead; or why none may. */
export type OwnDraw =
  | { readonly kind: 'place'; readonly start: number; readonly end: number }
  | { readonly kind: 'refused'; readonly reason: string }

/** How a framework's initializers are written into a file. */
export interface ArgumentDialect {
  readonly wording: ArgumentWording
  /** A value as this file writes it, by the names that it imports. */
  readonly written: (value: string) => string
  /** The import that such values need and the file lacks. */
  readonly added: { readonly offset: number; readonly text: string } | null
  /** Whether a value needs that import. */
  readonly needsImport: (value: string) => boolean
  /** Where a weight is drawn by a call of the program's own, whose argument can be replaced; null for a layer's. */
  readonly ownDraw?: (change: Change) => OwnDraw | null
}

/**
 * One initializer for all weights that an argument of a constructor draws, those among them that are drawn as advised already
 * included: what they share, or the scheme of their family; null where they differ.
 */
function shared(model: ModelAnalysis, changes: readonly Change[], wording: ArgumentWording): string | null {
  const [first] = changes
  if (first === undefined) return null
  const { definition, role, name } = first.parameter
  const last = (of: string): string => of.slice(of.lastIndexOf('.') + 1)
  const drawn = model.graph.parameters.filter(
    (other) => other.definition?.start === definition?.start && other.role === role && last(other.name) === last(name),
  )
  const changed = new Set(changes.map(({ parameter }) => parameter.id))
  const alike = changes.every(({ template }) => template === first.template)
  if (alike && drawn.every(({ id }) => changed.has(id))) return first.template
  const advice = drawn.map(({ id }) => model.weights.find((weight) => weight.parameter === id)?.recommended)
  const [one] = advice
  if (one === undefined) return alike ? first.template : null
  if (advice.every((each) => each?.template === one.template)) return one.template
  const family = plain.get(one.family)
  if (family === undefined || advice.some((each) => each?.family !== one.family)) return null
  return wording.scheme(`${family}_${one.distribution === 'uniform' ? 'uniform' : 'normal'}`)
}

/** The name of the class that a call makes: `Dense` of `layers.Dense(…)`. */
function calledName(text: string): string {
  return /([A-Za-z_]\w*)\s*$/.exec(text)?.[1] ?? ''
}

/** Initializers written as arguments where the layers are made. */
export function argumentDraws(
  model: ModelAnalysis,
  changes: readonly Change[],
  { module, text }: FixTarget,
  dialect: ArgumentDialect,
): FixResult {
  if (changes.length === 0) return { ok: false, reason: 'Every layer is initialized as recommended already.' }
  const { wording } = dialect
  const groups = new Map<string, { readonly edit: (value: string) => TextEdit; readonly changes: Change[] }>()
  let reason = 'The layers are made in another file: open it to change their initialization.'
  for (const change of changes) {
    const own = dialect.ownDraw?.(change) ?? null
    if (own?.kind === 'refused') {
      reason = own.reason
      continue
    }
    const call = callAt(module, change.parameter.definition)
    if (own === null && call === null) continue
    const argument =
      own === null && call !== null
        ? wording.argument(calledName(text.slice(call.callee.span.start, call.callee.span.end)), change.parameter.name)
        : null
    if (own === null && argument === null) {
      reason = `${change.parameter.name} is initialized by its layer's own code.`
      continue
    }
    const key = own === null ? `${call?.span.start}|${argument}` : `${own.start}`
    const edit = (value: string): TextEdit =>
      call === null || argument === null
        ? { file: module.file, start: own?.start ?? 0, end: own?.end ?? 0, newText: value }
        : setArgument(module.file, call, argument, value)
    const group = groups.get(key) ?? { edit, changes: [] }
    group.changes.push(change)
    groups.set(key, group)
  }
  const edits: TextEdit[] = []
  for (const { edit: editOf, changes: own } of groups.values()) {
    const value = shared(model, own, wording)
    if (value === null) {
      reason = 'The layers that one line makes are advised differently.'
      continue
    }
    const edit = editOf(quotedLike(text, dialect.written(value)))
    if (text.slice(edit.start, edit.end) === edit.newText)
      reason = 'The layers that one line makes are advised differently; they have the scheme that they share.'
    else edits.push(edit)
  }
  if (edits.length === 0) return { ok: false, reason }
  const added = edits.some(({ newText }) => dialect.needsImport(newText)) ? dialect.added : null
  return { ok: true, edits: merged([...importEdits(module, text, added), ...edits]) }
}

function importEdits(
  module: ModuleNode,
  text: string,
  added: { readonly offset: number; readonly text: string } | null,
): readonly TextEdit[] {
  if (added === null) return []
  return [{ file: module.file, start: added.offset, end: added.offset, newText: added.text + lineBreakOf(text) }]
}

/** Strings in the quotes that the file uses more. */
function quotedLike(text: string, value: string): string {
  const single = text.split("'").length
  return single > text.split('"').length ? value.replaceAll('"', "'") : value
}
