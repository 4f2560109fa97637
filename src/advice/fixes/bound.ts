import type { ModelAnalysis } from '../../analysis'
import type { FunctionDefinitionNode, ModuleNode, Statement } from '../../python'
import type { Change } from './changes'
import { isDrawnHere, lastRunIn, type Owner } from './owner'
import { blocksOf, indentationOf, placeAfter, placeBefore, statementAt } from './place'
import type { FixTarget } from './torch'

/** Names for a model that the file gives none, in the order in which they are tried. */
const names = ['model', 'network', 'net', 'new_model'] as const

const unbound: Owner = { ok: false, reason: 'The model is not bound to a name that initialization could be written for.' }

/**
 * Where lines go for a model without a class in this file: behind the statement that binds it and what draws it; or into the function
 * that returns it, in front of its `return`. A value that is returned directly is given a name.
 */
export function boundOwner(model: ModelAnalysis, changes: readonly Change[], document: FixTarget): Owner {
  const { module, text } = document
  const { span } = model
  const path = span === null || span.file !== module.file ? [] : statementAt(module.body, span.start)
  const name = boundName(path.at(-1))
  const statement = path.at(-1)
  if (statement !== undefined && name !== null) {
    const outer = path.at(-2)
    const block = outer === undefined ? module.body : (blocksOf(outer).find((body) => body.includes(statement)) ?? [statement])
    return behind(block, block.indexOf(statement), name, changes, document)
  }
  const around = [...path].reverse().find((one): one is FunctionDefinitionNode => one.kind === 'functionDefinition')
  const isReturned = path.at(-1)?.kind === 'return'
  if (around !== undefined && isReturned) return returnOwner(around, changes, document)
  const variable = /^\w+$/.exec(model.name)?.[0]
  const binding = variable === undefined ? -1 : module.body.map(boundName).lastIndexOf(variable)
  if (variable !== undefined && binding >= 0) return behind(module.body, binding, variable, changes, document)
  const called = calledFunction(model.name)
  const builder = called === null ? null : functionNamed(module, called)
  return builder === null ? unbound : returnOwner(builder, changes, { module, text })
}

/** `build` of `build(8)`, where nothing follows the call. */
function calledFunction(expression: string): string | null {
  const name = /^(\w+)\(/.exec(expression)?.[1]
  if (name === undefined) return null
  let depth = 0
  for (let at = name.length; at < expression.length; at++) {
    if (expression[at] === '(') depth++
    else if (expression[at] === ')' && --depth === 0) return at === expression.length - 1 ? name : null
  }
  return null
}

function boundName(statement: Statement | undefined): string | null {
  return statement?.kind === 'assign' && statement.targets[0]?.kind === 'name' ? statement.targets[0].name : null
}

function functionNamed(module: ModuleNode, name: string): FunctionDefinitionNode | null {
  return module.body.find((one): one is FunctionDefinitionNode => one.kind === 'functionDefinition' && one.function.name === name) ?? null
}

/** Behind the last of a block's statements that builds or draws what changes. */
function behind(
  block: readonly Statement[],
  binding: number,
  root: string,
  changes: readonly Change[],
  { module, text }: FixTarget,
): Owner {
  const last = block[Math.max(binding, ...changes.map((change) => lastRunIn(block, module.file, change)))]
  return last === undefined ? unbound : { ok: true, root, place: placeAfter(text, last), initializer: null }
}

function returnOwner({ function: builder }: FunctionDefinitionNode, changes: readonly Change[], { module, text }: FixTarget): Owner {
  const end = builder.body.at(-1)
  if (end?.kind !== 'return' || end.value === null) return unbound
  const late = changes.find((change) => isDrawnHere(change, module) && lastRunIn(builder.body, module.file, change) < 0)
  if (late !== undefined)
    return {
      ok: false,
      reason: `The model is drawn after it is built, by line ${late.parameter.initializer.span?.line ?? '?'}: change it there.`,
    }
  if (end.value.kind === 'name') return { ok: true, root: end.value.name, place: placeBefore(text, end), initializer: null }
  if (end.value.kind !== 'call' || text.slice(0, end.span.start).split('\n').at(-1)?.trim() !== '') return unbound
  const written = text.slice(builder.span.start, builder.span.end)
  const root = names.find((name) => !new RegExp(`\\b${name}\\b`).test(written)) ?? names[0]
  const place = placeAfter(text, end)
  const edit = { file: module.file, start: end.span.start, end: end.value.span.start, newText: `${root} = ` }
  return {
    ok: true,
    root,
    place: { ...place, indentation: indentationOf(text, end.span.start) },
    initializer: null,
    edits: [edit],
    tail: [`return ${root}`],
  }
}
