import type { ModelAnalysis, RootClass, TextEdit } from '../../analysis'
import type { Span } from '../../graph'
import type { ClassNode, ModuleNode, Statement } from '../../python'
import { appliedOwner } from './applied'
import { boundOwner } from './bound'
import { rootPath } from '../wording/torch'
import type { Change } from './changes'
import { blocksOf, findClass, findMethod, indentationUnit, type Place, placeAfter, placeBefore, statementAt } from './place'
import type { FixTarget } from './torch'

export type Owner =
  | {
      readonly ok: true
      /** Expression of the object that the lines act on. */
      readonly root: string
      readonly place: Place
      /** The class whose `__init__` builds the layers; null where the lines follow the statement that binds the model. */
      readonly initializer: ClassNode | null
      /** What has to be changed for the lines to have an object to act on. */
      readonly edits?: readonly TextEdit[]
      /** Statements around the lines, of the same indentation. */
      readonly head?: readonly string[]
      readonly tail?: readonly string[]
      /** The lines are one block deeper than `head`. */
      readonly isNested?: boolean
    }
  | { readonly ok: false; readonly reason: string }

/**
 * The object that the lines act on and where they go: the end of the root class's `__init__`, or, where the model is drawn after it
 * was built and for models without a class here, behind the last statement that builds or draws what changes, or in the function that
 * draws it.
 */
export function ownerOf(model: ModelAnalysis, changes: readonly Change[], document: FixTarget): Owner {
  const { rootClass, part } = ownClass(model)
  const { module, text } = document
  if (rootClass === null) return boundOwner(model, changes, document)
  if (rootClass.span.file !== module.file)
    return { ok: false, reason: `${rootClass.name} is defined in another file: open it to change its initialization.` }
  const cls = findClass(module, rootClass.span)
  const method = cls === null ? null : findMethod(cls, '__init__')
  const last = method?.function.body.at(-1)
  if (cls === null) return { ok: false, reason: `${rootClass.name} is not where it was read.` }
  if (method === null || last === undefined) return newInitializer(cls, rootPath(part), changes, document)
  const allLate = changes.filter((change) => isDrawnHere(change, module) && lastRunIn(method.function.body, module.file, change) < 0)
  const [late] = allLate
  if (late === undefined) return { ok: true, root: rootPath(part), place: placeAfter(text, last), initializer: cls }
  const later = boundLater(rootClass.name, late, changes, module, text) ?? appliedOwner(model, rootClass.name, allLate, document)
  if (later !== null) return later.ok ? { ...later, root: rootPath(part, later.root) } : later
  const line = late.parameter.initializer.span?.line ?? '?'
  return { ok: false, reason: `The model is drawn after it is built, by line ${line}: change it there.` }
}

/** The class whose code makes the model: its own, or of a part that has none here the class that it is a part of. */
function ownClass({ rootClass, whole }: ModelAnalysis): { readonly rootClass: RootClass | null; readonly part?: string } {
  return rootClass === null && whole !== undefined ? whole : { rootClass }
}

/** A class that inherits its `__init__` gets one that calls it first. */
function newInitializer(cls: ClassNode, root: string, changes: readonly Change[], { module, text }: FixTarget): Owner {
  const late = changes.find((change) => isDrawnHere(change, module) && !isDrawnWhileBuilding(change, module))
  const [first] = cls.body
  const isDocumented = first?.kind === 'expression' && first.value.kind === 'string'
  const before = isDocumented ? cls.body[1] : first
  if (late !== undefined || before === undefined || text.slice(0, before.span.start).split('\n').at(-1)?.trim() !== '')
    return { ok: false, reason: `${cls.name} has no __init__ of its own to add initialization to.` }
  const unit = indentationUnit(text)
  return {
    ok: true,
    root,
    place: placeBefore(text, before),
    initializer: null,
    head: ['def __init__(self, *args, **kwargs):', `${unit}super().__init__(*args, **kwargs)`],
    tail: [''],
    isNested: true,
  }
}

/** Drawn by a class's own code, so before a subclass's `__init__` goes on. */
function isDrawnWhileBuilding({ parameter: { initializer } }: Change, module: ModuleNode): boolean {
  return [initializer.span, ...(initializer.callers ?? [])].some(
    (site) =>
      site !== null &&
      site.file === module.file &&
      statementAt(module.body, site.start).some((one) => one.kind === 'functionDefinition' && one.function.name === '__init__'),
  )
}

/** Where `net = Net(…)` is followed, in the same block, by what draws it: the lines come last there. */
function boundLater(cls: string, late: Change, changes: readonly Change[], module: ModuleNode, text: string): Owner | null {
  const { initializer } = late.parameter
  const builds = new RegExp(`\\b${cls}\\(`)
  for (const site of [...(initializer.callers ?? []), initializer.span]) {
    if (site === null || site.file !== module.file) continue
    const path = statementAt(module.body, site.start)
    for (const [depth] of path.entries()) {
      const outer = path[depth - 1]
      const block = outer === undefined ? module.body : blocksOf(outer).find((body) => body.some((statement) => path[depth] === statement))
      const built = block?.find(({ kind, span }) => kind === 'assign' && builds.test(text.slice(span.start, span.end)))
      const name = built?.kind === 'assign' && built.targets[0]?.kind === 'name' ? built.targets[0].name : null
      if (block === undefined || name === null) continue
      const last = block[Math.max(...changes.map((change) => lastRunIn(block, module.file, change)))]
      if (last !== undefined) return { ok: true, root: name, place: placeAfter(text, last), initializer: null }
    }
  }
  return null
}

/** Whether a draw of this file is to be overcome. */
export function isDrawnHere({ parameter: { initializer } }: Change, module: ModuleNode): boolean {
  return initializer.origin === 'written' && initializer.span?.file === module.file
}

/** Index of the last statement of a block that builds the parameter's layer or draws it, itself or by a call; -1 for none. */
export function lastRunIn(block: readonly Statement[], file: string, { parameter, layer }: Change): number {
  const { initializer, definition } = parameter
  const sites =
    initializer.origin === 'written' ? [initializer.span, ...(initializer.callers ?? [])] : [definition, layer?.definition ?? null]
  const here = sites.filter((site): site is Span => site?.file === file)
  return block.reduce((last, { span }, index) => (here.some(({ start, end }) => span.start <= start && end <= span.end) ? index : last), -1)
}
