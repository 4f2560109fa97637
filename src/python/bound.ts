/** Arguments of a builtin's call, bound to its parameters as Python binds them. */
import type { Span } from '../graph'
import { asBoolean, asIntegers, asNumber, asString, firstUnknown } from './guards'
import type { CallArguments, Interpreter } from './host'
import { none } from './make'
import type { Signature } from './signature'
import type { UnknownValue, Value } from './values'

const noValues: readonly Value[] = []
const noKeywords: ReadonlyMap<string, Value> = new Map()

export class Bound {
  constructor(
    private readonly signature: Signature,
    private readonly slots: readonly (Value | undefined)[],
    private readonly star: readonly Value[],
    private readonly doubleStar: ReadonlyMap<string, Value>,
    /** The call expression. */
    readonly span: Span | null,
    /** Set when a `*args` or `**kwargs` of unknown content was passed. */
    readonly unknownRest: UnknownValue | undefined,
  ) {}

  private index(name: string): number {
    const index = this.signature.indexes.get(name)
    if (index === undefined) throw new ReferenceError(`${this.signature.name}() has no parameter '${name}'`)
    return index
  }

  /** What was passed, else the default. Where arguments of unknown content may have set it, that Unknown. */
  value(name: string): Value {
    const index = this.index(name)
    return this.slots[index] ?? this.unknownRest ?? this.signature.parameters[index]?.initial ?? none
  }

  /** Whether the call gives it, or may give it by arguments of unknown content. */
  passed(name: string): boolean {
    return this.slots[this.index(name)] !== undefined || this.unknownRest !== undefined
  }

  /** What a `*name` parameter collected. */
  rest(name: string): readonly Value[] {
    this.index(name)
    return this.star
  }

  /** What a `**name` parameter collected. */
  keywords(name: string): ReadonlyMap<string, Value> {
    this.index(name)
    return this.doubleStar
  }

  /** Of an int, float or bool; else undefined. */
  number(name: string): number | undefined {
    return asNumber(this.value(name))
  }

  boolean(name: string): boolean | undefined {
    return asBoolean(this.value(name))
  }

  string(name: string): string | undefined {
    return asString(this.value(name))
  }

  /** Of an int (one number), or a list or tuple of ints; else undefined. */
  integers(name: string): readonly number[] | undefined {
    return asIntegers(this.value(name))
  }

  /** The first Unknown among all arguments and inside the lists and tuples among them. */
  firstUnknown(): UnknownValue | undefined {
    return (
      this.unknownRest ??
      firstUnknown(this.slots.filter((value) => value !== undefined)) ??
      firstUnknown(this.star) ??
      firstUnknown(this.doubleStar.values())
    )
  }
}

function enumerate(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`)
  if (quoted.length < 3) return quoted.join(' and ')
  return `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`
}

function tooMany(signature: Signature, given: number): string {
  const positional = signature.parameters.slice(0, signature.positionalCount)
  const required = positional.filter(({ initial }) => initial === undefined).length
  const most = signature.positionalCount
  const takes = required === most ? `${most}` : `from ${required} to ${most}`
  const plural = most === 1 && required === most ? '' : 's'
  return `${signature.name}() takes ${takes} positional argument${plural} but ${given} ${given === 1 ? 'was' : 'were'} given`
}

/** Raises TypeError with Python's message where the arguments do not fit. */
export function bind(signature: Signature, args: CallArguments, interpreter: Interpreter): Bound {
  const { positional, keyword, span } = args
  const refuse = (message: string): never => interpreter.raise('TypeError', message, span)
  const slots: (Value | undefined)[] = positional.slice(0, signature.positionalCount)
  let star = noValues
  if (positional.length > signature.positionalCount) {
    if (signature.restIndex < 0) refuse(tooMany(signature, positional.length))
    star = positional.slice(signature.positionalCount)
  }
  let doubleStar: Map<string, Value> | undefined
  for (const [name, value] of keyword) {
    const index = signature.indexes.get(name)
    const kind = index === undefined ? undefined : signature.parameters[index]?.kind
    if (index !== undefined && (kind === 'either' || kind === 'keyword')) {
      if (slots[index] !== undefined) refuse(`${signature.name}() got multiple values for argument '${name}'`)
      slots[index] = value
    } else {
      if (signature.keywordsIndex < 0) refuse(`${signature.name}() got an unexpected keyword argument '${name}'`)
      doubleStar ??= new Map()
      doubleStar.set(name, value)
    }
  }
  if (args.unknownRest === undefined) {
    const missing = signature.parameters.filter(
      ({ kind, initial }, index) => initial === undefined && slots[index] === undefined && kind !== 'rest' && kind !== 'keywords',
    )
    if (missing.length > 0) {
      const keywordOnly = missing.every(({ kind }) => kind === 'keyword')
      const named = missing.filter(({ kind }) => keywordOnly || kind !== 'keyword').map(({ name }) => name)
      const what = `required ${keywordOnly ? 'keyword-only' : 'positional'} argument${named.length === 1 ? '' : 's'}`
      refuse(`${signature.name}() missing ${named.length} ${what}: ${enumerate(named)}`)
    }
  }
  return new Bound(signature, slots, star, doubleStar ?? noKeywords, span, args.unknownRest)
}
