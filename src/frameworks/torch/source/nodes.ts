/** Walking over a file's syntax tree. */
import type { Expression, ModuleNode, Statement } from '../../../python/ast'

type Tree = { readonly kind: string }

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && typeof (value as { kind?: unknown }).kind === 'string'
}

/** Every node below `root`, itself first, in the order of the source. Nodes where `stop` holds are given, what is below them is not. */
export function* nodesIn(root: object, stop: (node: object) => boolean = () => false): Generator<object> {
  const waiting: object[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node
    if (node !== root && stop(node)) continue
    const below: object[] = []
    for (const [key, value] of Object.entries(node)) {
      if (key === 'span' || key === 'nameSpan' || key === 'argumentsSpan' || typeof value !== 'object' || value === null) continue
      if (Array.isArray(value)) below.push(...value.filter((each): each is object => typeof each === 'object' && each !== null))
      else below.push(value)
    }
    for (let index = below.length - 1; index >= 0; index--) waiting.push(below[index] as object)
  }
}

/** The node as a statement or expression of one kind; undefined for others. */
export function nodeOfKind<K extends (Expression | Statement)['kind']>(
  node: object,
  kind: K,
): Extract<Expression | Statement, { kind: K }> | undefined {
  return isTree(node) && node.kind === kind ? (node as Extract<Expression | Statement, { kind: K }>) : undefined
}

/** Names that are read anywhere below a node. */
export function namesIn(root: object): ReadonlySet<string> {
  const names = new Set<string>()
  for (const node of nodesIn(root)) {
    const name = nodeOfKind(node, 'name')
    if (name !== undefined) names.add(name.name)
  }
  return names
}

export interface TopLevel {
  /** Names mentioned in each class of the file. */
  readonly classes: ReadonlyMap<string, ReadonlySet<string>>
  /** Names mentioned in each function of the file's own level. */
  readonly functions: ReadonlyMap<string, ReadonlySet<string>>
}

/** What the classes and functions of a file mention; those under `if` and `try` of its own level are among them. */
export function topLevelOf(module: ModuleNode): TopLevel {
  const classes = new Map<string, ReadonlySet<string>>()
  const functions = new Map<string, ReadonlySet<string>>()
  const visit = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if (statement.kind === 'class') classes.set(statement.name, namesIn(statement))
      else if (statement.kind === 'functionDefinition') functions.set(statement.function.name, namesIn(statement.function))
      else if (statement.kind === 'if') {
        visit(statement.body)
        visit(statement.orElse)
      } else if (statement.kind === 'try') {
        visit(statement.body)
        for (const handler of statement.handlers) visit(handler.body)
        visit(statement.orElse)
      }
    }
  }
  visit(module.body)
  return { classes, functions }
}
