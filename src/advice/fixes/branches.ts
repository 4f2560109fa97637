import type { ModelAnalysis, TextEdit } from '../../analysis'
import type { Call, Parameter } from '../../graph'
import type { Statement } from '../../python'
import type { Change, Draw } from './changes'
import { findLadder, isInside, type Ladder } from './ladder'
import type { Naming } from './lines'
import { indentationOf, lineBreakOf, statementAt } from './place'
import type { FixTarget } from './torch'
import { writeLines } from './write'

/** Layers of a type that a ladder passes over become a branch of it from this many on. */
const branchFrom = 2

/** What the ladder of a file takes, and what it does not. */
export interface Laddered {
  readonly edits: readonly TextEdit[]
  readonly rest: readonly Change[]
}

/**
 * The file's own `if isinstance(m, …)` ladder takes what fits it: the biases of layers of which it draws the weights, and a branch
 * for each type of layer that it passes over, when all of that type want the same.
 */
export function intoLadder(
  model: ModelAnalysis,
  changes: readonly Change[],
  all: readonly Draw[],
  document: FixTarget,
  naming: Omit<Naming, 'root'>,
): Laddered {
  const ladder = findLadder(model, changes, document)
  if (ladder === null) return { edits: [], rest: changes }
  const biases = biasLines({ model, changes, all, ladder, document, naming })
  const branches = newBranches({ model, changes: biases.rest, all, ladder, document, naming })
  return { edits: [...biases.edits, ...branches.edits], rest: branches.rest }
}

interface Work {
  readonly model: ModelAnalysis
  readonly changes: readonly Change[]
  readonly all: readonly Draw[]
  readonly ladder: Ladder
  readonly document: FixTarget
  readonly naming: Omit<Naming, 'root'>
}

/** Biases of layers whose weights one call of the ladder draws follow that call. */
function biasLines({ model, changes, ladder, document, naming }: Work): Laddered {
  const edits: TextEdit[] = []
  const done = new Set<Change>()
  for (const type of typesOf(changes.filter(({ attribute }) => attribute === 'bias'))) {
    const own = changes.filter((change) => change.layer?.type === type && change.attribute === 'bias')
    const [first] = own
    const weights = parametersOf(model, type).filter(({ role }) => role === 'weight')
    const sites = new Set(weights.map((weight) => drawnIn(ladder, weight)))
    const [site] = sites
    if (first === undefined || sites.size !== 1 || site === undefined || own.some(({ template }) => template !== first.template)) continue
    const statement = statementAt(document.module.body, site).at(-1)
    if (statement === undefined) continue
    const indentation = indentationOf(document.text, statement.span.start)
    edits.push(inserted(document, statement, indentation, drawLines(first, ladder.subject, naming)))
    for (const change of own) done.add(change)
  }
  return { edits, rest: changes.filter((change) => !done.has(change)) }
}

/** A branch for each type of layer that no branch draws yet. */
function newBranches({ model, changes, all, ladder, document, naming }: Work): Laddered {
  const lines: string[] = []
  const done = new Set<Change>()
  for (const type of typesOf(changes)) {
    const name = naming.className(type)
    const own = changes.filter((change) => change.layer?.type === type)
    const isDrawn = parametersOf(model, type).some((parameter) => drawnIn(ladder, parameter) !== undefined)
    if (name === null || isDrawn || new Set(own.map(({ layer }) => layer?.id)).size < branchFrom) continue
    const wanted = [...own, ...all.filter(({ layer, lender }) => (layer?.type ?? lender) === type)]
    const calls = new Map(wanted.map((change) => [`${change.attribute} ${change.template}`, change]))
    const attributes = new Set(wanted.map(({ attribute }) => attribute))
    // Where one attribute is drawn in two ways, a branch cannot tell the layers apart.
    if (calls.size !== attributes.size || wanted.some(({ template }) => template === null)) continue
    lines.push(`elif isinstance(${ladder.subject}, ${name}):`)
    for (const { attribute, template } of calls.values()) {
      if (template === null) continue
      lines.push(...drawLines({ attribute, template }, ladder.subject, naming).map((line) => `${naming.unit}${line}`))
    }
    for (const change of own) done.add(change)
  }
  const end = ladder.last.body.at(-1)
  if (lines.length === 0 || end === undefined) return { edits: [], rest: changes }
  const edit = inserted(document, end, indentationOf(document.text, ladder.first.span.start), lines)
  return { edits: [edit], rest: changes.filter((change) => !done.has(change)) }
}

function typesOf(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(changes.flatMap(({ layer }) => (layer === null || layer.kind === 'function' ? [] : [layer.type])))
}

function parametersOf({ graph }: ModelAnalysis, type: string): readonly Parameter[] {
  const calls: readonly Call[] = graph.calls.filter((call) => call.type === type)
  return graph.parameters.filter(({ id }) => calls.some(({ parameters }) => parameters.includes(id)))
}

/** Offset of the call by which the ladder draws a parameter. */
function drawnIn(ladder: Ladder, { initializer, overwritten }: Parameter): number | undefined {
  return [initializer, ...overwritten].find((draw) => draw.origin === 'written' && isInside(ladder, draw))?.span?.start
}

/** A bias may be absent in other layers of the type. */
function drawLines(
  { attribute, template }: Pick<Change, 'attribute' | 'template'>,
  subject: string,
  naming: Omit<Naming, 'root'>,
): readonly string[] {
  const target = `${subject}.${attribute}`
  const lines = writeLines(template, target, naming)
  return attribute.includes('bias') ? [`if ${target} is not None:`, ...lines.map((line) => `${naming.unit}${line}`)] : lines
}

function inserted({ module, text }: FixTarget, after: Statement, indentation: string, lines: readonly string[]): TextEdit {
  const eol = lineBreakOf(text)
  const block = lines.map((line) => `${indentation}${line}`).join(eol)
  const end = text.indexOf('\n', after.span.end)
  if (end < 0) return { file: module.file, start: text.length, end: text.length, newText: eol + block }
  return { file: module.file, start: end + 1, end: end + 1, newText: block + eol }
}
