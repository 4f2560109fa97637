import type { ModelAnalysis } from '../../analysis'
import type { Span } from '../../graph'
import type { ClassNode, ModuleNode, Statement } from '../../python'
import type { Change } from './changes'
import { blocksOf, findClass, findMethod, type Place, placeAfter, statementAt } from './place'
import type { FixTarget } from './torch'

export type Owner =
  | {
      readonly ok: true
      /** Expression of the object that the lines act on. */
      readonly root: string
      readonly place: Place
      /** The class whose `__init__` builds the layers; null where the lines follow the statement that binds the model. */
      readonly initializer: ClassNode | null
    }
  | { readonly ok: false; readonly reason: string }

/**
 * The object that the lines act on and where they go: the end of the root class's `__init__`, or, where the model is drawn after it
 * was built and for models without a class here, behind the last statement that builds or draws what changes.
 */
export function ownerOf(model: ModelAnalysis, changes: readonly Change[], { module, text }: FixTarget): Owner {
  const { rootClass } = model
  if (rootClass === null) return boundOwner(model, changes, module, text)
  if (rootClass.span.file !== module.file)
    return { ok: false, reason: `${rootClass.name} is defined in another file: open it to change its initialization.` }
  const cls = findClass(module, rootClass.span)
  const method = cls === null ? null : findMethod(cls, '__init__')
  const last = method?.function.body.at(-1)
  if (cls === null || method === null || last === undefined)
    return { ok: false, reason: `${rootClass.name} has no __init__ of its own to add initialization to.` }
  const late = changes.find((change) => isDrawnHere(change, module) && lastRunIn(method.function.body, module.file, change) < 0)
  if (late === undefined) return { ok: true, root: 'self', place: placeAfter(text, last), initializer: cls }
  const bound = boundLater(rootClass.name, late, changes, module, text)
  if (bound !== null) return bound
  const line = late.parameter.initializer.span?.line ?? '?'
  return { ok: false, reason: `The model is drawn after it is built, by line ${line}: change it there.` }
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

function boundOwner(model: ModelAnalysis, changes: readonly Change[], module: ModuleNode, text: string): Owner {
  const { span } = model
  const path = span === null || span.file !== module.file ? [] : statementAt(module.body, span.start)
  const statement = path.at(-1)
  const name = statement?.kind === 'assign' && statement.targets[0]?.kind === 'name' ? statement.targets[0].name : null
  if (statement === undefined || name === null)
    return { ok: false, reason: 'The model is not bound to a name that initialization could be written for.' }
  const outer = path.at(-2)
  const block = outer === undefined ? module.body : (blocksOf(outer).find((body) => body.includes(statement)) ?? [statement])
  const last = Math.max(block.indexOf(statement), ...changes.map((change) => lastRunIn(block, module.file, change)))
  return { ok: true, root: name, place: placeAfter(text, block[last] ?? statement), initializer: null }
}

function isDrawnHere({ parameter: { initializer } }: Change, module: ModuleNode): boolean {
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
