/** Signatures of builtins, written as Python writes them: `conv2d(input, weight, bias=None, *args, flag=True, **kwargs)`. */
import { bool, ellipsis, float, int, list, none, str, tuple } from './make'
import type { Value } from './values'

export interface Parameter {
  readonly name: string
  readonly kind: 'positional' | 'either' | 'keyword' | 'rest' | 'keywords'
  /** undefined: must be given. */
  readonly initial: Value | undefined
}

export interface Signature {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly indexes: ReadonlyMap<string, number>
  /** How many of the parameters can be given by position; they come first. */
  readonly positionalCount: number
  readonly restIndex: number
  readonly keywordsIndex: number
}

/** Splits at commas outside brackets and quotes. */
function split(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === "'" || character === '"') quote = character
    else if (character === '(' || character === '[') depth += 1
    else if (character === ')' || character === ']') depth -= 1
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, index).trim())
      start = index + 1
    }
  }
  const last = text.slice(start).trim()
  return last === '' ? parts : [...parts, last]
}

const words: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['None', none],
  ['True', bool(true)],
  ['False', bool(false)],
  ['...', ellipsis],
  ['inf', float(Number.POSITIVE_INFINITY)],
  ['-inf', float(Number.NEGATIVE_INFINITY)],
])

/** None, True, False, `...`, numbers, strings, and tuples and lists of them. */
function literal(text: string): Value {
  const word = words.get(text)
  if (word !== undefined) return word
  if (/^-?\d+$/.test(text)) return int(Number(text))
  if (/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) return float(Number(text))
  if (/^'[^']*'$|^"[^"]*"$/.test(text)) return str(text.slice(1, -1))
  if (text.startsWith('(')) return tuple(split(text.slice(1, -1)).map(literal))
  if (text.startsWith('[')) return list(split(text.slice(1, -1)).map(literal))
  throw new SyntaxError(`not a literal in a builtin's signature: ${text}`)
}

function parameter(part: string, keywordOnly: boolean): Parameter {
  if (part.startsWith('**')) return { name: part.slice(2), kind: 'keywords', initial: undefined }
  if (part.startsWith('*')) return { name: part.slice(1), kind: 'rest', initial: undefined }
  const equals = part.indexOf('=')
  const name = (equals < 0 ? part : part.slice(0, equals)).trim()
  const initial = equals < 0 ? undefined : literal(part.slice(equals + 1).trim())
  return { name, kind: keywordOnly ? 'keyword' : 'either', initial }
}

/** Throws a SyntaxError on a text that is no signature: a mistake of ours, found when the builtin is first called. */
export function parseSignature(text: string): Signature {
  const open = text.indexOf('(')
  if (open < 0 || !text.endsWith(')')) throw new SyntaxError(`not a signature: ${text}`)
  const parameters: Parameter[] = []
  let keywordOnly = false
  for (const part of split(text.slice(open + 1, -1))) {
    if (part === '/')
      parameters.forEach((before, index) => {
        parameters[index] = { ...before, kind: 'positional' }
      })
    else if (part === '*') keywordOnly = true
    else {
      parameters.push(parameter(part, keywordOnly))
      keywordOnly ||= part.startsWith('*')
    }
  }
  return {
    name: text.slice(0, open).trim(),
    parameters,
    indexes: new Map(parameters.map((each, index) => [each.name, index])),
    positionalCount: parameters.filter(({ kind }) => kind === 'positional' || kind === 'either').length,
    restIndex: parameters.findIndex(({ kind }) => kind === 'rest'),
    keywordsIndex: parameters.findIndex(({ kind }) => kind === 'keywords'),
  }
}
