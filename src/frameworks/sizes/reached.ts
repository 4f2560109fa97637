/** What of a file's own level a model is made of. */
import type { Expression, ModuleNode, Statement } from '../../python/ast'

export interface NamedPart {
  readonly name: string
  readonly node: Statement
}

/** The classes, functions and variables of a file's own level, `if`, `try`, `with` and loops there included. */
function partsOf(body: readonly Statement[]): readonly NamedPart[] {
  return body.flatMap((node): readonly NamedPart[] => {
    switch (node.kind) {
      case 'class':
        return [{ name: node.name, node }]
      case 'functionDefinition':
        return [{ name: node.function.name, node }]
      case 'assign':
        return node.targets.flatMap((target) => namesOf(target).map((name) => ({ name, node })))
      case 'annotatedAssign':
      case 'augmentedAssign':
        return node.target.kind === 'name' ? [{ name: node.target.name, node }] : []
      case 'expression':
        // `layers.append(…)` makes `layers` what it is.
        return node.value.kind === 'call' && node.value.callee.kind === 'attribute'
          ? namesOf(node.value.callee.object).map((name) => ({ name, node }))
          : []
      case 'for':
      case 'while':
        return partsOf([...node.body, ...node.orElse]).map(({ name }) => ({ name, node }))
      case 'if':
        return partsOf([...node.body, ...node.orElse])
      case 'with':
        return partsOf(node.body)
      case 'try':
        return partsOf([...node.body, ...node.handlers.flatMap(({ body: handled }) => handled), ...node.orElse, ...node.finalBody])
      default:
        return []
    }
  })
}

function namesOf(target: Expression): readonly string[] {
  if (target.kind === 'name') return [target.name]
  return target.kind === 'tuple' || target.kind === 'list' ? target.elements.flatMap(namesOf) : []
}

/** Calls `visit` with what a node holds. Every object in it is a node or holds some; spans hold none. */
export function eachBelow(node: object, visit: (child: object) => void): void {
  for (const [key, value] of Object.entries(node) as readonly (readonly [string, unknown])[]) {
    if (typeof value !== 'object' || value === null || key === 'span' || key === 'nameSpan' || key === 'argumentsSpan') continue
    if (Array.isArray(value)) {
      for (const each of value as readonly unknown[]) if (typeof each === 'object' && each !== null) visit(each)
    } else visit(value)
  }
}

function mentionedIn(node: object): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (child: object): void => {
    const tree = child as Expression
    if (tree.kind === 'name') names.add(tree.name)
    else eachBelow(child, visit)
  }
  visit(node)
  return names
}

/** The parts of a file that `names` and the part around an offset lead to, by what each mentions, in the order of the source. */
export function reachedFrom(module: ModuleNode, names: readonly string[], at: number | null): readonly NamedPart[] {
  const parts = partsOf(module.body)
  const around = at === null ? [] : parts.filter(({ node: { span } }) => span.start <= at && at < span.end)
  const reached = new Set<string>()
  const waiting = [...names, ...around.map(({ name }) => name)]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue
    reached.add(name)
    for (const part of parts)
      if (part.name === name) waiting.push(...mentionedIn(part.node.kind === 'assign' ? part.node.value : part.node))
  }
  const taken = new Set<Statement>()
  return parts.filter(({ name, node }) => {
    if (!reached.has(name)) return false
    // Of `A, B = 1, 2` each name is a part of its own.
    if (node.kind === 'assign' && node.value.kind === 'tuple') return true
    if (taken.has(node)) return false
    taken.add(node)
    return true
  })
}
