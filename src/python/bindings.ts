/** Which names statements bind, found without running them. */
import type { Expression, FunctionNode, Pattern, Statement } from './ast'

export interface Bindings {
  readonly locals: ReadonlySet<string>
  readonly globals: ReadonlySet<string>
  readonly nonlocals: ReadonlySet<string>
}

const cache = new WeakMap<FunctionNode | readonly Statement[], Bindings>()

/** Parameters excepted: they are always bound. */
export function bindingsOf(node: FunctionNode): Bindings {
  return cached(node, node.body)
}

/** Names that statements would bind in their own scope, also in branches that are not taken. */
export function boundNames(statements: readonly Statement[]): ReadonlySet<string> {
  return cached(statements, statements).locals
}

function cached(key: FunctionNode | readonly Statement[], body: readonly Statement[]): Bindings {
  const known = cache.get(key)
  if (known !== undefined) return known
  const collected = { locals: new Set<string>(), globals: new Set<string>(), nonlocals: new Set<string>() }
  for (const statement of body) collect(statement, collected)
  for (const name of [...collected.globals, ...collected.nonlocals]) collected.locals.delete(name)
  cache.set(key, collected)
  return collected
}

interface Collected {
  readonly locals: Set<string>
  readonly globals: Set<string>
  readonly nonlocals: Set<string>
}

function collect(statement: Statement, into: Collected): void {
  const all = (statements: readonly Statement[]): void => {
    for (const each of statements) collect(each, into)
  }
  switch (statement.kind) {
    case 'assign':
      for (const target of statement.targets) collectTarget(target, into.locals)
      return
    case 'augmentedAssign':
      collectTarget(statement.target, into.locals)
      return
    case 'annotatedAssign':
      if (statement.value !== null) collectTarget(statement.target, into.locals)
      return
    case 'functionDefinition':
      into.locals.add(statement.function.name)
      return
    case 'class':
    case 'typeAlias':
      into.locals.add(statement.name)
      return
    case 'import':
      for (const { name, alias } of statement.names) into.locals.add(alias ?? name.split('.', 1)[0] ?? name)
      return
    case 'importFrom':
      if (statement.names !== '*') for (const { name, alias } of statement.names) into.locals.add(alias ?? name)
      return
    case 'global':
      for (const name of statement.names) into.globals.add(name)
      return
    case 'nonlocal':
      for (const name of statement.names) into.nonlocals.add(name)
      return
    case 'for':
      collectTarget(statement.target, into.locals)
      all(statement.body)
      all(statement.orElse)
      return
    case 'if':
    case 'while':
      all(statement.body)
      all(statement.orElse)
      return
    case 'with':
      for (const item of statement.items) if (item.target !== null) collectTarget(item.target, into.locals)
      all(statement.body)
      return
    case 'try':
      all(statement.body)
      for (const handler of statement.handlers) {
        if (handler.target !== null) collectTarget(handler.target, into.locals)
        all(handler.body)
      }
      all(statement.orElse)
      all(statement.finalBody)
      return
    case 'match':
      for (const each of statement.cases) {
        collectPattern(each.pattern, into.locals)
        all(each.body)
      }
      return
    case 'delete':
      for (const target of statement.targets) collectTarget(target, into.locals)
      return
    case 'expression':
    case 'return':
    case 'raise':
    case 'assert':
    case 'pass':
    case 'break':
    case 'continue':
    case 'invalidStatement':
      return
    default: {
      statement satisfies never
    }
  }
}

export function collectTarget(target: Expression, into: Set<string>): void {
  switch (target.kind) {
    case 'name':
      into.add(target.name)
      return
    case 'tuple':
    case 'list':
      for (const element of target.elements) collectTarget(element, into)
      return
    case 'starred':
      collectTarget(target.value, into)
      return
    default:
      return
  }
}

/** The names that a pattern captures. */
export function collectPattern(pattern: Pattern, into: Set<string>): void {
  switch (pattern.kind) {
    case 'capture':
      into.add(pattern.name)
      return
    case 'star':
      if (pattern.name !== null) into.add(pattern.name)
      return
    case 'sequence':
      for (const element of pattern.elements) collectPattern(element, into)
      return
    case 'mapping':
      for (const entry of pattern.entries) collectPattern(entry.pattern, into)
      if (pattern.rest !== null) into.add(pattern.rest)
      return
    case 'class':
      for (const each of pattern.positional) collectPattern(each, into)
      for (const each of pattern.keyword) collectPattern(each.pattern, into)
      return
    case 'or':
      for (const each of pattern.alternatives) collectPattern(each, into)
      return
    case 'as':
      into.add(pattern.name)
      collectPattern(pattern.pattern, into)
      return
    case 'wildcard':
    case 'value':
      return
    default: {
      pattern satisfies never
    }
  }
}
