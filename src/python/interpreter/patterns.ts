/** `match`. */
import type { CaseNode, MatchNode, Pattern } from '../ast'
import { collectPattern } from '../bindings'
import { asString, underlying } from '../guards'
import { dict, list } from '../make'
import type { Scope } from '../scope'
import type { ClassValue, Value } from '../values'
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
    const matcher = new Matcher(scope, evaluator)
    let matched = matcher.matches(each.pattern, subject)
    if (matched === false) continue
    for (const [name, value] of matcher.captured) scope.bind(name, value)
    if (each.guard !== null) {
      const truth = evaluator.truth(evaluator.evaluate(each.guard, scope), each.guard.span)
      if (truth === false) continue
      matched = both(matched, truth)
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
type Answer = boolean | undefined
type Of<K extends Pattern['kind']> = Extract<Pattern, { kind: K }>

function both(a: Answer, b: Answer): Answer {
  if (a === false || b === false) return false
  return a === undefined || b === undefined ? undefined : true
}

/** Whether one pattern matches, and what it captures on the way. */
class Matcher {
  readonly captured = new Map<string, Value>()

  constructor(
    private readonly scope: Scope,
    private readonly evaluator: Evaluator,
  ) {}

  matches(pattern: Pattern, subject: Value): Answer {
    switch (pattern.kind) {
      case 'wildcard':
      case 'star':
        return true
      case 'capture':
        this.captured.set(pattern.name, subject)
        return true
      case 'as': {
        const result = this.matches(pattern.pattern, subject)
        if (result !== false) this.captured.set(pattern.name, subject)
        return result
      }
      case 'or':
        return this.any(pattern, subject)
      case 'value': {
        const value = this.evaluator.evaluate(pattern.value, this.scope)
        if (subject.kind === 'unknown') return undefined
        return pattern.value.kind === 'constant' ? identical(subject, value) : this.evaluator.equals(subject, value)
      }
      case 'sequence':
        return subject.kind === 'unknown' ? this.undecided(pattern, subject) : this.sequence(pattern, underlying(subject))
      case 'mapping':
        return subject.kind === 'unknown' ? this.undecided(pattern, subject) : this.mapping(pattern, underlying(subject))
      case 'class': {
        const cls = this.evaluator.evaluate(pattern.cls, this.scope)
        if (subject.kind === 'unknown') return this.undecided(pattern, subject)
        return cls.kind === 'class' ? this.instance(pattern, cls, subject) : this.undecided(pattern, cls)
      }
      default: {
        const never: never = pattern
        return never
      }
    }
  }

  /** Binds what a pattern captures to what it cannot be matched with. */
  private undecided(pattern: Pattern, subject: Value): undefined {
    const names = new Set<string>()
    collectPattern(pattern, names)
    for (const name of names) this.captured.set(name, subject)
  }

  private any(pattern: Of<'or'>, subject: Value): Answer {
    let answer: Answer = false
    for (const alternative of pattern.alternatives) {
      const result = this.matches(alternative, subject)
      if (result === true) return true
      if (result === undefined) answer = undefined
    }
    return answer
  }

  private sequence(pattern: Of<'sequence'>, subject: Value): Answer {
    if (subject.kind !== 'list' && subject.kind !== 'tuple' && subject.kind !== 'range') return false
    const items = this.evaluator.items(subject, pattern.span) ?? []
    const star = pattern.elements.findIndex((element) => element.kind === 'star')
    const wanted = star < 0 ? pattern.elements.length : pattern.elements.length - 1
    if (star < 0 ? items.length !== wanted : items.length < wanted) return false
    const extra = items.length - wanted
    let result: Answer = true
    for (const [index, element] of pattern.elements.entries()) {
      if (element.kind === 'star') {
        if (element.name !== null) this.captured.set(element.name, list(items.slice(index, index + extra)))
        continue
      }
      const item = items[star >= 0 && index > star ? index + extra - 1 : index] as Value
      result = both(result, this.matches(element, item))
      if (result === false) return false
    }
    return result
  }

  private mapping(pattern: Of<'mapping'>, subject: Value): Answer {
    if (subject.kind !== 'dict') return false
    const rest = dict(subject.entries.entries())
    let result: Answer = true
    for (const entry of pattern.entries) {
      const key = this.evaluator.evaluate(entry.key, this.scope)
      const value = subject.entries.get(key)
      if (value === undefined) return false
      rest.entries.delete(key)
      result = both(result, this.matches(entry.pattern, value))
      if (result === false) return false
    }
    if (pattern.rest !== null) this.captured.set(pattern.rest, rest)
    return result
  }

  private instance(pattern: Of<'class'>, cls: ClassValue, subject: Value): Answer {
    let result = this.evaluator.isInstance(subject, cls)
    if (result === false) return false
    const parts = [
      ...pattern.positional.map((each, index) => ({ pattern: each, value: this.positional(cls, subject, index, pattern) })),
      ...pattern.keyword.map((each) => ({
        pattern: each.pattern,
        value: this.evaluator.findAttribute(subject, each.name, pattern.span),
      })),
    ]
    for (const part of parts) {
      if (part.value === undefined) return false
      result = both(result, this.matches(part.pattern, part.value))
      if (result === false) return false
    }
    return result
  }

  /** The attribute that `__match_args__` names; `int(x)`, `str(x)` and their like match the value itself. */
  private positional(cls: ClassValue, subject: Value, index: number, pattern: Of<'class'>): Value | undefined {
    const names = this.evaluator.findAttribute(cls, '__match_args__', pattern.span)
    const listed = names === undefined ? null : this.evaluator.items(names, pattern.span)
    const name = listed?.[index] === undefined ? undefined : asString(listed[index])
    if (name !== undefined) return this.evaluator.findAttribute(subject, name, pattern.span)
    return index === 0 && (subject.kind !== 'instance' || underlying(subject) !== subject) ? subject : undefined
  }
}
