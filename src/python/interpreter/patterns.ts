/** `match`. */
import type { CaseNode, MatchNode, Pattern } from '../ast'
import { dictClass, listClass, tupleClass } from '../builtins/classes'
import { typeOf } from '../builtins/typeOf'
import { asString, underlying } from '../guards'
import { dict, list } from '../make'
import type { Scope } from '../scope'
import type { Value } from '../values'
import { alwaysRaises } from './branches'
import type { Completion } from './completion'
import { identical } from './equality'
import type { Evaluator } from './evaluator'

/** Takes the first case that matches. When whether one matches is not known, that case is taken unless it raises, and noted. */
export function executeMatch(node: MatchNode, scope: Scope, evaluator: Evaluator): Completion {
  const chosen = chooseCase(node, scope, evaluator)
  return chosen === null ? null : evaluator.execute(chosen.body, scope)
}

/** The case to run, its captures bound. */
export function chooseCase(node: MatchNode, scope: Scope, evaluator: Evaluator): CaseNode | null {
  const subject = evaluator.evaluate(node.subject, scope)
  for (const each of node.cases) {
    const captured = new Map<string, Value>()
    let matched = matches(each.pattern, subject, captured, scope, evaluator)
    if (matched === false) continue
    for (const [name, value] of captured) scope.bind(name, value)
    if (each.guard !== null) {
      const truth = evaluator.truth(evaluator.evaluate(each.guard, scope), each.guard.span)
      if (truth === false) continue
      matched = matched === true && truth === true ? true : undefined
    }
    if (matched === undefined) {
      if (alwaysRaises(each.body)) continue
      evaluator.noteChoice(each.span, 'whether this case matches is not known: taken to match')
    }
    return each
  }
  return null
}

/** undefined: not known. */
function matches(pattern: Pattern, subject: Value, captured: Map<string, Value>, scope: Scope, evaluator: Evaluator): boolean | undefined {
  switch (pattern.kind) {
    case 'wildcard':
      return true
    case 'capture':
      captured.set(pattern.name, subject)
      return true
    case 'as': {
      const result = matches(pattern.pattern, subject, captured, scope, evaluator)
      if (result !== false) captured.set(pattern.name, subject)
      return result
    }
    case 'or': {
      let known = true
      for (const alternative of pattern.alternatives) {
        const result = matches(alternative, subject, captured, scope, evaluator)
        if (result === true) return true
        if (result === undefined) known = false
      }
      return known ? false : undefined
    }
    case 'value': {
      const value = evaluator.evaluate(pattern.value, scope)
      if (subject.kind === 'unknown') return undefined
      return pattern.value.kind === 'constant' ? identical(subject, value) : evaluator.equals(subject, value)
    }
    case 'star':
      return true
    case 'sequence':
      return matchesSequence(pattern, subject, captured, scope, evaluator)
    case 'mapping':
      return matchesMapping(pattern, subject, captured, scope, evaluator)
    case 'class':
      return matchesClass(pattern, subject, captured, scope, evaluator)
    default: {
      const never: never = pattern
      return never
    }
  }
}

function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false
  return a === undefined || b === undefined ? undefined : true
}

/** Binds what a pattern captures to an Unknown subject. */
function captureUnknown(pattern: Pattern, subject: Value, captured: Map<string, Value>): void {
  switch (pattern.kind) {
    case 'capture':
      captured.set(pattern.name, subject)
      return
    case 'star':
      if (pattern.name !== null) captured.set(pattern.name, subject)
      return
    case 'as':
      captured.set(pattern.name, subject)
      captureUnknown(pattern.pattern, subject, captured)
      return
    case 'sequence':
      for (const element of pattern.elements) captureUnknown(element, subject, captured)
      return
    case 'mapping':
      for (const entry of pattern.entries) captureUnknown(entry.pattern, subject, captured)
      if (pattern.rest !== null) captured.set(pattern.rest, subject)
      return
    case 'class':
      for (const each of pattern.positional) captureUnknown(each, subject, captured)
      for (const each of pattern.keyword) captureUnknown(each.pattern, subject, captured)
      return
    case 'or':
      for (const each of pattern.alternatives) captureUnknown(each, subject, captured)
      return
    case 'wildcard':
    case 'value':
      return
    default: {
      pattern satisfies never
    }
  }
}

function matchesSequence(
  pattern: Extract<Pattern, { kind: 'sequence' }>,
  subject: Value,
  captured: Map<string, Value>,
  scope: Scope,
  evaluator: Evaluator,
): boolean | undefined {
  if (subject.kind === 'unknown') {
    captureUnknown(pattern, subject, captured)
    return undefined
  }
  const plain = underlying(subject)
  if (plain.kind !== 'list' && plain.kind !== 'tuple' && plain.kind !== 'range') return false
  const items = evaluator.items(plain, pattern.span) ?? []
  const star = pattern.elements.findIndex((element) => element.kind === 'star')
  const wanted = star < 0 ? pattern.elements.length : pattern.elements.length - 1
  if (star < 0 ? items.length !== wanted : items.length < wanted) return false
  const extra = items.length - wanted
  let result: boolean | undefined = true
  for (const [index, element] of pattern.elements.entries()) {
    if (element.kind === 'star') {
      if (element.name !== null) captured.set(element.name, list(items.slice(index, index + extra)))
      continue
    }
    const item = items[star >= 0 && index > star ? index + extra - 1 : index] as Value
    result = both(result, matches(element, item, captured, scope, evaluator))
    if (result === false) return false
  }
  return result
}

function matchesMapping(
  pattern: Extract<Pattern, { kind: 'mapping' }>,
  subject: Value,
  captured: Map<string, Value>,
  scope: Scope,
  evaluator: Evaluator,
): boolean | undefined {
  if (subject.kind === 'unknown') {
    captureUnknown(pattern, subject, captured)
    return undefined
  }
  const plain = underlying(subject)
  if (plain.kind !== 'dict') return false
  const rest = dict(plain.entries.entries())
  let result: boolean | undefined = true
  for (const entry of pattern.entries) {
    const key = evaluator.evaluate(entry.key, scope)
    const value = plain.entries.get(key)
    if (value === undefined) return false
    rest.entries.delete(key)
    result = both(result, matches(entry.pattern, value, captured, scope, evaluator))
    if (result === false) return false
  }
  if (pattern.rest !== null) captured.set(pattern.rest, rest)
  return result
}

function matchesClass(
  pattern: Extract<Pattern, { kind: 'class' }>,
  subject: Value,
  captured: Map<string, Value>,
  scope: Scope,
  evaluator: Evaluator,
): boolean | undefined {
  const cls = evaluator.evaluate(pattern.cls, scope)
  if (subject.kind === 'unknown' || cls.kind !== 'class') {
    captureUnknown(pattern, subject.kind === 'unknown' ? subject : cls, captured)
    return undefined
  }
  let result = evaluator.isInstance(subject, cls)
  if (result === false) return false
  const names = pattern.positional.length === 0 ? null : evaluator.findAttribute(cls, '__match_args__', pattern.span)
  for (const [index, each] of pattern.positional.entries()) {
    const name = names === undefined || names === null ? undefined : asString((evaluator.items(names, pattern.span) ?? [])[index] ?? names)
    // `int(x)`, `str(x)` and their like match the value itself.
    const value =
      name === undefined ? (index === 0 && isOwnValue(subject) ? subject : undefined) : evaluator.findAttribute(subject, name, pattern.span)
    if (value === undefined) return false
    result = both(result, matches(each, value, captured, scope, evaluator))
    if (result === false) return false
  }
  for (const each of pattern.keyword) {
    const value = evaluator.findAttribute(subject, each.name, pattern.span)
    if (value === undefined) return false
    result = both(result, matches(each.pattern, value, captured, scope, evaluator))
    if (result === false) return false
  }
  return result
}

function isOwnValue(subject: Value): boolean {
  const cls = typeOf(subject)
  return subject.kind !== 'instance' || cls === tupleClass || cls === listClass || cls === dictClass
}
