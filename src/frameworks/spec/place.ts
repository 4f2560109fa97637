/** A JSON or YAML document as places that know where they stand. JSON is read as YAML 1.2, which contains it. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml'
import type { Span } from '../../graph'
import { addition, replacement } from './mappingText'

/** What a document says cannot be read: says where, and what is expected there. */
export class SpecError extends Error {
  constructor(
    message: string,
    readonly span: Span,
  ) {
    super(message)
  }
}

interface SpecText {
  readonly file: string
  readonly text: string
  readonly lines: LineCounter
  readonly resolve: (node: ParsedNode) => ParsedNode | null
}

/** One value of what describes a network: of a document, or of a program that has run. */
export abstract class Place {
  abstract get span(): Span

  /** Pairs of a mapping in the order written; null for anything else. */
  abstract get entries(): readonly (readonly [string, Place])[] | null

  /** Items of a list; null for anything else. */
  abstract get items(): readonly Place[] | null

  /** A text, number, truth value or null; undefined for mappings and lists. */
  abstract get scalar(): string | number | boolean | null | undefined

  /** Where a key itself is written. */
  abstract keySpan(key: string): Span

  /**
   * The edits that give keys of this mapping new values, the rest of the text left as it is: a value that stands there is
   * replaced, a missing key is added behind the last one in the mapping's own style. Empty where this is no mapping.
   */
  abstract edits(values: ReadonlyMap<string, string>): readonly PlaceEdit[]

  /** The value of a mapping's key; null where it is missing. */
  get(key: string): Place | null {
    return this.entries?.find(([name]) => name === key)?.[1] ?? null
  }

  fail(message: string): never {
    throw new SpecError(message, this.span)
  }

  /** What stands here, for messages. */
  get shown(): string {
    const { scalar } = this
    if (scalar !== undefined) return typeof scalar === 'string' ? `"${scalar.slice(0, 40)}"` : String(scalar)
    return this.items === null ? 'a mapping' : 'a list'
  }
}

export interface PlaceEdit {
  readonly start: number
  readonly end: number
  readonly newText: string
}

/** One value of a JSON or YAML document. */
class DocumentPlace extends Place {
  constructor(
    private readonly source: SpecText,
    private readonly node: ParsedNode | null,
    private readonly around: readonly [number, number],
  ) {
    super()
  }

  get span(): Span {
    const [start, end] = this.node === null ? this.around : this.node.range
    return spanOf(this.source, start, end)
  }

  get entries(): readonly (readonly [string, Place])[] | null {
    if (!isMap(this.node)) return null
    return this.node.items.map(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : ''
      return [name, this.placeOf(value as ParsedNode | null, key.range)]
    })
  }

  get items(): readonly Place[] | null {
    return isSeq(this.node) ? this.node.items.map((item) => this.placeOf(item as ParsedNode, this.node?.range ?? this.around)) : null
  }

  get scalar(): string | number | boolean | null | undefined {
    if (this.node === null) return null
    if (!isScalar(this.node)) return undefined
    const { value } = this.node
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null ? value : String(value)
  }

  keySpan(key: string): Span {
    if (!isMap(this.node)) return this.span
    const pair = this.node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    return pair === undefined ? this.span : spanOf(this.source, pair.key.range[0], pair.key.range[1])
  }

  edits(values: ReadonlyMap<string, string>): readonly PlaceEdit[] {
    if (!isMap(this.node)) return []
    const { node, source } = this
    const missing = new Map(values)
    const replaced = node.items.flatMap(({ key, value }) => {
      const text = isScalar(key) ? values.get(String(key.value)) : undefined
      if (!isScalar(key) || text === undefined) return []
      missing.delete(String(key.value))
      return [replacement(source.text, key.range[1], (value as ParsedNode | null)?.range ?? null, text)]
    })
    return missing.size === 0 ? replaced : [...replaced, addition(source.text, node, missing)]
  }

  private placeOf(node: ParsedNode | null, around: readonly [number, number, ...number[]]): Place {
    return new DocumentPlace(this.source, node === null ? null : this.source.resolve(node), [around[0], around[1]])
  }
}

function spanOf({ file, text, lines }: SpecText, start: number, end: number): Span {
  const { line, col } = lines.linePos(start)
  const trimmed = start + text.slice(start, end).trimEnd().length
  return { file, start, end: Math.max(trimmed, start), line: Math.max(line, 1), column: Math.max(col - 1, 0) }
}

/** The document's root. Throws a SpecError where it is neither JSON nor YAML. */
export function placeOfText(file: string, text: string): Place {
  const lines = new LineCounter()
  const document = parsed(file, text, lines)
  const resolve = (node: ParsedNode): ParsedNode | null =>
    isAlias(node) ? ((node.resolve(document) as ParsedNode | undefined) ?? null) : node
  const source: SpecText = { file, text, lines, resolve }
  const [error] = document.errors
  if (error !== undefined)
    throw new SpecError(`${error.message}${error.message.endsWith('.') ? '' : '.'}`, spanOf(source, error.pos[0], error.pos[1]))
  return new DocumentPlace(source, document.contents, [0, text.length])
}

type Parsed = ReturnType<typeof parseDocument<ParsedNode>>

/** The parser descends by calls: nesting that is too deep for it is told like any other error. */
function parsed(file: string, text: string, lines: LineCounter): Parsed {
  const tooDeep = (): Parsed => {
    throw new SpecError('The document is nested too deeply.', { file, start: 0, end: 0, line: 1, column: 0 })
  }
  try {
    const document: Parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
    return document.errors.some(({ message }) => message.includes('call stack')) ? tooDeep() : document
  } catch (error) {
    if (error instanceof RangeError) return tooDeep()
    throw error
  }
}
