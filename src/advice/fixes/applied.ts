import type { ModelAnalysis } from '../../analysis'
import type { Span } from '../../graph'
import type { FunctionDefinitionNode, FunctionNode, ModuleNode, Statement } from '../../python'
import { callAt } from './calls'
import type { Change } from './changes'
import type { Owner } from './owner'
import { blocksOf, placeAfter, statementAt } from './place'
import type { FixTarget } from './torch'

/**
 * The end of the function that draws a model by `model.apply(function)`, wherever that stands: `apply` calls it on every module and on
 * the model itself last, where lines for the whole model find their object. null where the function does not get that far, or where
 * what it is applied to may be a part of the model.
 * @param cls name of the model's class.
 * @param late the changes that the function has to come after.
 */
export function appliedOwner(model: ModelAnalysis, cls: string, late: readonly Change[], { module, text }: FixTarget): Owner | null {
  const [drawing, ...others] = new Set(late.map(({ parameter }) => functionAround(module, parameter.initializer.span)))
  if (drawing === undefined || drawing === null || others.length > 0) return null
  const { name, parameters, body } = drawing
  const [subject] = parameters
  const last = body.at(-1)
  if (subject === undefined || parameters.length > 1 || last === undefined || returns(body)) return null
  if (!isAppliedByName(model, name) && !isAppliedToAll(model, name, module)) return null
  return {
    ok: true,
    root: subject.name,
    place: placeAfter(text, last),
    initializer: null,
    head: [`if isinstance(${subject.name}, ${cls}):`],
    isNested: true,
  }
}

/** The innermost function that a draw stands in. */
function functionAround(module: ModuleNode, span: Span | null): FunctionNode | null {
  if (span === null || span.file !== module.file) return null
  const around = statementAt(module.body, span.start).filter((one): one is FunctionDefinitionNode => one.kind === 'functionDefinition')
  return around.at(-1)?.function ?? null
}

/** Leaves before its end for some modules, which may be the model. */
function returns(body: readonly Statement[]): boolean {
  return body.some(
    (statement) => statement.kind === 'return' || (statement.kind !== 'functionDefinition' && blocksOf(statement).some(returns)),
  )
}

/** The model was asked for as `Net().apply(function)`. */
function isAppliedByName({ name }: ModelAnalysis, applied: string): boolean {
  return name.endsWith(`.apply(${applied})`)
}

/** One call of `apply` draws parameters of several children of the model, so it is the model that it visits. */
function isAppliedToAll({ graph }: ModelAnalysis, applied: string, module: ModuleNode): boolean {
  const sites = new Map<number, { readonly site: Span; readonly children: Set<string> }>()
  for (const { name, initializer } of graph.parameters) {
    for (const site of initializer.callers ?? []) {
      const entry = sites.get(site.start) ?? { site, children: new Set() }
      entry.children.add(name.split('.', 1)[0] ?? name)
      sites.set(site.start, entry)
    }
  }
  return [...sites.values()].some(({ site, children }) => {
    const call = children.size > 1 ? callAt(module, site) : null
    const argument = call?.callee.kind === 'attribute' && call.callee.name === 'apply' ? call.arguments[0]?.value : undefined
    return argument?.kind === 'name' && argument.name === applied
  })
}
