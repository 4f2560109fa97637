import type { ModelAnalysis, TextEdit } from '../../analysis'
import type { ClassNode, ModuleNode } from '../../python'
import { type Change, type Draw, drawsAfter } from './changes'
import { intoLadder } from './branches'
import { type TorchNames, torchNames } from './imports'
import { initializationLines, type Naming } from './lines'
import { merged } from './merged'
import { findMethod, indentationUnit, lineBreakOf, type Place, placeAfter, statementAt } from './place'
import { lastRunIn, ownerOf } from './owner'
import { replaceCalls } from './replace'
import { writeLines } from './write'

/** Edits of one document, or why there are none. */
export type FixResult = { readonly ok: true; readonly edits: readonly TextEdit[] } | { readonly ok: false; readonly reason: string }

/** The document that is edited. */
export interface FixTarget {
  readonly module: ModuleNode
  readonly text: string
}

/** Writes given draws: the advice, or an experiment. */
export function torchDraws(model: ModelAnalysis, changes: readonly Change[], document: FixTarget): FixResult {
  if (changes.length === 0) return { ok: false, reason: 'Every layer is initialized as recommended already.' }
  const names = torchNames(document.module, document.text)
  // What most layers want is written into the call that draws them all, if the others can be drawn after it.
  const all = drawsAfter(model, changes, document.module)
  if (isPart(model)) return addLines(model, changes, all, document, names)
  const most = replaceCalls(changes, all, model, document, names.init, true)
  const after = most.rest.length === 0 ? null : addLines(model, most.rest, all, document, names)
  if (after === null || after.ok) return { ok: true, edits: merged([...most.edits, ...(after?.edits ?? [])]) }
  const { edits, rest } = replaceCalls(changes, all, model, document, names.init, false)
  const added = addLines(model, rest, all, document, names)
  if (!added.ok) return edits.length > 0 ? { ok: true, edits } : added
  return { ok: true, edits: merged([...edits, ...added.edits]) }
}

/** A part of a class, such as its `critic`: code that draws it may draw its siblings too, of which nothing is known here. */
function isPart({ rootClass, whole }: ModelAnalysis): boolean {
  return rootClass === null && whole !== undefined
}

/** Lines for what no call of the file takes. */
function addLines(
  model: ModelAnalysis,
  changes: readonly Change[],
  all: readonly Draw[],
  document: FixTarget,
  names: TorchNames,
): FixResult {
  const { module, text } = document
  const words = { init: names.init, unit: indentationUnit(text), className: classNamer(module, names.nn) }
  const laddered = isPart(model) ? { edits: [], rest: changes } : intoLadder(model, changes, all, document, words)
  const edits = [...laddered.edits]
  if (laddered.rest.length > 0) {
    const owner = ownerOf(model, laddered.rest, document)
    if (!owner.ok) return owner
    const naming: Naming = { root: owner.root, ...words }
    const beside = besideDefinitions(laddered.rest, owner.initializer, document, naming)
    edits.push(...(owner.edits ?? []))
    if (beside !== null) edits.push(...beside)
    else {
      const lines = initializationLines(laddered.rest, all, namesBelow(model), naming)
      const nested = owner.isNested === true ? lines.map((line) => `${naming.unit}${line}`) : lines
      edits.push(insertion(document, owner.place, [...(owner.head ?? []), ...nested, ...(owner.tail ?? [])]))
    }
  }
  if (names.added !== null) {
    edits.unshift({ file: module.file, start: names.added.offset, end: names.added.offset, newText: names.added.text + lineBreakOf(text) })
  }
  return { ok: true, edits }
}

/** Of all modules that are called and all parameters. */
function namesBelow({ graph }: ModelAnalysis): readonly string[] {
  const calls = graph.calls.flatMap(({ kind, name }) => (kind === 'function' ? [] : [name]))
  return [...calls, ...graph.parameters.map(({ name }) => name)]
}

/** Single lines are written beside their layers when there are at most this many. */
const fewLines = 4

/**
 * For a few layers of the root class, each bound by a statement of its own in `__init__` (`self.fc = nn.Linear(…)`): its call
 * right behind that statement. null when they are many, or made elsewhere.
 */
function besideDefinitions(
  changes: readonly Change[],
  cls: ClassNode | null,
  { module, text }: FixTarget,
  naming: Naming,
): TextEdit[] | null {
  const method = cls === null ? null : findMethod(cls, '__init__')
  if (method === null || new Set(changes.map(({ layer }) => layer)).size > fewLines) return null
  const places = new Map<number, { readonly place: Place; readonly lines: string[] }>()
  for (const change of changes) {
    const definition = change.layer?.definition ?? null
    if (definition === null || definition.file !== module.file || definition.start < method.span.start || definition.end > method.span.end)
      return null
    const path = statementAt(method.function.body, definition.start)
    const [statement] = path
    if (statement === undefined || lastRunIn(method.function.body, module.file, change) > method.function.body.indexOf(statement))
      return null
    const target = statement?.kind === 'assign' ? statement.targets[0] : undefined
    const isAttribute = target?.kind === 'attribute' && target.object.kind === 'name' && target.object.name === naming.root
    if (path.length !== 1 || !isAttribute || change.parameter.name !== `${target.name}.${change.attribute}`) return null
    const place = placeAfter(text, statement)
    const entry = places.get(place.offset) ?? { place, lines: [] }
    entry.lines.push(...writeLines(change.template, `${naming.root}.${change.parameter.name}`, naming))
    places.set(place.offset, entry)
  }
  return [...places.values()].map(({ place, lines }) => insertion({ module, text }, place, lines))
}

function insertion({ module, text }: FixTarget, place: Place, lines: readonly string[]): TextEdit {
  const eol = lineBreakOf(text)
  const block = lines.map((line) => (line === '' ? eol : `${place.indentation}${line}${eol}`)).join('')
  return {
    file: module.file,
    start: place.offset,
    end: place.offset,
    newText: place.needsBreak ? eol + block.slice(0, -eol.length) : block,
  }
}

/**
 * Layer classes of torch.nn under its name in the file; classes that the file defines under their own. A name that both have may be
 * either, as where a file's `Conv1d` holds one of torch.nn's.
 */
function classNamer(module: ModuleNode, nn: string): (type: string) => string | null {
  const own = new Set(module.body.flatMap((statement) => (statement.kind === 'class' ? [statement.name] : [])))
  return (type) => {
    const isTorch = /^(?:Conv|Linear|Embedding|Bilinear|LSTM|GRU|RNN|MultiheadAttention)/.test(type)
    if (own.has(type)) return isTorch ? null : type
    return isTorch ? `${nn}.${type}` : null
  }
}
